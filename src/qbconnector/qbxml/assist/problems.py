"""What is wrong with a document, all of it that can be told: each mistake with its place and what to do about it.

The first mistake is the one that refuses the document, word for word. After it the rest is read as if it had been
right: a wrong text is passed over, and in an element where something is missing or out of place only what stands
inside its children is looked at. Where the XML itself breaks off, so does the search.

What the document is taken with, and its request then fails for, is a warning: a text that is too long, a day that
is none.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from qbconnector.errors import QbxmlRefused, UnsupportedVersion
from qbconnector.qbxml import refusals
from qbconnector.qbxml.aggregate import Aggregate, Macro
from qbconnector.qbxml.assist.scan import Token, scan
from qbconnector.qbxml.document import parse
from qbconnector.qbxml.model import Content, Definition, ElementDecl
from qbconnector.qbxml.reader import ENCODINGS, Reader
from qbconnector.qbxml.spec import DIALECTS, Dialect
from qbconnector.qbxml.spec import dialect as open_dialect
from qbconnector.qbxml.states import Edge, Grammar, State
from qbconnector.qbxml.values import BLANKS

MOST = 200

_LINE_END = re.compile(r"\r\n|\r|\n")
_ENCODING = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in `text[start:end]`. `line` and `column` count from 1, `expected` is what could stand there.

    `severity` is error, or warning for what is no mistake of the document; `remedy` says what to do.
    """

    severity: str
    line: int
    column: int
    start: int
    end: int
    message: str
    expected: tuple[str, ...] = ()
    path: str = ""
    remedy: str = ""


def to_bytes(text: str) -> bytes:
    """The document as it is sent: in the encoding that it declares, UTF-8 if in none that is read."""
    found = _ENCODING.match(text.removeprefix("\ufeff"))
    name = found[1].lower() if found and found[1].lower() in ENCODINGS else "utf-8"
    return text.encode(name, "xmlcharrefreplace")


def problems(text: str, dialect: str = "qbxml") -> list[Problem]:
    """What is wrong with the document, in order, MOST at most; nothing if nothing is."""
    body = to_bytes(text)
    refused: QbxmlRefused | UnsupportedVersion | None = None
    try:
        parse(body, dialect)
    except (QbxmlRefused, UnsupportedVersion) as error:
        refused = error
    finder = _Finder(open_dialect(dialect))
    finder.find(body)
    places = _Places(text)
    found = [places.problem(fault, "warning") for fault in finder.warnings]
    if refused is not None:
        first = places.problem(refused)
        found += [first, *(one for one in map(places.problem, finder.faults) if one.start > first.start)]
    return sorted(found, key=lambda one: one.start)[:MOST]


class _Stop(Exception):
    """Enough was found."""


