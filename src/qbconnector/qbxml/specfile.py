"""The text format of the specification: entries, words and their marks. It knows no dialect and no rules.

An entry begins at the left margin and ends before the next one; what follows it is indented or closes its brace.
`dialect.txt` of qbXML explains the format to its readers. Every fault is a SpecError with file and line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import NamedTuple, NoReturn

from qbconnector.errors import SpecError
from qbconnector.qbxml.model import FIRST, Version

_ENTRY = re.compile(r"^[^#\s].*(?:\n[ }].*)*", re.MULTILINE)
_TOKEN = re.compile(r"\(|\||\)[^\s()|]*|[^\s()|]+")
_CARDINALITY = r"(?P<card>[?]|[*+]\d*|)"
_MARKS = r"(?:@(?P<since>[\d.]+))?(?:~(?P<seen>[\d.]+))?(?:!(?P<not_in>[A-Z]+(?:,[A-Z]+)*))?"
_WORD = re.compile(
    rf"(?P<name>[A-Za-z]\w*(?:/\w+)?)(?P<length>:[\w,]*)?{_CARDINALITY}(?P<lax>%?)(?P<macro>\$?){_MARKS}(?P<inferred>\^?)"
)
_CLOSE = re.compile(rf"\){_CARDINALITY}{_MARKS}")
_FILTER = re.compile(rf"~(?P<name>[A-Za-z]\w*){_MARKS}")


@dataclass(slots=True)
class Entry:
    """One entry: its text, and where it stands."""

    file: str
    line: int
    text: str

    @property
    def head(self) -> str:
        """What stands before the brace."""
        return self.text.partition("{")[0]

    @property
    def body(self) -> str:
        """What stands between the braces."""
        _, brace, rest = self.text.partition("{")
        body, close, after = rest.partition("}")
        if not (brace and close) or after.strip():
            self.fault("an aggregate is written Name { … }")
        return body

    def fault(self, problem: str) -> NoReturn:
        """Refuse the entry."""
        raise SpecError(self.file, self.line, problem)


class Word(NamedTuple):
    """A word with its marks read: an element, or (`name` "") the end of a choice."""

    name: str
    length: str | None
    min: int
    max: int | None
    since: Version
    noted: Version
    not_in: frozenset[str]
    lax: bool = False
    macro: bool = False
    inferred: bool = False


class Open(NamedTuple):
    """The beginning of a choice."""


class Bar(NamedTuple):
    """The next branch of a choice."""


class Group(NamedTuple):
    """The words of a group stand here."""

    name: str


class Filter(NamedTuple):
    """The filter pair of a field stands here."""

    name: str
    since: Version


Token = Word | Open | Bar | Group | Filter


def entries(folder: Traversable) -> Iterator[Entry]:
    """Every entry of the files in the folder of a dialect."""
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        text = file.read_text("utf-8")
        line, at = 1, 0
        for match in _ENTRY.finditer(text):
            line += text.count("\n", at, match.start())
            at = match.start()
            yield Entry(f"{folder.name}/{file.name}", line, match[0])


def tokens(entry: Entry, text: str) -> Iterator[Token]:
    """The words of a body, read."""
    for raw in _TOKEN.findall(text):
        if raw == "(":
            yield Open()
        elif raw == "|":
            yield Bar()
        elif raw[0] == "&":
            yield Group(raw[1:])
        elif raw[0] == "~":
            match = _FILTER.fullmatch(raw) or entry.fault(f'the word "{raw}" is unknown')
            yield Filter(match["name"], version(entry, match["since"]))
        else:
            yield word(entry, raw)


def word(entry: Entry, raw: str) -> Word:
    """Read one word, or the end of a choice."""
    match = (_CLOSE if raw[0] == ")" else _WORD).fullmatch(raw)
    if match is None:
        entry.fault(f'the word "{raw}" is unknown')
    marks = match.groupdict()
    noted = version(entry, marks["since"])
    since = max(noted, version(entry, marks["seen"]))
    not_in = frozenset(marks["not_in"].split(",")) if marks["not_in"] else frozenset[str]()
    low, high = _count(marks["card"])
    if raw[0] == ")":
        return Word("", None, low, high, since, noted, not_in)
    length = marks["length"][1:] if marks["length"] is not None else None
    return Word(
        marks["name"],
        length,
        low,
        high,
        since,
        noted,
        not_in,
        marks["lax"] != "",
        marks["macro"] != "",
        marks["inferred"] != "",
    )


def version(entry: Entry, text: str | None) -> Version:
    """A version mark; none means the first."""
    if text is None:
        return FIRST
    try:
        return Version.parse(text)
    except ValueError as fault:
        entry.fault(str(fault))


def _count(mark: str) -> tuple[int, int | None]:
    if mark == "":
        return 1, 1
    if mark == "?":
        return 0, 1
    return int(mark[0] == "+"), int(mark[1:]) if mark[1:] else None
