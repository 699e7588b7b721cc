"""Addresses as people paste them: a URL of what the settings give as host and port."""

from typing import Final

ANY_HOST: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104


def url(host: str, port: int, *, tls: bool = False) -> str:
    """Where a listener on this host and port is, seen from this machine."""
    host = "127.0.0.1" if host in ANY_HOST else host
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/"
