"""Reads the table of expected statuses."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("statuses.txt")


class Expected(NamedTuple):
    """What a request is answered: the least one, the whole one, and why it is not 0."""

    least: int = 0
    whole: int = 0
    reason: str = ""


@cache
def expected() -> dict[str, Expected]:
    """The table, by request."""
    lines = [line.split(maxsplit=3) for line in TABLE.read_text("ascii").splitlines() if line[:1] not in {"", "#"}]
    return {name: Expected(int(least), int(whole), reason) for name, least, whole, reason in lines}
