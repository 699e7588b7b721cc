"""What passes between the engine and whatever carries a request out: the call, its answer, its view of objects."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from qbconnector.qbxml import Document, Plan, Request, Version, cut
from qbconnector.qbxml.statuses import severity, status

from .books import Books
from .kinds import Kind

#: Rows fetched at a time: short enough to hold nobody up, long enough to cost nothing.
PAGE = 128


@dataclass(slots=True)
class Answer:
    """The statusCode and its text; attributes as in `retCount`; and the children of the Rs, as stored text."""

    code: int = 0
    text: str = "Status OK"
    attributes: tuple[tuple[str, str], ...] = ()
    body: Iterable[bytes] = field(default_factory=tuple)

    @property
    def severity(self) -> str:
        return severity(self.code)


def answer(code: int, **facts: str) -> Answer:
    """An answer without data: a status and its text."""
    return Answer(code, status(code, **facts).text)


@dataclass(frozen=True, slots=True)
class View:
    """Which parts of stored objects a request wants to see: version, edition, lines, links, elements, owners."""

    version: Version
    edition: str
    lines: bool = True
    links: bool = True
    include: frozenset[str] | None = None
    owners: frozenset[str] = frozenset()

    def rows(self, kind: Kind, rows: Iterable[tuple[object, ...]]) -> Iterator[bytes]:
        """The text of rows of (newest, extended, head, links, lines, tail), as this view shows it."""
        plan = Plan(kind.ret, self.version, self.edition, self.include, self.owners)
        newest = self.version.major * 10 + self.version.minor
        for row in rows:
            text = b"".join(row[2:])  # type: ignore[arg-type]
            if self.include is not None or row[0] > newest or row[1]:  # type: ignore[operator]
                text = cut(text, plan)
            yield text

    @property
    def columns(self) -> str:
        """The columns `rows` wants, without the pieces nobody asked for."""
        pieces = ["newest", "extended", "head"]
        pieces += ["links"] * self.links + ["lines"] * self.lines
        return ", ".join([*pieces, "tail"])


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way: what it works on, the message set it stands in, and the session's iterators."""

    books: Books
    document: Document
    request: Request
    iterators: dict[str, "Iteration"]

    @property
    def view(self) -> View:
        """What of each object the request wants to see."""
        fields, known = self.request.fields, self.request.message.content.elements
        include = frozenset(str(name) for name in fields.all("IncludeRetElement"))
        lines = fields.text("IncludeLineItems") or fields.text("IncludeComponentLineItems")
        return View(
            self.document.version,
            self.document.edition,
            lines=lines == "true" or not {"IncludeLineItems", "IncludeComponentLineItems"} & known.keys(),
            links=fields.text("IncludeLinkedTxns") == "true" or "IncludeLinkedTxns" not in known,
            include=include or None,
            owners=frozenset(str(owner).lower() for owner in fields.all("OwnerID")),
        )


class Iteration(Protocol):
    """A query that a session may continue."""

    remaining: int

    def pages(self, books: Books, limit: int | None) -> Iterator[bytes]: ...


Handler = Callable[[Call], Answer]
