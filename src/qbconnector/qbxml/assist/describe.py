"""What an element is, in words: its values, how often it stands where it stands, what it excludes, where else it may.

The words are ours, the facts the specification's. It does not say what a request does with the element.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from qbconnector.qbxml.assist.walk import Target, locate
from qbconnector.qbxml.model import FIRST, Attribute, Choice, Content, Definition, ElementDecl, Item, Message, Version
from qbconnector.qbxml.spec import dialect
from qbconnector.qbxml.states import Grammar

_EXAMPLES = {
    "STR": "text",
    "ID": "identifier that QuickBooks gave, as in 80000001-1234567890",
    "GUID": "0, or an identifier as in {6B063959-81B0-4622-85D6-F548C8CCB517}",
    "AMT": "amount with two decimals or none, as in 12.50",
    "PRICE": "price with up to five decimals, as in 2.50",
    "QUAN": "quantity with up to five decimals, as in 3 or 0.25",
    "PERCENT": "percentage with up to five decimals, as in 7.75",
    "FLOAT": "decimal number, as in 1.5",
    "INT": "whole number",
    "BOOL": "true or false",
    "DATE": "date, as in 2026-01-31",
    "DATETIME": "date and time, as in 2026-01-31T14:05:00-05:00, or a date",
    "TIMEINTERVAL": "time interval, as in PT8H30M",
    "ENUM": "one of a list of values",
}


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of an enumeration, and since when it is one."""

    value: str
    since: str
    here: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An element that may stand in another one. `choice` numbers the choice it is a branch of, 0 for none."""

    name: str
    kind: str
    count: str
    since: str
    choice: int
    here: bool


@dataclass(frozen=True, slots=True)
class AttributeNote:
    """An attribute of an element."""

    name: str
    kind: str
    required: bool
    since: str
    values: tuple[str, ...]
    default: str


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of an element at a place. Texts are "" and numbers 0 where there is nothing to say.

    `path` is the way to it from its request, `kind` what it takes, `count` how often it stands, `instead` the other
    branches of the choice it is in, `lengths` the most characters by edition, `here` whether the version and edition
    have it, `absent` the editions that do not, `found_in` some of the elements it may stand in, `places` how many.
    """

    name: str
    path: str
    title: str
    kind: str
    type: str
    count: str
    since: str
    here: bool
    absent: tuple[str, ...]
    lengths: Mapping[str, int]
    range: str
    default: str
    values: tuple[EnumValue, ...]
    instead: tuple[str, ...]
    notes: tuple[str, ...]
    attributes: tuple[AttributeNote, ...]
    parts: tuple[Part, ...]
    found_in: tuple[str, ...]
    places: int


MOST_PLACES = 40

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


# Words


def kind(decl: ElementDecl, edition: str) -> str:
    """What the element takes, in a few words."""
    if not decl.type:
        return "aggregate"
    if decl.type == "STR":
        length = decl.lengths.get(edition) or decl.length
        return f"text, at most {length:,} characters" if length else "text"
    if decl.type == "ENUM":
        return f"one of {len(decl.enum)} values" if decl.enum else "a word of a list"
    bounds = _range(decl.definition)
    return _EXAMPLES[decl.type].partition(" as in")[0].rstrip(",") + (f", {bounds}" if bounds else "")


def count(item: Item, optional: bool = False) -> str:
    """How often it stands, in words; `optional` says that it may be left out where it stands."""
    least = 0 if optional else item.min
    if item.max is None:
        return "one or more" if least else "any number"
    if item.max == 1:
        return "required" if least else "may be left out"
    return f"{least} to {item.max}" if least else f"at most {item.max}"


def _range(definition: Definition) -> str:
    low, high = definition.low, definition.high
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less" if high else ""


def _since(version: Version) -> str:
    return "" if version == FIRST else str(version)


# At a place


def explain(text: str, offset: int, target: Target | None = None) -> Description | None:
    """What the element at this place is; None where there is none that the language knows."""
    place = locate(text, offset, target or Target.of())
    names = [frame.name for frame in place.walk.frames[1:]]
    token = place.token
    if token is not None and token.kind in ("open", "empty") and token.name:
        names.append(token.name)
    return describe(names, place.walk.target)


