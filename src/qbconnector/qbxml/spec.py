"""The dialects: what the specification files say, as messages and elements.

Opening a dialect only finds its entries; each is read when it is first asked for. `Dialect.check` reads them all.
The format of the files is `specfile`'s, the shape of what comes out `model`'s.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from qbconnector.qbxml.model import (
    FIRST,
    Attribute,
    Choice,
    Content,
    Definition,
    ElementDecl,
    Item,
    Message,
    MessageSet,
    Version,
)
from qbconnector.qbxml.specfile import (
    Bar,
    Entry,
    Filter,
    Group,
    Open,
    Token,
    Word,
    entries,
    tokens,
    version,
    word,
)
from qbconnector.qbxml.values import CONVERTERS

TYPES = (*CONVERTERS, "ENUM")
DIALECTS = ("qbxml", "qbposxml")

_ATTRIBUTES = re.compile(r"\[([^\]]*)\]")
_RANGE = re.compile(r"([\d.]*?)\.\.([\d.]*)")
_LENGTH = re.compile(r"\d+|[A-Z]{2}\d+(?:,[A-Z]{2}\d+)*")
_STATUS = ("requestID", "statusCode", "statusSeverity", "statusMessage")

T = TypeVar("T")


class _Lazy(Mapping[str, T]):
    """A mapping whose values are made when they are first asked for."""

    def __init__(self, names: Mapping[str, Entry], make: Callable[[str], T]) -> None:
        self._names = names
        self._make = make
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        value = self._made.get(name)
        if value is None:
            if name not in self._names:
                raise KeyError(name)
            value = self._made[name] = self._make(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


class Dialect:
    """One dialect of the language.

    `root` is the name of its document element, `instruction` of its processing instruction, `versions` are all
    that a document may name, `editions` the countries, the default first.
    """

    def __init__(self, folder: Traversable) -> None:
        self.name = folder.name
        self._definitions: dict[str, Entry] = {}
        self._directives: list[tuple[str, Entry]] = []
        self._message_entries: dict[str, tuple[str, Entry]] = {}
        self._index(folder)
        self.root, self.instruction = self._directive("dialect").split()
        self.editions = tuple(self._directive("editions").split())
        self._recovery = self._directive("recovery")
        self.definitions: Mapping[str, Definition] = _Lazy(self._definitions, self._read_definition)
        self._groups = {group.split()[0]: entry for group, entry in self._all("group")}
        self._elements: dict[str, ElementDecl] = {}
        requests = {name: entry for name, (_, entry) in self._message_entries.items() if name[-2:] != "Rs"}
        self.messages: Mapping[str, Message] = _Lazy(requests, self._read_message)

    def _index(self, folder: Traversable) -> None:
        message_set = ""
        for entry in entries(folder):
            text = entry.text
            if text[0] == "%":
                directive, _, rest = text[1:].partition(" ")
                if directive == "messages":
                    message_set = rest.strip()
                else:
                    self._directives.append((directive, entry))
                continue
            for name in text.split("{", 1)[0].split():
                if name in TYPES or name[0] == "[" or name == "defMacro":
                    break
                stem = re.split("[@~!]", name, maxsplit=1)[0]
                is_message = stem[-2:] in ("Rq", "Rs") or stem == message_set
                known = self._message_entries if is_message else self._definitions
                if stem in known:
                    entry.fault(f"{stem} is defined twice")
                if is_message:
                    self._message_entries[stem] = message_set, entry
                    break
                self._definitions[stem] = entry

    # Directives

    def _all(self, directive: str) -> list[tuple[str, Entry]]:
        return [(entry.text.partition(" ")[2], entry) for name, entry in self._directives if name == directive]

    def _directive(self, directive: str) -> str:
        return next((text for text, _ in self._all(directive)), "")

    @cached_property
    def _versions(self) -> Mapping[Version, frozenset[str]]:
        """The versions, each with the editions that do not have it."""
        words = [word(entry, "v@" + text) for line, entry in self._all("versions") for text in line.split()]
        return {one.since: one.not_in for one in words}

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every version of the default edition, ascending."""
        return self.versions_of(self.editions[0])

    def versions_of(self, edition: str) -> tuple[Version, ...]:
        """Every version of an edition, ascending."""
        return tuple(one for one in sorted(self._versions) if self.has(one, edition))

    def has(self, version: Version, edition: str) -> bool:
        """Whether documents of this version and edition exist."""
        return edition in self.editions and edition not in self._versions.get(version, self.editions)

    @cached_property
    def message_sets(self) -> Mapping[str, MessageSet]:
        """The envelopes a document may have, by name."""
        sets = [(text.split()[0], entry) for text, entry in self._all("set")]
        return {name: MessageSet(name, self._attributes(entry, entry.text)) for name, entry in sets}

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes that messages have in common, by name."""
        declared = [self._attribute(entry, text) for text, entry in self._all("attribute")]
        return {attribute.name: attribute for attribute in declared}

    def _attribute(self, entry: Entry, text: str) -> Attribute:
        """Read `name?@since TYPE values`."""
        words = text.split()
        marks = word(entry, words[0])
        scalar = self._scalar(entry, marks.name, words[1:])
        return Attribute(marks.name, scalar.type, marks.min == 1, marks.since, scalar.enum, scalar.default)

    def _attributes(self, entry: Entry, head: str) -> tuple[Attribute, ...]:
        """The attributes in the brackets of a head, by name or as `name? TYPE values`, and a defMacro."""
        found = [self._named(entry, name) for name in head.split() if name == "defMacro"]
        for text in _ATTRIBUTES.findall(head):
            words = text.split()
            if len(words) > 1 and words[1] in TYPES:
                found.append(self._attribute(entry, text))
            else:
                found += [self._named(entry, name) for name in words]
        return tuple(found)

    def _named(self, entry: Entry, name: str) -> Attribute:
        return self.attributes.get(name) or entry.fault(f"the attribute {name} is not declared")

    # Definitions

    def _read_definition(self, name: str) -> Definition:
        entry = self._definitions[name]
        head = entry.head.split()
        element = name.partition("/")[0]
        kind = next((index for index, text in enumerate(head) if text in TYPES), None)
        if "{" not in entry.text:
            if kind is None:
                entry.fault(f"{name} has neither a type nor a content")
            return self._scalar(entry, element, head[kind:])
        attributes = self._attributes(entry, entry.head)
        return Definition(element, attributes=attributes, read_content=partial(self._content, entry, entry.body))

    def _scalar(self, entry: Entry, name: str, words: list[str]) -> Definition:
        """Read `TYPE length range values default:value`."""
        if not words or words[0] not in TYPES:
            entry.fault(f"{name} has no type")
        scalar = Definition(name, words[0])
        values: dict[str, Version] = {}
        for text in words[1:]:
            bounds = _RANGE.fullmatch(text)
            if text.startswith("default:"):
                scalar.default = text.removeprefix("default:")
            elif scalar.type == "ENUM":
                value, _, since = text.partition("@")
                values[value] = version(entry, since or None)
            elif bounds:
                scalar.low, scalar.high = bounds.groups()
            else:
                scalar.lengths = self._lengths(entry, text)
        scalar.enum = tuple(values)
        scalar.enum_since = {value: since for value, since in values.items() if since > FIRST}
        return scalar

    def _lengths(self, entry: Entry, text: str) -> Mapping[str, int]:
        if text == "":
            return {}
        if not _LENGTH.fullmatch(text):
            entry.fault(f'the word "{text}" is unknown')
        if text.isdigit():
            return dict.fromkeys(self.editions, int(text))
        return {part[:2]: int(part[2:]) for part in text.split(",")}

    def element(self, name: str) -> ElementDecl:
        """The element of this name, as it stands alone; raise KeyError if there is none."""
        return self._elements.get(name) or self._elements.setdefault(name, ElementDecl(self.definitions[name]))

    # Contents

    def _content(self, entry: Entry, text: str) -> Content:
        stream = tokens(entry, text)
        items, end = self._sequence(entry, stream)
        if end is not None:
            entry.fault("a choice ends that did not begin")
        return Content(tuple(items))

    def _sequence(self, entry: Entry, stream: Iterator[Token]) -> tuple[list[Item], Word | Bar | None]:
        """Read up to the end of the branch; return its items and what ended it."""
        items: list[Item] = []
        for token in stream:
            if isinstance(token, Open):
                items.append(self._choice(entry, stream))
            elif isinstance(token, Group):
                group = self._groups.get(token.name) or entry.fault(f"the group {token.name} is unknown")
                items += self._content(group, group.body).items
            elif isinstance(token, Filter):
                items.append(self._filter(entry, token))
            elif isinstance(token, Bar) or not token.name:
                return items, token
            else:
                items.append(self._use(entry, token))
        return items, None

    def _choice(self, entry: Entry, stream: Iterator[Token]) -> Choice:
        branches: list[tuple[Item, ...]] = []
        while True:
            items, end = self._sequence(entry, stream)
            branches.append(tuple(items))
            if end is None:
                entry.fault("a choice does not end")
            if isinstance(end, Word):
                inner = tuple(_marked(branch, end.since, end.not_in) for branch in branches)
                return Choice(inner, end.min, end.max, end.since, end.not_in)

    def _use(self, entry: Entry, use: Word) -> ElementDecl:
        definition = self.definitions.get(use.name) or entry.fault(f"{use.name} is not defined")
        if unknown := use.not_in.difference(self.editions):
            entry.fault(f"the edition {', '.join(sorted(unknown))} is unknown")
        lengths = definition.lengths if use.length is None else self._lengths(entry, use.length)
        return ElementDecl(
            definition,
            use.min,
            use.max,
            use.since,
            use.noted,
            use.not_in,
            lengths,
            use.macro,
            use.lax,
            use.inferred,
        )

    def _filter(self, entry: Entry, pair: Filter) -> Choice:
        """The filters on a field: by a criterion, or by a range."""
        one = self.definitions.get(pair.name) or entry.fault(f"{pair.name} is not defined")
        criterion = "MatchStringCriterion" if one.type == "STR" else "MatchNumericCriterion"
        single = self._made(pair.name + "Filter", (self.definitions[criterion], one))
        bounds = (self._made("From" + pair.name, one), self._made("To" + pair.name, one))
        ranged = self._made(pair.name + "RangeFilter", bounds)
        pairs = _marked((ElementDecl(single), ElementDecl(ranged)), pair.since, frozenset())
        return Choice(((pairs[0],), (pairs[1],)), 0, 1, pair.since)

    def _made(self, name: str, like: Definition | tuple[Definition, ...]) -> Definition:
        """A definition that follows from a rule: a scalar like another, or an aggregate of these."""
        if isinstance(like, tuple):
            items = tuple(ElementDecl(part, lengths=part.lengths) for part in like)
            return Definition(name, read_content=lambda: Content(items))
        return Definition(name, like.type, like.lengths, like.enum, like.enum_since)

    # Messages

    def _read_message(self, name: str) -> Message:
        message_set, entry = self._message_entries[name]
        head = word(entry, entry.head.split()[0])
        own = self._attributes(entry, entry.head)
        attributes = (self._named(entry, "requestID"), *own) if name.endswith("Rq") else own
        request = Definition(name, attributes=attributes, read_content=partial(self._content, entry, entry.body))
        response = self._response(name, entry, {attribute.name for attribute in own})
        return Message(name, message_set, head.since, head.not_in, ElementDecl(request), ElementDecl(response))

    def _response(self, request: str, entry: Entry, asked: set[str]) -> Definition:
        """The response as it is written, or as it follows from the request; an event has none."""
        if not request.endswith("Rq"):
            return Definition("", read_content=lambda: Content(()))
        stem = request.removesuffix("Rq")
        name = stem + "Rs"
        _, written = self._message_entries.get(name, ("", None))
        counts = ["retCount"] if "metaData" in asked else []
        counts += ["iteratorRemainingCount", "iteratorID"] if "iterator" in asked else []
        attributes = tuple(self.attributes[one] for one in (*_STATUS, *counts))
        if written is not None:
            body = written.body
            attributes += self._attributes(written, written.head)
        elif stem.endswith("Query"):
            written, body = entry, f"{stem.removesuffix('Query')}Ret*"
        elif stem.endswith(("Add", "Mod")):
            written, body = entry, f"{stem[:-3]}Ret? {self._recovery}"
        else:
            entry.fault(f"{name} does not follow from its request and is not written")
        return Definition(name, attributes=attributes, read_content=partial(self._content, written, body))

    def check(self) -> None:
        """Read every entry; raise SpecError for the first fault, or for a definition that nothing uses."""
        used: set[Definition] = set()

        def visit(items: tuple[Item, ...]) -> None:
            for item in items:
                if isinstance(item, Choice):
                    for branch in item.branches:
                        visit(branch)
                elif item.definition not in used:
                    used.add(item.definition)
                    visit(item.content.items if item.content else ())

        for message in self.messages.values():
            visit(message.content.items)
            visit(message.response.content.items if message.response.content else ())
        names = {definition.name for definition in used}
        for name, entry in self._definitions.items():
            if self.definitions[name] not in used and name not in names:
                entry.fault(f"nothing uses {name}")
        for name, (_, entry) in self._message_entries.items():
            if name.endswith("Rs") and name.removesuffix("Rs") + "Rq" not in self.messages:
                entry.fault(f"{name} has no request")


def _marked(items: tuple[Item, ...], since: Version, not_in: frozenset[str]) -> tuple[Item, ...]:
    """The items with the marks of the choice they stand in: an element knows since when it may be used."""
    if since == FIRST and not not_in:
        return items
    marked: list[Item] = []
    for item in items:
        newer, fewer = max(item.since, since), item.not_in | not_in
        if isinstance(item, Choice):
            inner = tuple(_marked(branch, since, not_in) for branch in item.branches)
            marked.append(replace(item, branches=inner, since=newer, not_in=fewer))
        else:
            marked.append(replace(item, noted=max(item.noted, since), since=newer, not_in=fewer))
    return tuple(marked)


@cache
def dialect(name: str) -> Dialect:
    """The dialect "qbxml" or "qbposxml"; raise KeyError for another name."""
    if name not in DIALECTS:
        raise KeyError(name)
    return Dialect(files("qbconnector") / "spec" / name)
