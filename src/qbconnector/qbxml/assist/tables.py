"""A response as tables: a row for each object, nested elements as dotted columns, what repeats in tables of its own.

A table of lines begins with the key of what the lines belong to. A report is a table of its rows, under its own
column titles. Rows come in the order of the response, columns in that of the language.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from qbconnector.qbxml.assist.answers import Head, Node, below, declared, read, repeats
from qbconnector.qbxml.model import ElementDecl

KEYS = ("TxnID", "ListID", "TxnLineID", "FullName", "Name")
ROWS = 1000

_FORMULA = re.compile(r"[=+\-@\t\r](?![\d.,]*$)")

Row = Mapping[str, str]


@dataclass(slots=True)
class Table:
    """What one response has of one kind of element. `total` counts the rows, of which `rows` are the first."""

    response: int
    name: str
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    total: int = 0


@dataclass(slots=True)
class Tables:
    """The responses in order, and their tables, which name them by number."""

    responses: list[Head] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def tabulate(body: bytes | Iterable[bytes], dialect: str = "qbxml", most: int = ROWS) -> Tables:
    """The tables of a response, with the first `most` rows of each. Raise QbxmlRefused if it is no XML."""
    found = Tables()
    by_name: dict[tuple[int, str], Table] = {}
    places: dict[tuple[int, str], dict[str, tuple[int, ...]]] = {}
    for line in _lines(body, dialect):
        if isinstance(line, Head):
            found.responses.append(line)
            continue
        key = len(found.responses) - 1, line.table
        table = by_name.get(key)
        if table is None:
            table = by_name[key] = Table(*key)
            found.tables.append(table)
        table.total += 1
        columns = places.setdefault(key, {})
        for cell in line.cells:
            columns.setdefault(cell.column, cell.place)
        if len(table.rows) < most:
            table.rows.append({cell.column: cell.text for cell in line.cells})
    for key, table in by_name.items():
        table.columns = sorted(places[key], key=places[key].__getitem__)
    return found


def to_csv(body: bytes | Iterable[bytes], table: Table, dialect: str = "qbxml") -> Iterator[str]:
    """All of one table as CSV, line by line; `body` is read again.

    What a spreadsheet would take for a formula has an apostrophe before it.
    """
    yield _csv_line(table.columns)
    response = -1
    for line in _lines(body, dialect):
        if isinstance(line, Head):
            response += 1
        elif response == table.response and line.table == table.name:
            row = {cell.column: cell.text for cell in line.cells}
            yield _csv_line([_harmless(row.get(column, "")) for column in table.columns])


def _csv_line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _harmless(text: str) -> str:
    return "'" + text if _FORMULA.match(text) else text


@dataclass(slots=True)
class _Cell:
    """`place` puts the columns in order: the places of its elements in the language, from the outermost on."""

    column: str
    text: str
    place: tuple[int, ...]


@dataclass(slots=True)
class _Line:
    table: str
    cells: list[_Cell]


def _lines(body: bytes | Iterable[bytes], dialect: str) -> Iterator[Head | _Line]:
    decl: ElementDecl | None = None
    for part in read(body):
        if isinstance(part, Head):
            decl = declared(dialect, part.name)
            yield part
        elif part.name == "ReportRet":
            yield from _report(part)
        else:
            yield from _object(part, below(decl, part.name), [])


def _object(node: Node, decl: ElementDecl | None, above: list[_Cell]) -> Iterator[_Line]:
    """The row of an element, and after it the rows of what repeats in it."""
    cells = list(above)
    inner: list[tuple[Node, ElementDecl | None]] = []
    if node.children or node.attributes:
        _flatten(node, decl, "", (len(above),), cells, inner)
    if node.text.strip() or not (node.children or node.attributes):
        cells.append(_Cell("value", node.text, (len(above),)))
    yield _Line(node.name, cells)
    key = next((cell for name in KEYS for cell in cells[len(above) :] if cell.column == name), None)
    under = [*above, _Cell(f"{node.name}.{key.column}", key.text, (len(above),))] if key else above
    for child, child_decl in inner:
        yield from _object(child, child_decl, under)


def _flatten(
    node: Node,
    decl: ElementDecl | None,
    prefix: str,
    place: tuple[int, ...],
    cells: list[_Cell],
    inner: list[tuple[Node, ElementDecl | None]],
) -> None:
    """Add the cells of an element's attributes and children; what repeats goes to `inner`."""
    rank = decl.content.rank if decl and decl.content else {}
    cells += [_Cell(f"{prefix}@{name}", text, (*place, -1)) for name, text in node.attributes.items()]
    for child in node.children:
        column = prefix + child.name
        here = (*place, rank.get(child.name, len(rank)))
        child_decl = below(decl, child.name)
        if repeats(decl, node, child.name):
            inner.append((child, child_decl))
        elif child.children or child.attributes:
            _flatten(child, child_decl, column + ".", here, cells, inner)
        else:
            cells.append(_Cell(column, child.text, here))


# Reports


def _report(report: Node) -> Iterator[_Line]:
    """The report's own elements as one row, then its rows under its column titles."""
    about = [child for child in report.children if not child.children and child.name != "ColDesc"]
    yield _Line("ReportRet", [_Cell(child.name, child.text, (place,)) for place, child in enumerate(about)])
    titles = _titles(report)
    for data in report.children:
        for row in data.children if data.name == "ReportData" else ():
            yield _Line("ReportData", _report_row(row, titles))


def _titles(report: Node) -> dict[str, str]:
    """The columns' titles by their ids, each once."""
    titles: dict[str, str] = {}
    for child in report.children:
        if child.name == "ColDesc":
            parts = [part.attributes.get("value", "") for part in child.children if part.name == "ColTitle"]
            number = child.attributes.get("colID", str(len(titles) + 1))
            title = " ".join(filter(None, parts)) or f"Column {number}"
            titles[number] = f"{title} ({number})" if title in titles.values() else title
    return titles


def _report_row(row: Node, titles: Mapping[str, str]) -> list[_Cell]:
    cells = [_Cell("Row", row.name.removesuffix("Row"), (0,))]
    if "value" in row.attributes:
        cells.append(_Cell("Text", row.attributes["value"], (1,)))
    for child in row.children:
        value = child.attributes.get("value", child.text)
        if child.name == "RowData":
            cells.append(_Cell(child.attributes.get("rowType", "RowData"), value, (2,)))
        elif child.name == "ColData":
            number = child.attributes.get("colID", "")
            place = 3 + list(titles).index(number) if number in titles else 3 + len(titles)
            cells.append(_Cell(titles.get(number, f"Column {number}"), value, (place,)))
    return cells