def describe(path: Sequence[str] | str, target: Target | None = None) -> Description | None:
    """What the element at the end of a path is, as in CustomerAddRq/CustomerAdd/Name; None for an unknown path.

    The path begins with a request or its response, or with any element; what stands around requests may be there.
    """
    target = target or Target.of()
    names = path.split("/") if isinstance(path, str) else list(path)
    around = {target.spec.root, *target.spec.message_sets}
    around.update(one.response_name for one in target.spec.message_sets.values())
    while len(names) > 1 and names[0] in around:
        del names[0]
    if not names:
        return None
    found = _begin(target, names[0])
    parent: ElementDecl | None = None
    for name in names[1:]:
        if found is None:
            return None
        parent, found = found, found.elements.get(name)
    if found is None:
        return None
    message = _message(target, names[0]) if parent is None else None
    return _Describer(target, names, found, parent, message).describe()


def _message(target: Target, name: str) -> Message | None:
    request = name[:-2] + "Rq" if name.endswith("Rs") else name
    return target.spec.messages.get(request)


def _begin(target: Target, name: str) -> ElementDecl | None:
    message = _message(target, name)
    if message is not None:
        return message.element if name == message.name else message.response
    document = target.rules.document
    root = document.elements.get(name)
    if root is not None:
        return root
    return document.elements[target.spec.root].elements.get(name) or (
        target.spec.element(name) if name in target.spec.definitions else None
    )


class _Describer:
    """Describes one element in one parent."""

    def __init__(
        self,
        target: Target,
        names: list[str],
        decl: ElementDecl,
        parent: ElementDecl | None,
        message: Message | None,
    ) -> None:
        self.target = target
        self.rules: Grammar = target.rules
        self.names = names
        self.decl = decl
        self.parent = parent
        self.message = message

    def describe(self) -> Description:
        decl, definition = self.decl, self.decl.definition
        item: ElementDecl | Message = self.message or decl
        places = where(self.target.dialect).get(decl.name, ())
        return Description(
            name=decl.name,
            path="/".join(self.names),
            title=self._title(),
            kind=kind(decl, self.target.edition),
            type=decl.type,
            count=self._count(),
            since=_since(item.since),
            here=self.rules.has_message(item) if isinstance(item, Message) else self.rules.has(item),
            absent=() if self._is_online(item) else tuple(sorted(item.not_in)),
            lengths=dict(decl.lengths),
            range=_range(definition),
            default=definition.default or "",
            values=tuple(self._values(definition)),
            instead=tuple(self._instead()),
            notes=tuple(self._notes()),
            attributes=tuple(_attribute(one) for one in decl.attributes),
            parts=tuple(self._parts(decl.content)) if decl.content else (),
            found_in=places[:MOST_PLACES],
            places=len(places),
        )

    def _title(self) -> str:
        """A sentence that says what it is, as far as its name and place tell."""
        name, message = self.decl.name, self.message
        if message is not None:
            if message.object.endswith("Report"):
                return f"Runs a report: {words(message.object)}."
            return _REQUESTS.get(message.verb, "").format(words(message.object))
        if name.endswith("Ref") and not self.decl.type:
            return f"Which {words(name.removesuffix('Ref'))}: by its ListID or its full name."
        ends = next((end for end in _ENDINGS if name.endswith(end) and name != end), "")
        return _ENDINGS[ends].format(words(name.removesuffix(ends))) if ends and not self.decl.type else ""

    def _count(self) -> str:
        if self.parent is None or self.parent.content is None:
            return ""
        choice = innermost(self.parent.content.items, self.decl)
        if choice is None or self.decl.min == 0:
            return count(self.decl)
        several = self.decl.max != 1 or choice.max != 1
        return f"{'one or more, in' if several else 'one branch of'} a choice that {_CHOICES[choice.min > 0]}"

    def _is_online(self, item: ElementDecl | Message) -> bool:
        return item.not_in >= frozenset(self.target.spec.editions)

    def _values(self, definition: Definition) -> Iterator[EnumValue]:
        for value in definition.enum:
            since = definition.enum_since.get(value, FIRST)
            yield EnumValue(value, _since(since), since <= self.target.version)

    def _instead(self) -> Iterator[str]:
        """The other branches of the innermost choice it is in, in a few names each."""
        content = self.parent.content if self.parent else None
        choice = innermost(content.items, self.decl) if content else None
        if choice is None or choice.max != 1:
            return
        for branch in self.rules.branches(choice):
            names = [part.name for part in elements(branch)]
            if self.decl.name not in names:
                yield " ".join(names[:4]) + (" …" if len(names) > 4 else "")

    def _notes(self) -> Iterator[str]:
        decl = self.decl
        if decl.may_def_macro:
            yield "May carry defMacro: a name for what it makes, for later requests of the same message set."
        if decl.may_use_macro:
            yield "May use a macro: useMacro in place of a text stands for what an earlier defMacro made."
        if decl.lax:
            yield "Noted as required, yet documents without it are accepted."
        if decl.inferred:
            yield "Its place is inferred, not seen."
        if decl.not_in >= frozenset(self.target.spec.editions):
            yield "An element of the Online edition, accepted everywhere."
        if decl.noted < decl.since:
            yield f"Noted as of {decl.noted}; the published schema has it from {decl.since} on."

    def _parts(self, content: Content) -> Iterator[Part]:
        number = 0

        def visit(items: Sequence[Item], choice: int) -> Iterator[Part]:
            nonlocal number
            for item in items:
                if isinstance(item, Choice):
                    number += 1
                    here = choice or number
                    for branch in item.branches:
                        yield from visit(branch, here)
                else:
                    known = kind(item, self.target.edition)
                    yield Part(item.name, known, count(item), _since(item.since), choice, self.rules.has(item))

        yield from visit(content.items, 0)


