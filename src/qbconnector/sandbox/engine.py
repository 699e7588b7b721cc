"""Runs a message set against the books: its requests in order, onError, macros, error recovery.

Owns the text around the answers. Which thread and which transaction it runs in is the company's business
(`company.py`): a message set is carried out in slices, and each slice is one step of a read or a write.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from qbconnector.errors import RequestProcessorError, RequestRefused
from qbconnector.qbxml import DECLARATION, Aggregate, Document, Macro, Request, escape
from qbconnector.qbxml.hresults import HRESULTS

from .answer import Answer, Call, Iteration, answer
from .books import Books
from .recovery import Recovery
from .refusal import refuse
from .registry import handler

_log = logging.getLogger(__name__)

#: How many requests of a writing message set share one transaction.
SLICE = 100

#: Text is handed on in pieces of about this many bytes.
CHUNK = 65_536

_HEAD = f"{DECLARATION}<QBXML>\n"
_TAIL = "</QBXML>\n"

Iterators = dict[str, Iteration]


def check(document: Document) -> None:
    """Refuse what QuickBooks refuses before it looks at a single request."""
    if document.attributes.get("onError") == "rollbackOnError":
        raise RequestProcessorError(
            0x80040413, HRESULTS[0x80040413].text, 'Say onError="stopOnError" or "continueOnError".'
        )


def writes(document: Document) -> bool:
    """Whether a message set may change the company file, or asks for error recovery, which stores its answer."""
    return bool(document.attributes.keys() & {"newMessageSetID", "oldMessageSetID"}) or first_write(document) != ""


def first_write(document: Document) -> str:
    """The name of the first request that may change the company file, or ""."""
    messages = document.dialect.messages
    return next((name for name in document.names if messages[name].verb != "Query"), "")


def iterates(document: Document) -> bool:
    """Whether a request begins or continues an iterator, so that it cannot be given up half-way."""
    return any("iterator" in request.attributes for request in document.requests)


class Reading:
    """The answer of a message set that only reads, a short step at a time."""

    def __init__(self, books: Books, document: Document, iterators: Iterators) -> None:
        books.begin()
        self._parts = _parts(books, document, iterators)
        self.finished = False

    def step(self) -> bytes:
        """The next piece: small parts put together, up to a chunk."""
        waiting: list[bytes] = []
        size = 0
        for part in self._parts:
            waiting.append(part)
            size += len(part)
            if size >= CHUNK:
                break
        else:
            self.finished = True
        return b"".join(waiting)


def _parts(books: Books, document: Document, iterators: Iterators) -> Iterator[bytes]:
    yield _open(document)
    for request in document.requests:
        yield from _text(_carry_out(books, document, request, iterators), request)
    yield _close(document)


def _open(document: Document, recovery: Mapping[str, str] | None = None) -> bytes:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in (recovery or {}).items())
    return f"{_HEAD}<{_answer_set(document)}{attributes}>\n".encode("ascii")


def _close(document: Document) -> bytes:
    return f"</{_answer_set(document)}>\n{_TAIL}".encode("ascii")


def _answer_set(document: Document) -> str:
    return document.message_set.removesuffix("Rq") + "Rs"


def _carry_out(books: Books, document: Document, request: Request, iterators: Iterators) -> Answer:
    """One request's answer, whatever comes of it."""
    identity = request.attributes.get("requestID", "")
    if len(identity) > 50:
        return answer(1060, value=identity)
    try:
        if look_through(request.fields):
            request = replace(request, fields=resolve_macros(books, request.fields))
        return handler(request.message.name)(Call(books, document, request, iterators))
    except RequestRefused as refusal:
        return Answer(refusal.code, str(refusal))
    except (sqlite3.Error, MemoryError):
        raise
    except Exception:  # noqa: BLE001  (a fault of ours ends one request, not the connector; it is logged)
        _log.exception("%s failed", request.name)
        return answer(1000)


def _text(result: Answer, request: Request) -> Iterator[bytes]:
    """An answer as text, its body piece by piece."""
    identity = request.attributes.get("requestID")
    attributes = [("requestID", identity)] if identity is not None else []
    attributes += [
        ("statusCode", str(result.code)),
        ("statusSeverity", result.severity),
        ("statusMessage", result.text),
        *result.attributes,
    ]
    name = request.message.response_name
    head = f"<{name}" + "".join(f' {key}="{escape(value)}"' for key, value in attributes)
    body = iter(result.body)
    first = next(body, None)
    if first is None:
        yield f"{head} />\n".encode("ascii")
        return
    yield f"{head}>\n".encode("ascii")
    yield first
    yield from body
    yield f"</{name}>\n".encode("ascii")


