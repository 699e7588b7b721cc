"""Query of any kind of object: which rows, in which order, how many of them, and page after page."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from qbconnector.qbxml import Aggregate, Request
from qbconnector.sandbox import ids
from qbconnector.sandbox.answer import PAGE, Answer, Call, Iteration, View, answer
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import FAMILIES, Kind, kinds
from qbconnector.sandbox.refusal import refuse

from .filters import FILTERS, Selection, modified_range

#: What selects objects one by one; every other child of a query filters or shapes.
_SELECTORS = ("ListID", "FullName", "TxnID", "RefNumber", "RefNumberCaseSensitive")


@dataclass
class Cursor:
    """Where a query stands: its selection and view, the last row it returned, and what is left of it."""

    selection: Selection
    view: View
    kind: int = 0
    sort: str = ""
    key: int = -1
    remaining: int = 0

    def page(self, books: Books, limit: int) -> list[bytes]:
        """The next rows, at most `limit`; none at the end. Runs on any connection to the same file."""
        while self.kind < len(self.selection.kinds):
            kind = self.selection.kinds[self.kind]
            rows = books.connection.execute(
                f"SELECT {self.view.columns}, sort, id FROM object"  # noqa: S608
                f" WHERE kind = ? AND (sort, id) > (?, ?){self.selection.sql} ORDER BY sort, id LIMIT ?",
                (kind.name, self.sort, self.key, *self.selection.parameters, limit),
            ).fetchall()
            if rows:
                self.sort, self.key = rows[-1][-2:]
                return list(self.show(books, kind, [row[:-2] for row in rows]))
            self.kind, self.sort, self.key = self.kind + 1, "", -1
        return []

    def show(self, books: Books, kind: Kind, rows: list[tuple[object, ...]]) -> Iterable[bytes]:
        """The text of these rows, as the request wants to see it."""
        del books
        return self.view.rows(kind, rows)

    def pages(self, books: Books, limit: int | None) -> Iterator[bytes]:
        """Rows up to `limit`, each page as one piece of text."""
        while limit is None or limit > 0:
            rows = self.page(books, PAGE if limit is None else min(PAGE, limit))
            if not rows:
                return
            if limit is not None:
                limit -= len(rows)
            yield b"".join(rows)

    def count(self, books: Books) -> int:
        """How many rows the selection has in all."""
        names = [kind.name for kind in self.selection.kinds]
        row = books.connection.execute(
            f"SELECT count(*) FROM object WHERE kind IN ({','.join('?' * len(names))}){self.selection.sql}",  # noqa: S608
            (*names, *self.selection.parameters),
        ).fetchone()
        return int(row[0])


def query(call: Call) -> Answer:
    """Answer a Query request of any kind."""
    return run(call, lambda: Cursor(select(call.books, call.request, _shown(call)), call.view))


def _shown(call: Call) -> tuple[str, ...]:
    """The kinds of the request's family, or its one kind; those that its version does not know are left out."""
    subject, rets = call.request.message.object, call.request.message.response.elements
    names = FAMILIES.get(subject, (subject,))
    return tuple(name for name in names if rets[f"{name}Ret"].since <= call.view.version)


def run(call: Call, start: Callable[[], Cursor]) -> Answer:
    """Answer a query, whole or page by page, from where `start` stands."""
    limit = _limit(call.request)
    match call.request.attributes.get("iterator"):
        case "Continue":
            return _continue(call, limit)
        case "Stop":
            call.iterators.pop(call.request.attributes.get("iteratorID", ""), None)
            return answer(0)
        case "Start":
            cursor = start()
            cursor.remaining = cursor.count(call.books)
            identity = f"{{{uuid.uuid4()}}}"
            call.iterators[identity] = cursor
            return _turn(call.books, cursor, identity, limit)
    return _whole(call.books, start(), call.request, limit)


def _limit(request: Request) -> int | None:
    text = request.fields.text("MaxReturned")
    return int(text) if text else None


def _whole(books: Books, cursor: Cursor, request: Request, limit: int | None) -> Answer:
    """A query without an iterator."""
    metadata = request.attributes.get("metaData", "NoMetaData")
    attributes: tuple[tuple[str, str], ...] = ()
    if metadata != "NoMetaData":
        count = cursor.count(books)
        attributes = (("retCount", str(count if limit is None else min(count, limit))),)
        if metadata == "MetaDataOnly":
            return Answer(attributes=attributes)
    pages = cursor.pages(books, limit)
    first = next(pages, None)
    missing = cursor.selection.missing
    result = answer(500, value=missing[0]) if missing else answer(0 if first is not None else 1)
    result.attributes = attributes
    if first is not None:
        result.body = chain((first,), pages)
    return result