_CHOICES = {True: "has to be made", False: "may be left out"}
_REQUESTS = {
    "Add": "Adds one {}.",
    "Mod": "Changes one {}.",
    "Query": "Looks up {} records.",
    "Del": "Deletes one {}.",
    "Void": "Voids one {}.",
    "Merge": "Merges one {} into another.",
}
_ENDINGS = {
    "LineAdd": "A line of the {} that is added.",
    "LineMod": "A line of the {} as it is to be; a line that is left out is removed.",
    "LineRet": "A line of the {}.",
    "Add": "The {} to be added.",
    "Mod": "The {} as it is to be; what is left out stays as it is.",
    "Ret": "The {} as the company has it.",
}


def words(name: str) -> str:
    """The words of a name: "sales order" of SalesOrder; what is in capitals stays so."""
    return " ".join(word if word.isupper() else word.lower() for word in _WORDS.findall(name))


def _attribute(one: Attribute) -> AttributeNote:
    known = "one of a list of values" if one.enum else _EXAMPLES[one.type]
    return AttributeNote(one.name, known, one.required, _since(one.since), one.enum, one.default or "")


# Contents


def innermost(items: Sequence[Item], decl: ElementDecl) -> Choice | None:
    """The innermost choice that the element is in."""
    for item in items:
        if isinstance(item, Choice):
            for branch in item.branches:
                if any(part.name == decl.name for part in elements(branch)):
                    return innermost(branch, decl) or item
    return None


def elements(items: Sequence[Item]) -> Iterator[ElementDecl]:
    """Every element of the items, through all choices."""
    for item in items:
        if isinstance(item, Choice):
            for branch in item.branches:
                yield from elements(branch)
        else:
            yield item


@cache
def where(name: str) -> Mapping[str, tuple[str, ...]]:
    """In which elements each element of the dialect may stand, in requests and responses."""
    found: dict[str, dict[str, None]] = {}
    seen: set[Definition] = set()

    def visit(parent: ElementDecl) -> None:
        if parent.content is None or parent.definition in seen:
            return
        seen.add(parent.definition)
        for decl in elements(parent.content.items):
            found.setdefault(decl.name, {})[parent.name] = None
            visit(decl)

    for message in dialect(name).messages.values():
        visit(message.element)
        visit(message.response)
    return {element: tuple(sorted(parents)) for element, parents in found.items()}
