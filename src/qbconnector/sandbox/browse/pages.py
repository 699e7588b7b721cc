"""Pages of a long result by keyset: each begins after, or ends before, a row named by its own sort key.

A cursor is that key as text. It says nothing of the company and needs no secret: a changed one shows another page.
"""

import base64
import binascii
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qbconnector.errors import InvalidView

LARGEST = 1000
"""How many rows a page may have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which page: `size` rows after one cursor or before another; the first page without either."""

    size: int = 50
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """The rows there are: tables and conditions with their parameters, ordered by SQL expressions of which the last
    make every row's key its own."""

    source: str
    parameters: Sequence[object]
    key: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """The keys of one page's rows, in the order asked for, and the cursors of the pages beside it, "" for none."""

    keys: list[tuple[Any, ...]]
    previous: str
    next: str
    is_all: bool
    """There are no other pages."""


def rows(connection: sqlite3.Connection, select: Select, place: Place) -> Rows:
    """One page. Raises InvalidView."""
    if not 1 <= place.size <= LARGEST:
        raise InvalidView(f"a page has 1 to {LARGEST} rows, not {place.size}")
    if place.after and place.before:
        raise InvalidView("a page is after one row or before another, not both")
    columns, backwards = ", ".join(select.key), bool(place.before)
    falling = select.descending != backwards
    sql, parameters = f"SELECT {columns} FROM {select.source}", [*select.parameters]
    cursor = place.after or place.before
    if cursor:
        values = _decode(cursor, len(select.key))
        sql += f" AND ({columns}) {'<' if falling else '>'} ({', '.join('?' * len(values))})"
        parameters += values
    sql += f" ORDER BY {', '.join(f'{one} DESC' if falling else one for one in select.key)} LIMIT ?"
    found = connection.execute(sql, (*parameters, place.size + 1)).fetchall()
    more = len(found) > place.size
    keys = found[: place.size]
    if backwards:
        keys.reverse()
    is_first, is_last = (not more, not keys) if backwards else (not place.after, not more)
    return Rows(
        keys,
        is_all=not cursor and not more,
        previous=_encode(keys[0]) if keys and not is_first else "",
        next=_encode(keys[-1]) if keys and not is_last else "",
    )


def _encode(key: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list[object]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != length or not all(map(_is_key, values)):
        raise InvalidView("the place of this page cannot be read")
    return values


def _is_key(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and abs(value) < 1 << 63)
