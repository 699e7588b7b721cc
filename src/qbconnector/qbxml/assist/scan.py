"""The parts of a text that is XML, or is about to be: tags, texts, comments, with where each begins and ends.

It refuses nothing and gives every character back: what is unfinished is a token that is not `closed`. It knows no
language.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["text", "open", "empty", "close", "comment", "cdata", "instruction", "declaration"]

_NAME = r"[^\s<>/=\"'?!&;]*"
# A tag ends before the next one begins, whatever its quotes say: the next one is where things are right again.
_TOKEN = re.compile(
    rf"""(?P<comment><!--.*?(?:-->|\Z))
    |(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))
    |(?P<instruction><\?(?P<target>{_NAME})(?:[^?<]|\?(?!>))*(?:\?>)?)
    |(?P<declaration><![^<>]*>?)
    |(?P<close></(?P<closes>{_NAME})[^<>]*>?)
    |(?P<open><(?P<name>{_NAME})(?:"[^"<]*"|'[^'<]*'|[^<>"']|["'])*>?)
    |(?P<text>[^<]+)""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s<>/="'?]+)(?P<is>\s*=\s*(?:"(?P<double>[^"<]*)(?P<e1>"?)|'(?P<single>[^'<]*)(?P<e2>'?))?)?"""
)
_MARKS = {"comment": ("<!--", "-->"), "cdata": ("<![CDATA[", "]]>"), "instruction": ("<?", "?>")}


class Written(NamedTuple):
    """An attribute as it is written. Its value is at `start` to `end`, both -1 where there is none yet."""

    name: str
    at: int
    value: str
    start: int
    end: int


@dataclass(slots=True)
class Token:
    """One part of the text: `text[start:end]`. `name` is that of a tag, or the target of an instruction."""

    kind: Kind
    start: int
    end: int
    name: str
    closed: bool

    @property
    def name_end(self) -> int:
        """Where the name ends."""
        return self.start + {"close": 2, "instruction": 2}.get(self.kind, 1) + len(self.name)


def scan(text: str) -> list[Token]:
    """Every part of the text, in order, without a gap."""
    return list(_scan(text))


def _scan(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        group = str(found.lastgroup)
        whole = found[0]
        opening, closing = _MARKS.get(group, ("<", ">"))
        closed = group == "text" or (whole.endswith(closing) and len(whole) >= len(opening) + len(closing))
        kind: Kind = group  # type: ignore[assignment]  # the groups bear the names of the kinds
        name = found["target"] or found["closes"] or found["name"] or ""
        if group == "open" and closed and whole.endswith("/>"):
            kind = "empty"
        yield Token(kind, found.start(), found.end(), name, closed)


def attributes(text: str, token: Token) -> list[Written]:
    """The attributes of a tag, or what looks like them in an instruction."""
    found = []
    for one in _ATTRIBUTE.finditer(text, token.name_end, token.end):
        group = "double" if one["double"] is not None else "single"
        value = one[group]
        start, end = one.span(group) if value is not None else (-1, -1)
        found.append(Written(one["name"], one.start(), value or "", start, end))
    return found


class Rest(NamedTuple):
    """What follows a place in its own element: the elements beside it, and the name of the tag that closes it."""

    siblings: list[str]
    closes: str


def rest(tokens: Sequence[Token], index: int, most: int = 200) -> Rest:
    """What follows from `tokens[index]` on, `most` siblings at most."""
    depth = 0
    siblings: list[str] = []
    for token in tokens[index:]:
        if token.kind == "close" and token.closed:
            if depth == 0:
                return Rest(siblings, token.name)
            depth -= 1
        elif token.kind in ("open", "empty") and token.closed:
            if depth == 0 and len(siblings) < most:
                siblings.append(token.name)
            depth += token.kind == "open"
    return Rest(siblings, "")