def _continue(call: Call, limit: int | None) -> Answer:
    """The next page of an iterator. An unknown one is status 3000 (MEMORY: QuickBooks' own text is not known)."""
    identity = call.request.attributes.get("iteratorID", "")
    iteration = call.iterators.get(identity)
    if iteration is None:
        refuse(3000, value=identity, field="iteratorID")
    return _turn(call.books, iteration, identity, limit)


def _turn(books: Books, iteration: Iteration, identity: str, limit: int | None) -> Answer:
    """One page of an iterator; made at once, because the next request may continue it."""
    pages = list(iteration.pages(books, limit))
    iteration.remaining = max(0, iteration.remaining - limit) if limit is not None and pages else 0
    result = answer(0 if pages else 1)
    result.attributes = (("iteratorRemainingCount", str(iteration.remaining)), ("iteratorID", identity))
    result.body = pages
    return result


def select(books: Books, request: Request, names: tuple[str, ...] = ()) -> Selection:
    """The rows a Query request is about, among the objects of these kinds or of those its name says."""
    subject, fields = request.message.object, request.fields
    names = names or FAMILIES.get(subject, (subject,))
    selection = Selection(books, tuple(kinds()[name] for name in names))
    selector = next((name for name in _SELECTORS if fields.get(name) is not None), None)
    if selector is not None:
        _pick(selection, selector, [str(value) for value in fields.all(selector)])
    elif "ActiveStatus" in request.message.content.elements and fields.get("ActiveStatus") is None:
        selection.where("active = 1")
    for name in dict(fields):
        apply = FILTERS.get(name)
        if apply is not None:
            _apply(selection, name, fields)
    modified_range(books, fields)
    return selection


def _apply(selection: Selection, name: str, fields: Aggregate) -> None:
    """One filter; the values of a repeated one are alternatives."""
    values = fields.all(name)
    alternatives = [Selection(selection.books, selection.kinds) for _ in values]
    for alternative, value in zip(alternatives, values, strict=True):
        FILTERS[name](alternative, value)
        selection.missing += alternative.missing
        selection.parameters += alternative.parameters
    if any(one.conditions for one in alternatives):
        selection.conditions.append(
            " OR ".join(" AND ".join(f"({part})" for part in one.conditions) or "1" for one in alternatives)
        )


def _pick(selection: Selection, selector: str, values: list[str]) -> None:
    """Objects one by one; those that are not there are remembered for status 500."""
    found: list[int] = []
    for value in values:
        keys = _PICKERS[selector](selection.books, selection.kinds, value)
        found += keys
        if not keys:
            selection.missing.append(value)
    selection.where("id IN (SELECT value FROM json_each(?))", json.dumps(found))


def _by_id(books: Books, of: tuple[Kind, ...], value: str) -> list[int]:
    key = ids.key_of(value)
    if key is None:
        refuse(3000, value=value, field=of[0].id_name)
    target = books.store.target(key)
    return [key] if target is not None and target.ref_id == value and target.kind in _names(of) else []


def _by_name(books: Books, of: tuple[Kind, ...], value: str) -> list[int]:
    target = books.refs.find(_names(of), value)
    return [target.key] if target is not None else []


def _by_number(books: Books, of: tuple[Kind, ...], value: str) -> list[int]:
    rows = books.connection.execute(
        "SELECT id FROM object WHERE number = ? COLLATE NOCASE AND kind IN (SELECT value FROM json_each(?))",
        (value, json.dumps(_names(of))),
    )
    return [row[0] for row in rows]


def _by_exact_number(books: Books, of: tuple[Kind, ...], value: str) -> list[int]:
    rows = books.connection.execute(
        "SELECT id FROM object WHERE number = ?1 COLLATE NOCASE AND number = ?1"
        " AND kind IN (SELECT value FROM json_each(?2))",
        (value, json.dumps(_names(of))),
    )
    return [row[0] for row in rows]


def _names(of: tuple[Kind, ...]) -> tuple[str, ...]:
    return tuple(kind.name for kind in of)


_PICKERS = {
    "ListID": _by_id,
    "FullName": _by_name,
    "TxnID": _by_id,
    "RefNumber": _by_number,
    "RefNumberCaseSensitive": _by_exact_number,
}
