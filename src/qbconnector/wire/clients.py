"""AllowedClients: who may connect at all. It answers yes or no; what a refused client hears belongs to the wire."""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from fnmatch import translate

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOCALHOST = ("127.0.0.1", "::1")


def plain_address(address: str) -> str:
    """An address as people write it: without the mapping of IPv4 into IPv6 and without the IPv6 zone."""
    address = address.partition("%")[0]
    return address.removeprefix("::ffff:") if "." in address else address


def look_up(name: str) -> Iterable[str]:
    """The addresses of a host name now; none if nobody knows it."""
    try:
        return {plain_address(str(info[4][0])) for info in socket.getaddrinfo(name, None)}
    except OSError:
        return ()


class AllowedClients:
    """The manual's comma-separated list: addresses, host names, and ``*`` for any run of characters; also CIDR.

    An empty list lets everyone in. Host names are looked up when the object is made, so make it off the
    event loop.
    """

    def __init__(self, text: str, resolve: Callable[[str], Iterable[str]] = look_up) -> None:
        self._networks: list[Network] = []
        self._addresses: set[str] = set()
        self._patterns: list[re.Pattern[str]] = []
        entries = [entry.strip() for entry in text.split(",") if entry.strip()]
        self._everyone = not entries or "*" in entries
        for entry in entries:
            self._add(entry, resolve)

    def _add(self, entry: str, resolve: Callable[[str], Iterable[str]]) -> None:
        if "*" in entry:
            self._patterns.append(re.compile(translate(entry.lower().replace("[", "[[]"))))
            return
        try:
            self._networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            self._addresses.update(LOCALHOST if entry.lower() == "localhost" else resolve(entry))

    def allows(self, address: str) -> bool:
        """Whether a client with this address, as ``plain_address`` writes it, may connect."""
        if self._everyone or address in self._addresses:
            return True
        if any(pattern.match(address) for pattern in self._patterns):
            return True
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._networks)
