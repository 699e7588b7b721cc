"""Documents: bytes in, requests or a refusal out.

Whatever is wrong refuses the whole document before anything of it is used. Values come out canonical; that a
text is too long for its field is not a fault here (see `too_long`).

A document of up to WHOLE bytes is kept as a tree. A larger one is checked once and read again, piece by piece,
whenever its requests are iterated, so that it never costs much more memory than its own bytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml.aggregate import Aggregate
from qbconnector.qbxml.model import Message, Version
from qbconnector.qbxml.reader import Reader, take_attributes
from qbconnector.qbxml.spec import Dialect
from qbconnector.qbxml.spec import dialect as open_dialect
from qbconnector.qbxml.states import grammar
from qbconnector.qbxml.tree import Doubt, Tree

WHOLE = 256 * 1024
CHUNK = 64 * 1024
LIMIT = 256 * 1024 * 1024

# The two ways through a document: the quick one, and the one that can refuse.
Way = type[Tree] | type[Reader]


@dataclass(slots=True)
class Request:
    """One request: its attributes as they were sent, and the children of its element."""

    name: str
    message: Message
    attributes: Mapping[str, str]
    fields: Aggregate


@dataclass(slots=True)
class Document:
    """A document that is what it says it is.

    `message_set` is the name of its envelope, `attributes` are the envelope's (onError …), `names` the requests
    in order. Documents that only query may be shared: treat one as immutable, and clone fields before a change.
    """

    dialect: Dialect
    version: Version
    edition: str
    message_set: str
    attributes: Mapping[str, str]
    names: tuple[str, ...]
    body: bytes = field(repr=False)
    _way: Way = field(repr=False)
    _kept: list[Request] | None = field(default=None, repr=False)

    @property
    def requests(self) -> Iterator[Request]:
        """The requests in order, as often as one likes."""
        return self._reread() if self._kept is None else iter(self._kept)

    def _reread(self) -> Iterator[Request]:
        for name, aggregate in self._way(self.dialect).read(self.body, CHUNK):
            yield _request(self.dialect, name, aggregate)


def _request(dialect: Dialect, name: str, aggregate: Aggregate) -> Request:
    attributes = take_attributes(aggregate)
    return Request(name, dialect.messages[name], attributes, aggregate)


_recent: dict[tuple[bytes, str], Document] = {}
_RECENT_BYTES, _RECENT_DOCUMENTS = 8192, 256


def parse(body: bytes, dialect: str = "qbxml", limit: int = LIMIT) -> Document:
    """Read a document of requests; raise QbxmlRefused or UnsupportedVersion.

    `limit` is the most bytes that are read at all. Small documents of nothing but queries are remembered, as
    clients send the same ones again and again.
    """
    known = _recent.get((body, dialect))
    if known is not None:
        return known
    if len(body) > limit:
        raise QbxmlRefused(f"the document has {len(body):,} bytes; at most {limit:,} are read")
    document = _parse(body, open_dialect(dialect))
    if len(body) <= _RECENT_BYTES and all(name.endswith("QueryRq") for name in document.names):
        if len(_recent) >= _RECENT_DOCUMENTS:
            _recent.clear()
        _recent[body, dialect] = document
    return document


def _parse(body: bytes, dialect: Dialect) -> Document:
    try:
        return _read(body, dialect, Tree)
    except Doubt:
        return _read(body, dialect, Reader)


def _read(body: bytes, dialect: Dialect, way: Way) -> Document:
    """Read the body this way, and keep what is small enough."""
    reader = way(dialect)
    kept = None
    if len(body) <= WHOLE:
        kept = [_request(dialect, name, aggregate) for name, aggregate in reader.read(body, WHOLE)]
        names = tuple(request.name for request in kept)
    else:
        names = tuple(name for name, _ in reader.read(body, CHUNK))
    head = reader.version, reader.edition, reader.message_set, reader.attributes
    return Document(dialect, *head, names, body, way, kept)


class Response(NamedTuple):
    """One response: its attributes (statusCode …) and the children of its element."""

    name: str
    attributes: Mapping[str, str]
    fields: Aggregate


@dataclass(slots=True)
class Responses:
    """The responses of one message set, in order; `attributes` are the envelope's."""

    message_set: str
    attributes: Mapping[str, str]
    responses: list[Response]


def parse_response(
    body: bytes, dialect: str = "qbxml", version: str = "", edition: str = "US", partial: bool = False
) -> Responses:
    """Read a document of responses against the language; raise QbxmlRefused.

    `version` is the one that was asked in ("" the newest); `partial` says that IncludeRetElement was used, so
    that nothing is required.
    """
    spec = open_dialect(dialect)
    asked = Version.parse(version) if version else spec.versions[-1]
    reader = Reader(spec, grammar(dialect, asked, edition, responses=True, partial=partial))
    found = [Response(name, take_attributes(one), one) for name, one in reader.read(body, CHUNK)]
    return Responses(reader.message_set, reader.attributes, found)
