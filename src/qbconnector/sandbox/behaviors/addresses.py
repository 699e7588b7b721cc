"""Addresses as QuickBooks prints them: the block of lines it shows beside every address."""

from collections.abc import Iterable

from qbconnector.qbxml import Aggregate

#: The lines that a block has.
_LINES = 5


def block(address: Aggregate) -> Aggregate:
    """The lines of an address: what its AddrN say, then city, state and postal code, then the country.

    An address with more lines than a block has loses the last ones (MEMORY: unverified).
    """
    parts = dict(address)
    lines = [str(parts.get(f"Addr{number}") or "") for number in range(1, _LINES + 1)]
    city, state, code = (str(parts.get(name) or "") for name in ("City", "State", "PostalCode"))
    region = " ".join(text for text in (state, code) if text)
    lines += [", ".join(text for text in (city, region) if text) if state else f"{city} {code}".strip()]
    lines += [str(parts.get("Country") or "")]
    shown = [line for line in lines if line][:_LINES]
    return Aggregate((f"Addr{number}", line) for number, line in enumerate(shown, 1))


def blocks(fields: Aggregate, names: Iterable[str]) -> None:
    """Put the block of each of these addresses beside it; an address that is gone takes its block along."""
    for name in names:
        address = fields.child(name)
        if address:
            fields.put(f"{name}Block", block(address))
        else:
            fields.drop(f"{name}Block")
