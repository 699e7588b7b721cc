"""Reads XML along the language: expat, and the automata of `states`, in one pass.

It gives requests or responses one by one as they become complete, or refuses: QbxmlRefused with line, column,
path and what could stand there, or UnsupportedVersion. Document types are refused, so entities cannot be
declared. What a document is, and when to keep it, is `document`'s.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NoReturn
from xml.parsers import expat

from qbconnector.errors import QbxmlRefused, UnsupportedVersion
from qbconnector.qbxml import refusals
from qbconnector.qbxml.aggregate import Aggregate, Macro, Value
from qbconnector.qbxml.attributes import AttributeFault, read_attributes, read_macro
from qbconnector.qbxml.model import Definition, ElementDecl, Version
from qbconnector.qbxml.spec import DIALECTS, Dialect
from qbconnector.qbxml.states import Edge, Grammar, State, grammar
from qbconnector.qbxml.values import BLANKS

CHUNK = 64 * 1024
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-1", "us-ascii")

_VERSION = re.compile(r"""\s*version\s*=\s*(["'])([A-Z]{2})?([^"']*)\1\s*""")
_NOWHERE = ElementDecl(Definition(""))
_IN_MESSAGE_SET = 2


def take_attributes(aggregate: Aggregate) -> dict[str, str]:
    """Part the attributes, which stand first, from the children."""
    attributes: dict[str, str] = {}
    for key, value in aggregate:
        if key[0] != "@" or not isinstance(value, str):
            break
        attributes[key[1:]] = value
    del aggregate[: len(attributes)]
    return attributes


def _pairs(sent: list[str]) -> dict[str, str]:
    return dict(zip(sent[::2], sent[1::2], strict=True))


class Reader:
    """Reads one document. `version`, `edition`, `message_set` and `attributes` are known once it is under way.

    Without `responses` the document's processing instruction selects the grammar of its requests; with it the
    document is one of responses, which have no instruction.
    """

    def __init__(self, dialect: Dialect, responses: Grammar | None = None) -> None:
        self.dialect = dialect
        self.version = dialect.versions[-1]
        self.edition = dialect.editions[0]
        self.message_set = ""
        self.attributes: Mapping[str, str] = {}
        self._grammar = responses
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.ordered_attributes = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._document_type
        # The open aggregates, innermost last: the container around, the state to go on in, what it is.
        self._stack: list[tuple[Aggregate, State, ElementDecl]] = []
        self._text: list[str] = []
        self._top = Aggregate()
        self._walk()

    def read(self, body: bytes, chunk: int) -> Iterator[tuple[str, Aggregate]]:
        """Each request (or response) with its attributes and children in one Aggregate, once it is complete."""
        view = memoryview(body)
        try:
            for start in range(0, len(body), chunk):
                self._parser.Parse(view[start : start + chunk], False)
                yield from self._complete()
            self._parser.Parse(b"", True)
        except expat.ExpatError as fault:
            self._not_well_formed(fault, body)
        yield from self._complete()

    def _complete(self) -> Iterator[tuple[str, Aggregate]]:
        """What has become complete in the message set, taken out of it."""
        root = self._top.child(self.dialect.root)
        if not root:
            return
        self.message_set, envelope = root[0]
        assert isinstance(envelope, Aggregate)
        self.attributes = self.attributes or take_attributes(envelope)
        unfinished = len(self._stack) > _IN_MESSAGE_SET
        complete = envelope[: len(envelope) - unfinished]
        del envelope[: len(complete)]
        for name, aggregate in complete:
            assert isinstance(aggregate, Aggregate)
            yield name, aggregate

    # The walk

    def _walk(self) -> None:  # noqa: C901  (it counts the handlers together)
        """Hang the handlers on the parser. They share their state as closures, for speed."""
        parser, stack, text = self._parser, self._stack, self._text
        container = self._top
        leaf: Edge | None = None
        macro: Macro | None = None
        here = _NOWHERE
        state: Mapping[str, Edge] = {}
        if self._grammar is not None:
            here, state = self._begin(self._grammar)

        def instruction(target: str, data: str) -> None:
            nonlocal here, state
            if self._grammar is None and not stack:
                self._grammar = selected = self._select(target, data)
                if selected is not None:
                    here, state = self._begin(selected)

        def start(name: str, attributes: list[str]) -> None:
            nonlocal container, leaf, macro, here, state
            if text and (text[0].strip(BLANKS) or len(text) > 1) and leaf is None:
                self._blank(here)
            text.clear()
            try:
                edge = state[name]
            except KeyError:
                self._unexpected(here, state, container, name, leaf)
            if edge[1] is None:
                leaf = edge
                state = {}
                if attributes:
                    macro = self._use_macro(edge[3], attributes)
                return
            inside = Aggregate()
            container.append((name, inside))
            if attributes or edge[4]:
                inside += self._read_attributes(edge[3], attributes)
            stack.append((container, edge[0], here))
            container, state, here = inside, edge[1], edge[3]

        def end(name: str) -> None:
            nonlocal container, leaf, macro, here, state
            if leaf is None:
                if text and (text[0].strip(BLANKS) or len(text) > 1):
                    self._blank(here)
                text.clear()
                if not state.final:  # type: ignore[attr-defined]  # inside an aggregate it is a State
                    self._ends_early(here, state)
                container, state, here = stack.pop()
                return
            value = text.pop() if text else ""
            if text:
                value = "".join(text) + value
                text.clear()
            if macro is not None:
                value, macro = self._macro(name, value, macro), None
            elif leaf[2] is not None:
                try:
                    value = leaf[2](value)
                except ValueError as takes:
                    problem = refusals.wrong_value(name, value, str(takes))
                    self._refuse(problem, name, place=self._begins(value))
            container.append((name, value))
            state, leaf = leaf[0], None

        parser.ProcessingInstructionHandler = instruction
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text.append

    def _begin(self, grammar: Grammar) -> tuple[ElementDecl, State]:
        content = grammar.document.content
        assert content is not None
        return grammar.document, grammar.inside(content)

    # Before the document element

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            self._refuse(f'the encoding "{encoding}" is not read; use {", ".join(ENCODINGS)}')

    def _document_type(self, name: str, *rest: object) -> NoReturn:
        self._refuse("a document type declaration is not allowed")

    def _select(self, target: str, data: str) -> Grammar | None:
        """Take version and edition from the processing instruction; other instructions mean nothing."""
        if target != self.dialect.instruction:
            if target in DIALECTS:
                self._refuse(f"this is a {target} document; {self.dialect.instruction} was expected")
            return None
        match = _VERSION.fullmatch(data)
        if match is None:
            self._refuse(f'the instruction is written <?{target} version="{self.dialect.versions[-1]}"?>')
        self.edition = match[2] or self.dialect.editions[0]
        try:
            self.version = Version.parse(match[3])
        except ValueError:
            self._unsupported(match)
        if not self.dialect.has(self.version, self.edition):
            self._unsupported(match)
        return grammar(self.dialect.name, self.version, self.edition)

    def _unsupported(self, match: re.Match[str]) -> NoReturn:
        raise UnsupportedVersion((match[2] or "") + match[3], [str(one) for one in self.dialect.versions])

    # Attributes

    def _read_attributes(self, decl: ElementDecl, sent: list[str]) -> list[tuple[str, Value]]:
        assert self._grammar is not None
        try:
            return read_attributes(self._grammar, decl, _pairs(sent))
        except AttributeFault as wrong:
            self._refuse(wrong.problem, decl.name, wrong.expected)

    def _use_macro(self, decl: ElementDecl, sent: list[str]) -> Macro:
        try:
            return read_macro(decl, _pairs(sent))
        except AttributeFault as wrong:
            self._refuse(wrong.problem, decl.name, wrong.expected)

    def _macro(self, name: str, text: str, macro: Macro) -> Macro:
        if text.strip(BLANKS):
            self._refuse(f"{name} has useMacro and a text; it may have one of them", name)
        return macro

    # Refusals

    def _blank(self, here: ElementDecl) -> None:
        """Refuse text between elements; forget the white space."""
        raw = "".join(self._text)
        self._text.clear()
        found = raw.strip(BLANKS)
        if found:
            shown = found.split("\n")[0].rstrip(BLANKS)[:40]
            problem = f'the text "{shown}" stands between the elements of {here.name}'
            self._refuse(problem, place=self._begins(raw))

    def _begins(self, raw: str) -> tuple[int, int]:
        """Where the text that ends here begins, white space aside; references in it count as one character."""
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        found = raw.lstrip(BLANKS)
        lines = found.count("\n")
        if lines:
            before = raw[: -len(found)]
            return line - lines, len(before) - before.rfind("\n")
        return line, max(column - len(found), 1)

    def _unexpected(
        self, here: ElementDecl, state: object, siblings: Aggregate, name: str, leaf: Edge | None
    ) -> NoReturn:
        if self._grammar is None:
            instruction = f'<?{self.dialect.instruction} version="{self.dialect.versions[-1]}"?>'
            self._refuse(f"no {instruction} stands before {name}")
        if leaf is not None:
            outer = leaf[3].name
            self._refuse(f"{name} stands in {outer}, which takes a text only", f"{outer}/{name}")
        assert isinstance(state, State)
        before = siblings[-1][0] if siblings and siblings[-1][0][0] != "@" else ""
        problem = refusals.not_allowed(self._grammar, here, name, before)
        self._refuse(problem, name, refusals.expected(state))

    def _ends_early(self, here: ElementDecl, state: object) -> NoReturn:
        assert isinstance(state, State)
        missing = state.required()
        self._refuse(refusals.ends_early(here, missing), "", missing)

    def _not_well_formed(self, fault: expat.ExpatError, body: bytes) -> NoReturn:
        problem = refusals.not_well_formed(fault.code, body, self._open()[-1:])
        raise QbxmlRefused(problem, fault.lineno, fault.offset + 1, "/".join(self._open())) from None

    def _open(self) -> list[str]:
        """The names of the open aggregates, outermost first."""
        names: list[str] = []
        node: Value = self._top
        for _ in self._stack:
            assert isinstance(node, Aggregate)
            name, node = node[-1]
            names.append(name)
        return names

    def _refuse(
        self,
        problem: str,
        name: str = "",
        expected: tuple[str, ...] = (),
        place: tuple[int, int] | None = None,
    ) -> NoReturn:
        """Refuse the document for `name`, inside of what is open, here or at another `place`."""
        line, column = place or (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        path = "/".join([*self._open(), name] if name else self._open())
        raise QbxmlRefused(problem, line, column, path, expected) from None