class _Finder(Reader):
    """Reads on after a mistake. `faults` are the refusals in order, `warnings` what only the request fails for."""

    def __init__(self, dialect: Dialect) -> None:
        self.faults: list[QbxmlRefused | UnsupportedVersion] = []
        self.warnings: list[QbxmlRefused] = []
        super().__init__(dialect)

    def find(self, body: bytes) -> None:
        """Read it all."""
        try:
            for _ in self.read(body, len(body) or 1):
                pass
        except (QbxmlRefused, UnsupportedVersion) as fault:
            self.faults.append(fault)
        except _Stop:
            pass

    def _complete(self) -> Iterator[tuple[str, Aggregate]]:
        return iter(())

    def _noted(self, check: Callable[[], object]) -> bool:
        """Whether the check passes; what it refuses is noted."""
        try:
            check()
        except QbxmlRefused as fault:
            self.faults.append(fault)
            if len(self.faults) >= MOST:
                raise _Stop from None
            return False
        return True

    # The walk: what `Reader` does, and on from where it would end

    def _walk(self) -> None:
        self._container = self._top
        self._state: State | None = None
        self._here = ElementDecl(Definition(""))
        self._leaf: Edge | None = None
        self._used: Macro | None = None
        self._checked = True
        self._skipped = 0
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def _instruction(self, target: str, data: str) -> None:
        if self._grammar is None and not self._stack:
            self._grammar = selected = self._select(target, data)
            if selected is not None:
                self._here, self._state = self._begin(selected)

    def _start(self, name: str, attributes: list[str]) -> None:
        if self._skipped:
            self._skipped += 1
            return
        if self._leaf is None:
            self._between()
        edge = self._edge(name)
        if edge is None:
            self._skipped = 1
            return
        target, inside, _, decl, _ = edge
        if inside is None:
            self._leaf, self._used, self._checked = edge, None, True
            if attributes:
                self._checked = self._noted(lambda: self._take_macro(decl, attributes))
            return
        held = Aggregate()
        self._container.append((name, held))
        self._noted(lambda: self._read_attributes(decl, attributes))
        self._stack.append((self._container, target, self._here))
        self._container, self._state, self._here = held, inside, decl

    def _edge(self, name: str) -> Edge | None:
        """The way into this element; None if the language has no such element in this place at all."""
        state, grammar = self._state, self._grammar
        if grammar is None or state is None:
            self._unexpected(self._here, state, self._container, name, None)
        if self._leaf is not None:
            self._checked = False
            self._noted(lambda: self._unexpected(self._here, state, self._container, name, self._leaf))
            return None
        try:
            return state[name]
        except KeyError:
            if isinstance(state, _Anything):
                return None
        self._noted(lambda: self._unexpected(self._here, state, self._container, name, None))
        if self._here.content is None:
            return None
        self._state = anything = _Anything(grammar, self._here.content)
        return anything[name] if name in self._here.content.elements else None

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            self._text.clear()
        elif self._leaf is not None:
            self._end_leaf(name, self._leaf)
        else:
            self._between()
            state = self._state
            assert state is not None
            if not state.final:
                self._noted(lambda: self._ends_early(self._here, state))
            self._container, self._state, self._here = self._stack.pop()

    def _end_leaf(self, name: str, leaf: Edge) -> None:
        target, _, _, decl, _ = leaf
        value, macro = "".join(self._text), self._used
        self._text.clear()
        if macro is not None:
            self._noted(lambda: self._macro(name, value, macro))
        elif self._checked and self._noted(lambda: self._convert(leaf, name, value)):
            self._warn(decl, value)
        self._container.append((name, value))
        self._state, self._leaf = target, None

    def _convert(self, leaf: Edge, name: str, value: str) -> None:
        if leaf[2] is None:
            return
        try:
            leaf[2](value)
        except ValueError as takes:
            self._refuse(refusals.wrong_value(name, value, str(takes)), name, place=self._begins(value))

    def _between(self) -> None:
        if self._text:
            self._noted(lambda: self._blank(self._here))
        self._text.clear()

    def _take_macro(self, decl: ElementDecl, attributes: list[str]) -> None:
        self._used = self._use_macro(decl, attributes)

    # What only the request fails for

    def _warn(self, decl: ElementDecl, value: str) -> None:
        problem = ""
        if decl.length is not None and len(value) > decl.length:
            problem = f"{decl.name} has {len(value):,} characters; QuickBooks takes {decl.length:,} at most"
        elif decl.type in ("DATE", "DATETIME") and value.strip(BLANKS) and not _is_day(value.strip(BLANKS)[:10]):
            problem = f"{value.strip(BLANKS)[:10]} is no day of the calendar"
        if problem:
            line, column = self._begins(value)
            path = "/".join([*self._open(), decl.name])
            self.warnings.append(QbxmlRefused(problem, line, column, path))


class _Anything(State):
    """After a mistake in a content: each of its elements may come, in any order, and nothing is missing."""

    __slots__ = ("content",)

    def __init__(self, grammar: Grammar, content: Content) -> None:
        super().__init__(grammar, None, 0, None)
        self.content = content

    def __missing__(self, name: str) -> Edge:
        return self.grammar.edge(self.content.elements[name], self)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class _Places:
    """Where in the text the lines and the tags are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._tokens = scan(text)
        self._starts = [token.start for token in self._tokens]

    def problem(self, fault: QbxmlRefused | UnsupportedVersion, severity: str = "error") -> Problem:
        """What is wrong, with its place."""
        if isinstance(fault, UnsupportedVersion):
            return self._unsupported(fault)
        start = self._offset(fault.line, fault.column)
        token = self._token(start)
        line, column = self._position(start)
        remedy = _remedy(token, fault.expected) if severity == "error" else "Its request fails with an error status."
        end = self._end(start, token)
        return Problem(severity, line, column, start, end, fault.problem, fault.expected, fault.path, remedy)

    def _unsupported(self, fault: UnsupportedVersion) -> Problem:
        token = next(one for one in self._tokens if one.kind == "instruction" and one.name in DIALECTS)
        line, column = self._position(token.start)
        message = f'the version "{fault.version}" is not supported or not known'
        remedy = f"The newest version is {fault.known[-1]}."
        expected = tuple(reversed(fault.known))
        return Problem("error", line, column, token.start, token.end, message, expected, "", remedy)

    def _offset(self, line: int, column: int) -> int:
        number = min(max(line, 1), len(self._lines)) - 1
        return min(self._lines[number] + max(column, 1) - 1, len(self._text))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def _token(self, offset: int) -> Token | None:
        index = bisect_right(self._starts, offset) - 1
        return self._tokens[index] if index >= 0 else None

    def _end(self, start: int, token: Token | None) -> int:
        """The end of the tag's name, or of the text."""
        if token is None:
            return start
        if token.kind in ("open", "empty", "close") and token.start == start:
            return max(token.name_end, start + 1)
        end = token.start + len(self._text[token.start : token.end].rstrip())
        return min(max(end, start + 1), len(self._text))


def _remedy(token: Token | None, expected: tuple[str, ...]) -> str:
    if not expected:
        return ""
    names = ", ".join(expected[:4]) + (f" or one of {len(expected) - 4} others" if len(expected) > 4 else "")
    if token is not None and token.kind == "close":
        return f"Write {names} before it."
    return f"In its place may stand: {names}."
