"""Lays a document out: one element on a line, indented. Values, tags, comments and instructions stay as they are.

It needs whole XML but no valid document, so that what is being written can be laid out too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import refusals
from qbconnector.qbxml.assist.problems import to_bytes
from qbconnector.qbxml.assist.scan import Token, scan
from qbconnector.qbxml.assist.walk import Target, Walk
from qbconnector.qbxml.model import ElementDecl

INDENT = "  "

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def tidy(text: str, target: Target | None = None, *, whole: bool = True) -> str:
    """The document laid out; raise QbxmlRefused if it is no whole XML.

    Of one that is not `whole` but a beginning, what is there is laid out as far as it goes.
    """
    if whole:
        _check(text)
    bare = text.removeprefix("\ufeff")
    mark = text[: len(text) - len(bare)]
    lines = _Lines(bare, target or Target.of())
    return mark + "".join(f"{line}\n" if line else "\n" for line in lines.lines())


def _check(text: str) -> None:
    parser = expat.ParserCreate()
    body = to_bytes(text)
    try:
        parser.Parse(body, True)
    except expat.ExpatError as fault:
        problem = refusals.not_well_formed(fault.code, body, ())
        raise QbxmlRefused(problem, fault.lineno, fault.offset + 1) from None
    except (LookupError, ValueError):
        raise QbxmlRefused("the encoding that the declaration names is not known", 1, 1) from None


@dataclass(slots=True)
class _Element:
    """An element's tag. `last` is the index of the token that closes it, `holds` whether elements stand in it."""

    decl: ElementDecl | None
    last: int
    holds: bool = False


class _Lines:
    """The lines of one document."""

    def __init__(self, text: str, target: Target) -> None:
        self.text = text
        self.tokens = scan(text)
        self.elements = self._pair(target)

    def _pair(self, target: Target) -> dict[int, _Element]:
        """The elements that are not empty, by the index of their token."""
        walk = Walk(target)
        found: dict[int, _Element] = {}
        open_elements: list[_Element] = []
        for index, token in enumerate(self.tokens):
            decl = walk.take(token, self.text)
            if token.kind in ("open", "empty") and open_elements:
                open_elements[-1].holds = True
            if token.kind == "open":
                found[index] = element = _Element(decl, index)
                open_elements.append(element)
            elif token.kind == "close" and open_elements:
                open_elements.pop().last = index
        return found

    def lines(self) -> Iterator[str]:
        """Every line; "" for one that was left blank."""
        line, gap, depth = "", "", 0
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            last = index
            inner = depth
            if token.kind == "close":
                inner = depth = max(depth - 1, 0)
            elif (element := self.elements.get(index)) is not None:
                if self._parts(index, element):
                    inner = depth + 1
                else:
                    last = element.last
            piece = self._whole(index, last)
            index = last + 1
            if not piece:
                gap = self._raw(last, last)
                continue
            if token.kind == "comment" and line and "\n" not in gap:
                line += f" {piece}"
            else:
                if line:
                    yield line
                    if token.kind != "close" and _BLANK_LINE.search(gap):
                        yield ""
                line = INDENT * depth + piece
            gap, depth = "", inner
        if line:
            yield line

    def _raw(self, first: int, last: int) -> str:
        return self.text[self.tokens[first].start : self.tokens[last].end]

    def _inner(self, index: int, element: _Element) -> Sequence[Token]:
        return self.tokens[index + 1 : element.last]

    def _parts(self, index: int, element: _Element) -> bool:
        """Whether what stands in the element goes on lines of its own: elements, or comments in an aggregate."""
        if element.holds:
            return True
        inner = self._inner(index, element)
        return self._is_bare(element, inner) and any(token.kind == "comment" for token in inner)

    def _is_bare(self, element: _Element, inner: Sequence[Token]) -> bool:
        """Whether an aggregate holds neither elements nor a text."""
        aggregate = element.decl is not None and not element.decl.type
        return aggregate and not any(
            token.kind == "cdata" or (token.kind == "text" and self.text[token.start : token.end].strip())
            for token in inner
        )

    def _whole(self, first: int, last: int) -> str:
        """A token, or an element on its line: with its text as it is, or empty."""
        element = self.elements.get(first)
        if element is not None and last > first and self._is_bare(element, self._inner(first, element)):
            return self._raw(first, first) + self._raw(last, last)
        return self._raw(first, last).strip()
