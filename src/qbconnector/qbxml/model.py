"""What a message of the language is: versions, elements, choices, contents, messages, message sets.

It owns the shapes only. Reading them from the specification files is `spec`'s work, walking a document
along them `states`', and values are `values`'.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


class Version(NamedTuple):
    """A version of the language, such as 13.0; compares by number."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read "13.0"; raise ValueError for anything else."""
        major, dot, minor = text.partition(".")
        if not (dot and text.isascii() and major.isdigit() and minor.isdigit()):
            raise ValueError(f'"{text}" is not a version')
        return cls(int(major), int(minor))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


FIRST = Version(1, 0)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an element. `enum` is empty where any text of the type will do."""

    name: str
    type: str
    required: bool
    since: Version = FIRST
    enum: tuple[str, ...] = ()
    default: str | None = None


@dataclass(eq=False, slots=True)
class Definition:
    """What an element is wherever it stands: a scalar's type and values, or an aggregate's content.

    `type` is "" for an aggregate. `lengths` maps editions to the longest text and is empty where none is set.
    `low` and `high` bound a number. `read_content` reads the content when it is first asked for.
    """

    name: str
    type: str = ""
    lengths: Mapping[str, int] = field(default_factory=dict)
    enum: tuple[str, ...] = ()
    enum_since: Mapping[str, Version] = field(default_factory=dict)
    default: str | None = None
    low: str = ""
    high: str = ""
    attributes: tuple[Attribute, ...] = ()
    read_content: "Callable[[], Content] | None" = None
    _content: "Content | None" = None

    @property
    def content(self) -> "Content | None":
        """The content of an aggregate, None for a scalar."""
        if self._content is None and self.read_content is not None:
            self._content = self.read_content()
        return self._content


@dataclass(eq=False)
class ElementDecl:
    """An element where it may stand: how often, since when, in which editions, and what it is.

    `max` None means any number. `since` is the version that counts; `noted` is what the schema's annotation
    says where that is earlier. `lax`: noted as required, yet accepted when missing (`min` is 0 then).
    `inferred`: its place is a deduction (16.0). An element whose `not_in` names every edition comes from the
    Online edition and is accepted in all of them.
    """

    definition: Definition
    min: int = 1
    max: int | None = 1
    since: Version = FIRST
    noted: Version = FIRST
    not_in: frozenset[str] = frozenset()
    lengths: Mapping[str, int] = field(default_factory=dict)
    may_use_macro: bool = False
    lax: bool = False
    inferred: bool = False

    def __post_init__(self) -> None:
        definition = self.definition
        self.name = definition.name
        self.type = definition.type
        self.enum = definition.enum
        self.default = definition.default
        self.attributes = definition.attributes
        self.length: int | None = self.lengths.get("US") or max(self.lengths.values(), default=None)

    @property
    def content(self) -> "Content | None":
        """The content of an aggregate, None for a scalar."""
        return self.definition.content

    @property
    def elements(self) -> "Mapping[str, ElementDecl]":
        """What may stand in an aggregate, by name; nothing in a scalar."""
        content = self.definition.content
        return content.elements if content is not None else {}

    @cached_property
    def may_def_macro(self) -> bool:
        """Whether it may carry a defMacro attribute."""
        return any(attribute.name == "defMacro" for attribute in self.attributes)

    def __repr__(self) -> str:
        return f"<{self.name} {self.type or 'aggregate'} {self.min}..{self.max}>"


@dataclass(eq=False, slots=True)
class Choice:
    """One of several branches, each a sequence, `min` to `max` times (None: any number, in any order)."""

    branches: "tuple[tuple[Item, ...], ...]"
    min: int = 1
    max: int | None = 1
    since: Version = FIRST
    not_in: frozenset[str] = frozenset()


Item = ElementDecl | Choice


@dataclass(eq=False)
class Content:
    """What stands in an aggregate, in order."""

    items: tuple[Item, ...]

    @cached_property
    def elements(self) -> Mapping[str, ElementDecl]:
        """Every element that may stand here, through all choices; of one name the first."""
        found: dict[str, ElementDecl] = {}
        for decl, _ in _places(self.items):
            found.setdefault(decl.name, decl)
        return found

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """The place of each element in the order; what one repeating choice mixes shares a place."""
        found: dict[str, int] = {}
        for decl, place in _places(self.items):
            found.setdefault(decl.name, place)
        return found


def _places(items: tuple[Item, ...]) -> Iterator[tuple[ElementDecl, int]]:
    """Each element with its place; a branch of a choice goes on counting where the one before it ended."""
    place = 0

    def walk(items: tuple[Item, ...], mixed: bool) -> Iterator[tuple[ElementDecl, int]]:
        nonlocal place
        for item in items:
            if isinstance(item, ElementDecl):
                yield item, place
                place += not mixed
            else:
                repeats = item.max != 1
                for branch in item.branches:
                    yield from walk(branch, mixed or repeats)
                place += repeats and not mixed

    return walk(items, False)


@dataclass(eq=False)
class Message:
    """A request and its response. `object` and `verb` part its name: Customer, Add; the verb may be ""."""

    name: str
    message_set: str
    since: Version
    not_in: frozenset[str]
    element: ElementDecl
    response: ElementDecl

    VERBS = ("Add", "Mod", "Query", "Del", "Void", "Merge", "Reverse")

    def __post_init__(self) -> None:
        self.attributes = self.element.attributes
        stem = self.name.removesuffix("Rq")
        self.verb = next((verb for verb in self.VERBS if stem.endswith(verb)), "")
        self.object = stem.removesuffix(self.verb)
        self.response_name = self.response.name

    @property
    def content(self) -> Content:
        """What stands in the request."""
        content = self.element.content
        assert content is not None
        return content

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True)
class MessageSet:
    """An envelope of requests, QBXMLMsgsRq for one, and the attributes it takes."""

    name: str
    attributes: tuple[Attribute, ...]

    @property
    def response_name(self) -> str:
        """The envelope of the responses."""
        return self.name.removesuffix("Rq") + "Rs"