class MessageSet:
    """A message set that writes, carried out slice by slice.

    `run` carries out the slice at hand inside the caller's transaction and returns its text; it may be run again after
    that transaction was lost. `advance`, once the transaction is on the disk, goes on to the next slice.
    """

    def __init__(self, document: Document, body: bytes, iterators: Iterators) -> None:
        self.document = document
        self.iterators = iterators
        self.finished = False
        self._with_data = document.attributes.get("responseData") != "includeNone"
        self._stops = document.attributes.get("onError") == "stopOnError"
        self._recovers = bool(document.attributes.keys() & {"newMessageSetID", "oldMessageSetID"})
        self._checksum = hashlib.sha256(body).digest() if self._recovers else b""
        self._requests = iter(document.requests)
        self._slice = list(islice(self._requests, SLICE))
        self._done = 0
        self._state = self._next_state = _State()

    @property
    def is_small(self) -> bool:
        """Whether one slice is all of it, so that others may share its transaction."""
        return len(self.document.names) <= SLICE

    def advance(self) -> None:
        """The slice at hand is on the disk: go on to the next."""
        self._state = self._next_state
        self._done += len(self._slice)
        self._slice = list(islice(self._requests, SLICE))
        self.finished = not self._slice

    def run(self, books: Books) -> bytes:
        """Carry out the slice at hand and return its part of the answer."""
        books.begin()
        first, last = self._done == 0, self._done + len(self._slice) == len(self.document.names)
        state = replace(self._state)
        text = b""
        if first:
            state.recovery = self._consult(books)
            text = _open(self.document, state.recovery.attributes if state.recovery else None)
            text += state.recovery.stored if state.recovery else b""
        books.macros.update(state.macros)
        answers = b"".join(self._answers(books, state))
        if state.recovery is not None and state.recovery.execute:
            state.recovery.remember(books, answers, self._done + len(self._slice), complete=last)
        state.macros = dict(books.macros)
        self._next_state = state
        return text + answers + (_close(self.document) if last else b"")

    def _consult(self, books: Books) -> Recovery | None:
        if not self._recovers:
            return None
        recovery = Recovery(self.document, self._checksum)
        recovery.consult(books)
        books.macros.update(recovery.macros)
        return recovery

    def _answers(self, books: Books, state: "_State") -> Iterator[bytes]:
        recovery = state.recovery
        if recovery is not None and not recovery.execute:
            return
        for number, request in enumerate(self._slice, self._done):
            if recovery is None or number >= recovery.done:
                yield self._one(books, request, state)

    def _one(self, books: Books, request: Request, state: "_State") -> bytes:
        """One request under a savepoint of its own: an error undoes what it did, and nothing else."""
        if state.stopped:
            return b"".join(_text(answer(3231), request))
        if request.message.verb == "Query":
            books.flush()
        books.connection.execute("SAVEPOINT request")
        changes = books.connection.total_changes
        result = _carry_out(books, self.document, request, self.iterators)
        if result.severity == "Error":
            if books.connection.total_changes != changes:
                books.connection.execute("ROLLBACK TO request")
                books.forget()
            state.stopped = self._stops
        if not self._with_data:
            result.body = ()
        text = b"".join(_text(result, request))
        books.connection.execute("RELEASE request")
        return text


@dataclass
class _State:
    """What a message set takes from one slice to the next."""

    stopped: bool = False
    macros: dict[str, str] = field(default_factory=dict)
    recovery: Recovery | None = None


def resolve_macros(books: Books, fields: Aggregate) -> Aggregate:
    """The children with the identifiers that macros stand for in their place."""
    resolved = Aggregate()
    for name, value in fields:
        if isinstance(value, Aggregate):
            resolved.append((name, resolve_macros(books, value)))
        elif isinstance(value, Macro):
            if value not in books.macros:
                refuse(9100, name=str(value))
            resolved.append((name, books.macros[value]))
        else:
            resolved.append((name, value))
    return resolved


def look_through(fields: Aggregate) -> bool:
    """Whether macros stand among the children; status 3020 for a date that has the right form and is none,
    as 2026-02-30.
    """
    found = False
    for name, value in fields:
        if isinstance(value, Aggregate):
            found = look_through(value) or found
        elif isinstance(value, Macro):
            found = True
        elif value and name.endswith("Date"):
            try:
                datetime.fromisoformat(value)
            except ValueError:
                refuse(3020, value=value, field=name)
    return found
