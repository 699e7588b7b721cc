"""Reads a response piece by piece, whoever wrote it, and knows which of its elements repeat.

It validates nothing: what the language does not know is taken as it stands. Document types are refused, and so is
what is nested too deeply.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from xml.parsers import expat

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import refusals
from qbconnector.qbxml.fragment import unescape
from qbconnector.qbxml.model import Choice, Content, ElementDecl, Item
from qbconnector.qbxml.reader import ENCODINGS
from qbconnector.qbxml.spec import dialect as open_dialect

DEEPEST = 100
CHUNK = 64 * 1024
_RESPONSE, _OBJECT = 3, 4
_MARK = b"statusCode"
_HEAD = re.compile(rb"""<(\w+Rs)((?:\s+\w+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*/?>""")
_GIVEN = re.compile(rb"""(\w+)\s*=\s*(["'])(.*?)\2""", re.DOTALL)


@dataclass(slots=True)
class Node:
    """An element: its attributes, its text, or what stands in it."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    children: "list[Node]" = field(default_factory=list)


@dataclass(slots=True)
class Head:
    """The beginning of a response: its name, and statusCode and the other attributes."""

    name: str
    attributes: Mapping[str, str]


def read(body: bytes | Iterable[bytes]) -> Iterator[Head | Node]:
    """The responses: of each its head, then one by one what stands in it. Raise QbxmlRefused if it is no XML."""
    reader = _Reader()
    chunks = _chunks(body) if isinstance(body, bytes) else body
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.feed(b"", last=True)


def _chunks(body: bytes) -> Iterator[bytes]:
    return (body[start : start + CHUNK] for start in range(0, len(body), CHUNK))


def heads(body: Iterable[bytes]) -> Iterator[Head]:
    """The heads alone, many times faster than reading it all; of what is no XML, whatever looks like them."""
    left = b""
    for chunk in body:
        left += chunk
        start = 0
        while (place := left.find(_MARK, start)) >= 0:
            found = _HEAD.match(left, max(left.rfind(b"<", start, place), start))
            if found is not None:
                yield Head(
                    found[1].decode(), {name.decode(): _value(text) for name, _, text in _GIVEN.findall(found[2])}
                )
            elif b">" not in left[place:]:
                break
            start = found.end() if found else place + len(_MARK)
        tag = left.rfind(b"<", start)
        left = left[tag:] if tag >= 0 else b""


def _value(text: bytes) -> str:
    return unescape(text.decode(errors="replace"))


class _Reader:
    def __init__(self) -> None:
        self._ready: list[Head | Node] = []
        self._open: list[Node] = []
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._document_type

    def feed(self, chunk: bytes, last: bool = False) -> list[Head | Node]:
        """What became complete with this chunk."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as fault:
            problem = refusals.not_well_formed(fault.code, chunk, [one.name for one in self._open[-1:]])
            raise QbxmlRefused(problem, fault.lineno, fault.offset + 1) from None
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(name, attributes)
        if len(self._open) >= DEEPEST:
            self._refuse(f"elements are nested more than {DEEPEST} deep")
        if len(self._open) >= _OBJECT:
            self._open[-1].children.append(node)
        self._open.append(node)
        if len(self._open) == _RESPONSE:
            self._ready.append(Head(name, attributes))

    def _end(self, name: str) -> None:
        node = self._open.pop()
        if len(self._open) == _RESPONSE:
            self._ready.append(node)

    def _characters(self, text: str) -> None:
        if len(self._open) >= _OBJECT and not self._open[-1].children:
            self._open[-1].text += text

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            self._refuse(f'the encoding "{encoding}" is not read')

    def _document_type(self, *_: object) -> None:
        self._refuse("a document type declaration is not allowed")

    def _refuse(self, problem: str) -> None:
        raise QbxmlRefused(problem, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)


# What the language knows of it


def declared(dialect: str, response: str) -> ElementDecl | None:
    """The declaration of a response, None for one that the language does not have."""
    message = open_dialect(dialect).messages.get(response.removesuffix("Rs") + "Rq")
    return message.response if message else None


def below(decl: ElementDecl | None, name: str) -> ElementDecl | None:
    """The declaration of an element in this one."""
    return decl.elements.get(name) if decl else None


def repeats(decl: ElementDecl | None, node: Node, name: str) -> bool:
    """Whether the element may stand in `node` more than once; where nothing is declared, whether it does."""
    if decl is not None and decl.content is not None and name in decl.elements:
        return name in _repeated(decl.content)
    return sum(child.name == name for child in node.children) > 1


@cache
def _repeated(content: Content) -> frozenset[str]:
    found: set[str] = set()

    def visit(items: Iterable[Item], several: bool) -> None:
        for item in items:
            if isinstance(item, Choice):
                for branch in item.branches:
                    visit(branch, several or item.max != 1)
            elif several or item.max != 1:
                found.add(item.name)

    visit(content.items, False)
    return frozenset(found)
