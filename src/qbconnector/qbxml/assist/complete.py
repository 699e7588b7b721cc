"""What may be written at a place of an unfinished document: elements, attributes, values, or the frame of it all.

Every offer is accepted there. Where elements follow that may stand there, they still may after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qbconnector.qbxml.assist.describe import count, kind
from qbconnector.qbxml.assist.scan import Token, Written, attributes
from qbconnector.qbxml.assist.walk import Frame, Place, Target, locate
from qbconnector.qbxml.fragment import unescape
from qbconnector.qbxml.model import FIRST, Attribute, ElementDecl
from qbconnector.qbxml.render import DECLARATION, escape
from qbconnector.qbxml.states import State

INDENT = "  "
MOST_LEADING = 8

_WORD = re.compile(r"[A-Za-z]\w*\Z")
_MACRO = re.compile(r"""\bdefMacro\s*=\s*["']([^"'<>]+)["']""")
_VALUE_END = re.compile(r"[<\n]")
_VALUES = {"BOOL": ["true", "false"]}


@dataclass(frozen=True, slots=True)
class Option:
    """One offer. `insert` takes the place of what was typed, and the cursor then stands at `cursor` in it.

    `kind` is element, request, end, attribute, value or document; `detail` a few words; `required` whether it, or
    another one like it, has to come.
    """

    label: str
    kind: str
    insert: str
    cursor: int
    detail: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Completions:
    """What may be written in place of `text[start:end]`, which is what was typed of it.

    `inside` is the path of the elements around, `missing` what has to come before the innermost may end: one of these.
    """

    start: int
    end: int
    options: tuple[Option, ...] = ()
    inside: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def complete(text: str, offset: int, target: Target | None = None) -> Completions:
    """What may be written at this place; the target counts where the document does not say a version itself."""
    return _Completer(locate(text, offset, target or Target.of())).complete()


class _Completer:
    """Completes at one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.text = place.text
        self.offset = place.offset
        self.walk = place.walk
        self.frame: Frame = place.walk.here

    def complete(self) -> Completions:
        token = self.place.token
        if token is None or token.kind == "text":
            return self._in_text()
        if token.kind == "instruction":
            return self._in_instruction(token)
        if token.kind == "close":
            return self._in_close(token)
        if token.kind in ("open", "empty"):
            return self._in_name(token) if self.offset <= token.name_end else self._in_tag(token)
        return Completions(self.offset, self.offset)

    def _answer(self, start: int, end: int, options: Iterator[Option]) -> Completions:
        state = self.frame.state
        inside = tuple(frame.name for frame in self.walk.frames[1:])
        last = (self._after(state) or state) if state is not None else None
        return Completions(start, end, tuple(options), inside, last.required() if last is not None else ())

    # Between tags, and in a name

    def _in_text(self) -> Completions:
        if self.frame.decl is not None and self.frame.is_text:
            return self._in_value(self.frame.decl)
        begin = self.text.rfind(">", 0, self.offset) + 1
        typed = _WORD.search(self.text, begin, self.offset)
        start = typed.start() if typed else self.offset
        return self._answer(start, self.offset, self._elements(start))

    def _in_name(self, token: Token) -> Completions:
        """In the name of a tag: of a whole one the name alone is completed."""
        if self.frame.is_text:
            return self._answer(token.start, self.offset, self._ending(token.start))
        bare = token.closed or self.text[token.name_end : token.end].strip() != ""
        if not bare:
            return self._answer(token.start, token.name_end, self._elements(token.start))
        names = (
            Option(one.label, one.kind, one.label, len(one.label), one.detail, one.required)
            for one in self._elements(token.start)
            if one.kind in ("element", "request")
        )
        return self._answer(token.start + 1, token.name_end, names)

    def _in_close(self, token: Token) -> Completions:
        return self._answer(token.start, token.end if token.closed else token.name_end, self._close())

    def _elements(self, start: int) -> Iterator[Option]:
        """Elements that may begin here, and the end of what is open."""
        state, frame = self.frame.state, self.frame
        if state is None:
            yield from self._ending(start)
        elif len(self.walk.frames) == 1:
            yield from self._documents(state)
        elif frame.decl is not None and frame.decl.content is None:
            yield from self._requests(start, frame.name)
            yield from self._ending(start)
        else:
            required = state.required()
            right = self._after(state) is not None
            steps = [step for step in state.steps() if self._after(step[1]) is not None]
            for decl, _ in steps if steps or right else state.steps():
                yield self._element(decl, start, decl.name in required)
            if state.final:
                yield from self._ending(start)

    def _after(self, state: State) -> State | None:
        """The state after the elements that follow, None if they may not follow this one."""
        for name in self.place.after.siblings:
            try:
                state = state[name][0]
            except KeyError:
                return None
        return state

    def _element(self, decl: ElementDecl, start: int, required: bool, kind_: str = "element") -> Option:
        words = [kind(decl, self.walk.target.edition)]
        if kind_ == "element":
            words += ["required"] if required else [count(decl, optional=True)] if decl.max != 1 else []
        if decl.since > FIRST:
            words.append(f"since {decl.since}")
        insert, cursor = self._written(decl, self._margin(start))
        return Option(decl.name, kind_, insert, cursor, " · ".join(words), required)

    def _written(self, decl: ElementDecl, margin: str) -> tuple[str, int]:
        """The element with what has to stand in it, and where its text or its content goes."""
        opening = f"<{decl.name}{self._needed(decl)}>"
        closing = f"</{decl.name}>"
        if decl.type:
            return opening + closing, len(opening)
        inner = margin + INDENT
        begin = f"{opening}\n{inner}"
        within = [self._written(first, inner) for first in self._leading(decl)] or [("", 0)]
        lines = f"\n{inner}".join(text for text, _ in within)
        return f"{begin}{lines}\n{margin}{closing}", len(begin) + within[0][1]

    def _leading(self, decl: ElementDecl) -> list[ElementDecl]:
        """What nobody would leave out: the elements that have to come first, or a reference's name."""
        content = decl.content
        if content is None:
            return []
        leading: list[ElementDecl] = []
        state = self.walk.target.rules.inside(content)
        while len(required := state.required()) == 1 and len(leading) < MOST_LEADING:
            first, state = next(state.steps())
            if first.name != required[0]:
                break
            leading.append(first)
        if not leading and decl.name.endswith("Ref") and "FullName" in content.elements:
            return [content.elements["FullName"]]
        return leading

    def _needed(self, decl: ElementDecl) -> str:
        """The attributes that the element may not be without."""
        return "".join(f' {one.name}="{_likely(one)}"' for one in decl.attributes if one.required)

    def _requests(self, start: int, message_set: str) -> Iterator[Option]:
        rules = self.walk.target.rules
        for name, message in sorted(self.walk.target.spec.messages.items()):
            if message.message_set == message_set and rules.has_message(message):
                insert, cursor = self._written(message.element, self._margin(start))
                yield Option(name, "request", insert, cursor, f"since {message.since}" if message.since > FIRST else "")

    def _margin(self, start: int) -> str:
        """The white space that the line begins with."""
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        return line[: len(line) - len(line.lstrip(" \t"))]

    # The end of what is open

    def _ending(self, start: int) -> Iterator[Option]:
        """The closing tag, unless it is there."""
        if len(self.walk.frames) > 1 and self.place.after.closes != self.frame.name:
            yield from self._close()

    def _close(self) -> Iterator[Option]:
        if len(self.walk.frames) > 1:
            insert = f"</{self.frame.name}>"
            yield Option(f"/{self.frame.name}", "end", insert, len(insert), "closes what is open")

    # The frame of a document

    def _documents(self, state: State) -> Iterator[Option]:
        """What is missing of the frame of a document: its beginning, or all of it with an empty message set."""
        target, spec = self.walk.target, self.walk.target.spec
        declared = self.text.lstrip("\ufeff \t\r\n").startswith("<?xml")
        head = "" if declared else DECLARATION
        head += "" if self.walk.told else f'<?{spec.instruction} version="{target}"?>\n'
        if self.walk.begun:
            return
        if self.place.after.siblings:
            if head and not self.text[: self.offset].strip("\ufeff \t\r\n<"):
                yield Option(f"?{spec.instruction}", "document", head, len(head), f"version {target}", True)
            return
        (root, _), *_ = state.steps()
        for decl in root.elements.values():
            begin = f"{head}<{root.name}>\n{INDENT}<{decl.name}{self._needed(decl)}>\n{INDENT * 2}"
            insert = f"{begin}\n{INDENT}</{decl.name}>\n</{root.name}>\n"
            yield Option(root.name, "document", insert, len(begin), f"a document of {decl.name}", True)

    def _in_instruction(self, token: Token) -> Completions:
        """The versions, in the value of the version."""
        spec = self.walk.target.spec
        one = self._attribute_at(token)
        if token.name != spec.instruction or one is None or one.name != "version" or one.start < 0:
            return Completions(self.offset, self.offset)
        versions = (
            ("" if edition == spec.editions[0] else edition) + str(version)
            for edition in spec.editions
            for version in reversed(spec.versions_of(edition))
        )
        return self._values(one, ((value, "") for value in versions))

    # Attributes

    def _in_tag(self, token: Token) -> Completions:
        """Behind the name of a tag."""
        decl = self._decl_of(token)
        if decl is None or (token.closed and self.offset == token.end):
            return Completions(self.offset, self.offset)
        one = self._attribute_at(token)
        declared = self._declared(decl)
        if one is not None and one.start >= 0 and self.offset >= one.start:
            known = next((each for each in declared if each.name == one.name), None)
            return self._values(one, self._values_of(known)) if known else Completions(self.offset, self.offset)
        written = {each.name for each in attributes(self.text, token) if each is not one}
        left = [each for each in declared if each.name not in written]
        start, end = (one.at, one.at + len(one.name)) if one else (self.offset, self.offset)
        return self._answer(start, end, (self._attribute(each, one) for each in left))

    def _decl_of(self, token: Token) -> ElementDecl | None:
        walk = self.walk
        return walk.take(Token("empty", token.start, token.end, token.name, True), self.text)

    def _declared(self, decl: ElementDecl) -> list[Attribute]:
        version = self.walk.target.version
        macro = [Attribute("useMacro", "STR", False)] if decl.may_use_macro else []
        return [one for one in (*decl.attributes, *macro) if one.since <= version]

    def _attribute_at(self, token: Token) -> Written | None:
        for one in attributes(self.text, token):
            if one.at <= self.offset <= max(one.at + len(one.name), one.end):
                return one
        return None

    def _attribute(self, one: Attribute, typed: Written | None) -> Option:
        has_value = typed is not None and typed.start >= 0
        insert = one.name if has_value else f'{one.name}=""'
        words = ["one of " + ", ".join(one.enum)] if one.enum else []
        words += [f"since {one.since}"] if one.since > FIRST else []
        return Option(one.name, "attribute", insert, len(insert) - (not has_value), " · ".join(words), one.required)

    def _values_of(self, one: Attribute) -> Iterator[tuple[str, str]]:
        if one.name == "useMacro":
            names = dict.fromkeys(_MACRO.findall(self.text, 0, self.offset))
            yield from ((unescape(name), "an earlier defMacro") for name in names)
        for value in one.enum:
            yield value, "unless it is said" if value == one.default else ""

    def _values(self, one: Written, values: Iterator[tuple[str, str]]) -> Completions:
        found = (Option(value, "value", escape(value), len(escape(value)), detail) for value, detail in values)
        return self._answer(one.start, one.end, found)

    # The text of an element

    def _in_value(self, decl: ElementDecl) -> Completions:
        """The values of an enumeration or a truth value, in place of the text that stands there."""
        before = max(self.text.rfind(mark, 0, self.offset) for mark in ">\n")
        end = _VALUE_END.search(self.text, self.offset)
        version = self.walk.target.version
        since = decl.definition.enum_since
        values = [one for one in decl.enum if since.get(one, FIRST) <= version] or _VALUES.get(decl.type, [])
        found = (Option(one, "value", one, len(one), f"since {since[one]}" if one in since else "") for one in values)
        return self._answer(before + 1, end.start() if end else len(self.text), found)


def _likely(one: Attribute) -> str:
    """The value to begin with."""
    if "stopOnError" in one.enum:
        return "stopOnError"
    return one.default or next(iter(one.enum), "")
