"""Makes valid requests from the specification: the least of a message, all of it, and any of it for hypothesis.

It owns no expectations. `value` hooks choose the text of a leaf by its path (from the request's name on) and its
declaration; None leaves the choice to this module.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from qbconnector.qbxml import (
    Aggregate,
    Choice,
    ElementDecl,
    Item,
    Message,
    Version,
    dialect,
    render_document,
    render_request,
)
from qbconnector.qbxml.states import Grammar, grammar

Path = tuple[str, ...]
Value = Callable[[Path, ElementDecl], str | None]

EXAMPLES = {
    "STR": "x",
    "ID": "80000001-1234567890",
    "GUID": "{6B063959-81B0-4622-85D6-F548C8CCB517}",
    "AMT": "10.00",
    "PRICE": "2.50",
    "QUAN": "3",
    "PERCENT": "7.75",
    "FLOAT": "1.5",
    "INT": "1",
    "BOOL": "true",
    "DATE": "2026-01-31",
    "DATETIME": "2026-01-31T14:05:00-05:00",
    "TIMEINTERVAL": "PT8H30M",
}


def _no_value(path: Path, decl: ElementDecl) -> str | None:
    return None


@dataclass
class Builder:
    """Builds the content of a message. Subclasses decide how often, which branch and what text."""

    grammar: Grammar
    value: Value = _no_value

    def count(self, item: Item) -> int:
        """How often the item stands."""
        return item.min

    def branch(self, branches: list[list[Item]]) -> list[Item]:
        """Which branch of a choice is taken."""
        return min(branches, key=lambda branch: sum(item.min for item in branch))

    def text(self, path: Path, decl: ElementDecl) -> str:
        """The text of a leaf."""
        chosen = self.value(path, decl)
        if chosen is not None:
            return chosen
        known = [one for one in decl.enum if self.has_value(decl, one)]
        return known[0] if known else EXAMPLES[decl.type]

    def has_value(self, decl: ElementDecl, value: str) -> bool:
        """Whether this version has the value of an enumeration."""
        return decl.definition.enum_since.get(value, self.grammar.version) <= self.grammar.version

    def build(self, items: Iterable[Item], path: Path) -> Aggregate:
        """The children that these items make."""
        built = Aggregate()
        for item in items:
            if not self.grammar.has(item):
                continue
            for _ in range(self.count(item)):
                if isinstance(item, Choice):
                    branches = self.grammar.branches(item)
                    built += self.build(self.branch(branches), path) if branches else []
                else:
                    built.append((item.name, self.element(item, (*path, item.name))))
        return built

    def element(self, decl: ElementDecl, path: Path) -> str | Aggregate:
        """The value of one element."""
        return self.build(decl.content.items, path) if decl.content else self.text(path, decl)


@dataclass
class Full(Builder):
    """Everything once, of a choice the longest branch; what repeats in any order, each branch in turn."""

    turn: dict[int, int] = field(default_factory=dict)

    def count(self, item: Item) -> int:
        repeats = isinstance(item, Choice) and item.max != 1
        return len(item.branches) if repeats and isinstance(item, Choice) else max(item.min, 1)

    def branch(self, branches: list[list[Item]]) -> list[Item]:
        longest = max(branches, key=len)
        if len(longest) > 1:
            return longest
        key = hash(tuple(id(branch[0]) for branch in branches))
        self.turn[key] = self.turn.get(key, -1) + 1
        return branches[self.turn[key] % len(branches)]


def _grammar(message: Message, version: Version | None, edition: str) -> Grammar:
    name = "qbposxml" if "POS" in message.message_set else "qbxml"
    return grammar(name, version or dialect(name).versions[-1], edition)


def minimal(
    message: Message, version: Version | None = None, edition: str = "US", value: Value = _no_value
) -> Aggregate:
    """The fields of the least request that is valid."""
    return Builder(_grammar(message, version, edition), value).build(message.content.items, (message.name,))


def full(message: Message, version: Version | None = None, edition: str = "US", value: Value = _no_value) -> Aggregate:
    """The fields of a request that uses everything it can at once."""
    return Full(_grammar(message, version, edition), value).build(message.content.items, (message.name,))


def document(requests: Iterable[tuple[Message, Aggregate]], version: Version | None = None, edition: str = "") -> bytes:
    """The document of these requests, which belong to one message set."""
    listed = list(requests)
    message_set = listed[0][0].message_set
    name = "qbposxml" if "POS" in message_set else "qbxml"
    rendered = [render_request(message.name, fields, dialect=name) for message, fields in listed]
    selected = edition + str(version or dialect(name).versions[-1])
    return render_document(rendered, selected, name, message_set)


def requests(name: str = "qbxml") -> list[Message]:
    """Every request of a dialect that exists in the default edition."""
    spec = dialect(name)
    here = spec.editions[0]
    return [one for one in spec.messages.values() if one.name.endswith("Rq") and here not in one.not_in]


class Drawn(Builder):
    def __init__(self, grammar: Grammar, draw: st.DrawFn) -> None:
        super().__init__(grammar)
        self.draw = draw

    def count(self, item: Item) -> int:
        most = item.min + 2 if item.max is None else item.max
        return self.draw(st.integers(item.min, min(most, item.min + 2)))

    def branch(self, branches: list[list[Item]]) -> list[Item]:
        return self.draw(st.sampled_from(branches))

    def text(self, path: Path, decl: ElementDecl) -> str:
        if decl.enum:
            return self.draw(st.sampled_from([one for one in decl.enum if self.has_value(decl, one)]))
        if decl.type == "STR":
            return self.draw(TEXTS)
        return EXAMPLES[decl.type]


TEXTS = st.text(
    st.one_of(
        st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]),
        st.sampled_from("\n\t\r&<>\"'é®Øਅ😀"),
    ),
    max_size=12,
)


@st.composite
def valid_requests(draw: st.DrawFn, name: str = "qbxml") -> tuple[Message, Aggregate]:
    """Any request of the dialect with any content that is valid."""
    message = draw(st.sampled_from(requests(name)))
    builder = Drawn(_grammar(message, None, "US"), draw)
    return message, builder.build(message.content.items, (message.name,))
