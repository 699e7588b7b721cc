"""Pages of lists and of transactions: searched, filtered, sorted, and of any size as quick as their first.

No index serves this alone: a search looks at the names in the index of the list's order, and what no index sorts
SQLite sorts by the keys only. 100,000 customers take some milliseconds, 100,000 invoices some tens of them.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from qbconnector.errors import InvalidView
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import Kind, kinds
from qbconnector.sandbox.naming import LEVEL
from qbconnector.sandbox.store import element

from . import names
from .columns import Column, columns
from .names import Link
from .pages import Place, Select, rows

MOST = 10_000
"""Further than this nobody counts."""

_AMOUNT = re.compile(r"\s*(-?)\$?((?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,2})?)\s*")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page is to show.

    `kind` is a kind of object, a family of lists (Item, Terms, …) or Transaction. `search` is found in the full names
    of lists; of transactions in the number and the name of whom they are with, and as the amount. `order` is a
    column's name, led by "-" for the largest first. `entity`, a ListID, stands for its jobs too. Days are ISO dates.
    """

    kind: str
    search: str = ""
    order: str = ""
    active: bool | None = None
    entity: str = ""
    since: str = ""
    until: str = ""
    is_open: bool = False
    place: Place = field(default_factory=Place)


Cell = str | Link | None


@dataclass(frozen=True, slots=True)
class Row:
    """One object, with a cell for each column."""

    link: Link
    active: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: the order it has, how many objects there are (`more` than `count`, when nobody went on counting), and
    the cursors of the pages beside it."""

    title: str
    columns: tuple[Column, ...]
    order: str
    rows: tuple[Row, ...]
    count: int
    more: bool
    previous: str
    next: str


def page(books: Books, wish: Wish) -> Page:
    """One page. Raises InvalidView, and NothingThere for the entity."""
    shown = names.members(wish.kind)
    having = columns(wish.kind, shown)
    order = wish.order or ("-date" if shown[0].is_transaction else "name")
    sorting = {column.name: column.order for column in having if column.order}.get(order.removeprefix("-"))
    if sorting is None:
        raise InvalidView(f'{names.titles(wish.kind)} cannot be sorted by "{order.removeprefix("-")}"')
    source, parameters = _source(books, wish, shown)
    found = rows(books.connection, Select(source, parameters, (sorting, "o.id"), order.startswith("-")), wish.place)
    count = len(found.keys) if found.is_all else _count(books, source, parameters)
    return Page(
        names.titles(wish.kind),
        having,
        order,
        tuple(_row(books, key, having) for *_, key in found.keys),
        min(count, MOST),
        count > MOST,
        found.previous,
        found.next,
    )


def _count(books: Books, source: str, parameters: list[object]) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source} LIMIT {MOST + 1})"
    return int(books.connection.execute(sql, parameters).fetchone()[0])


def _source(books: Books, wish: Wish, shown: tuple[Kind, ...]) -> tuple[str, list[object]]:
    """The table and conditions of everything the wish is for."""
    conditions, parameters = _search(wish.search, shown) if wish.search else ([], [])
    if wish.active is not None:
        conditions.append(f"o.active = {int(wish.active)}")
    if wish.is_open:
        conditions.append("o.open <> 0")
    for day, operator in ((wish.since, ">="), (wish.until, "<=")):
        if day and shown[0].is_transaction:
            conditions.append(f"o.sort {operator} ?")
            parameters.append(iso_date(day))
    if wish.entity:
        key, _ = names.find(books, wish.entity)
        conditions.append(f"o.entity IN ({','.join(map(str, books.store.descendants([key])))})")
    of_kind = f"o.kind IN ({','.join(repr(kind.name) for kind in shown)})"
    return f"object o WHERE {' AND '.join([of_kind, *conditions])}", parameters


def _search(text: str, shown: tuple[Kind, ...]) -> tuple[list[str], list[object]]:
    lower = text.strip().lower()
    if not shown[0].is_transaction:
        # The order of a list is its full names in lower case, with another sign between the levels; of accounts their
        # numbers, where they have any.
        alternatives, parameters = ["instr(o.sort, ?)"], [lower.replace(":", LEVEL)]
        if shown[0].name == "Account":
            alternatives, parameters = [*alternatives, "instr(o.name_key, ?)"], [*parameters, lower]
        return [f"({' OR '.join(alternatives)})"], [*parameters]
    cents = amount(text)
    condition = (
        "(o.number LIKE ? ESCAPE '\\' OR o.entity IN"
        " (SELECT id FROM object WHERE space = 'Entity' AND instr(name_key, ?)) OR abs(o.total) = ?)"
    )
    pattern = re.sub(r"([\\%_])", r"\\\1", text.strip())
    return [condition], [f"%{pattern}%", lower, None if cents is None else abs(cents)]


def amount(text: str) -> int | None:
    """The hundredths that a person means by 1,250, $1250.00 or -12.5; None where it is no amount."""
    found = _AMOUNT.fullmatch(text)
    return money.cents(found[1] + found[2].replace(",", "")) if found else None


def iso_date(text: str) -> str:
    """A day as it is stored. Raises InvalidView."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidView(f'"{text}" is no day of the form 2026-01-31') from None


def _row(books: Books, key: int, having: tuple[Column, ...]) -> Row:
    row = books.connection.execute(
        "SELECT kind, ref_id, active, number, entity, total, open, sort, touched, head, tail FROM object WHERE id = ?",
        (key,),
    ).fetchone()
    kind_name, ref_id, active, number, entity, total, open_, sort, touched, head, tail = row
    kind = kinds()[kind_name]
    own = Link(kind_name, ref_id, number or "" if kind.is_transaction else names.full_name(kind, head))
    facts: dict[str, Cell] = {
        "name": own,
        "number": own,
        "type": names.title(kind_name),
        "date": sort,
        "entity": names.link(books, entity),
        "amount": "" if total is None else money.amount(total),
        "open": "" if open_ is None else money.amount(open_),
        "modified": books.timestamp(touched),
    }

    def cell(column: Column) -> Cell:
        if not column.elements:
            return facts[column.name]
        texts = (element(head, name) or element(tail, name) for name in column.elements)
        return next(filter(None, texts), "")

    return Row(own, bool(active), tuple(cell(column) for column in having))
