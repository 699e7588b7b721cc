"""The identifiers of a company file: ListIDs, TxnIDs, edit sequences, and the times printed beside them.

A ListID is `80000001-1700000000`, a TxnID or TxnLineID `1B2-1700000000`: a counter in hexadecimal and the time of
creation in seconds since 1970 (behaviour facts, section 6). The counter's number is also the row's key.
"""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

LIST_BASE = 0x8000_0000
"""Where the counter of list elements starts; transactions and their lines start at zero."""


def ref_id(key: int, created: int) -> str:
    """The ListID or TxnID of the object with this key."""
    return f"{key:X}-{created}"


@lru_cache(16_384)
def key_of(text: str) -> int | None:
    """The key inside a ListID or TxnID, or None when the text is no such identifier."""
    prefix, dash, suffix = text.partition("-")
    if not dash or not suffix.isdecimal() or not prefix or len(prefix) > 15 or not text.isascii():
        return None
    try:
        return int(prefix, 16)
    except ValueError:
        return None


@lru_cache(16)  # what is written in one go has one time
def timestamp(epoch: int, zone: tzinfo) -> str:
    """A DATETIME as QuickBooks prints it: local wall clock with its offset to UTC."""
    return datetime.fromtimestamp(epoch, zone).isoformat(timespec="seconds")


def epoch(text: str, zone: tzinfo, *, end: bool = False) -> int:
    """A DATETIME (or DATE) text in seconds since 1970; without an offset it is local time.

    With `end`, a text without a time means the day's last second (unverified: MEMORY).
    """
    if len(text) == len("2026-01-31") and end:
        text += "T23:59:59"
    elif len(text) == len("2026-01-31T12"):
        text += ":00"
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return int(moment.astimezone(UTC).timestamp())
