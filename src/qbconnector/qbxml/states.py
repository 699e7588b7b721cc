"""The automata that a document is walked along, one per content, version and edition, made as they are needed.

A State is a place in a content, and a mapping from the name of what comes next to the Edge that leads on; an edge
is worked out when it is first taken. The language is deterministic: from no state do two edges of one name lead
on, so a state also knows everything that may come next. It knows no XML and words no refusals.
"""

from collections.abc import Iterator
from functools import cache, cached_property

from qbconnector.qbxml.model import (
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
from qbconnector.qbxml.spec import Dialect, dialect
from qbconnector.qbxml.values import CONVERTERS, Converter, enumeration, within

# What an element leads to: the state after it; inside an aggregate, the state it begins in, or of a leaf, the
# converter of its text (None takes any); what it is; and whether it has attributes that may not be missing.
# A bare tuple, because taking one apart is what reading a document mostly does.
Edge = tuple["State", "State | None", Converter | None, ElementDecl, bool]


class State(dict[str, Edge]):
    """A place in a content: `item` has been seen `count` times, after it comes `rest`. Nothing left: no item.

    `final`: the aggregate may end here. A name that may not come next raises KeyError.
    """

    __slots__ = ("count", "final", "grammar", "item", "rest")

    def __init__(self, grammar: "Grammar", item: Item | None, count: int, rest: "State | None") -> None:
        self.grammar = grammar
        self.item = item
        self.count = count
        self.rest = rest
        self.final: bool = rest is None or (rest.final and (item is None or grammar.may_pass(item, count)))

    def __missing__(self, name: str) -> Edge:
        for decl, target in self.steps():
            if decl.name == name:
                edge = self[name] = self.grammar.edge(decl, target)
                return edge
        raise KeyError(name)

    def steps(self, stop: "State | None" = None) -> Iterator[tuple[ElementDecl, "State"]]:
        """Everything that may come next, in order, and the state it leads to; not what comes at `stop`."""
        state = self
        grammar = self.grammar
        while state is not stop and state.item is not None and state.rest is not None:
            item, count = state.item, state.count
            if item.max is None or count < item.max:
                seen = count + 1 if item.max is not None else min(count + 1, max(item.min, 1))
                again = grammar.state(item, seen, state.rest)
                if isinstance(item, ElementDecl):
                    yield item, again
                else:
                    for branch in grammar.branches(item):
                        yield from grammar.sequence(branch, again).steps(again)
            if not grammar.may_pass(item, count):
                return
            state = state.rest

    def required(self) -> tuple[str, ...]:
        """What must come before the aggregate may end: one of these; nothing if it may end."""
        state = self
        while state.item is not None and state.rest is not None:
            if not self.grammar.may_pass(state.item, state.count):
                alone = self.grammar.state(state.item, state.count, state.rest)
                return tuple(decl.name for decl, _ in alone.steps(state.rest))
            state = state.rest
        return ()


class _Requests(State):
    """The inside of a message set: any of its messages, any number of times."""

    __slots__ = ("message_set", "responses")

    def __init__(self, grammar: "Grammar", message_set: str, responses: bool) -> None:
        super().__init__(grammar, None, 0, None)
        self.message_set = message_set
        self.responses = responses

    def __missing__(self, name: str) -> Edge:
        request = name[:-2] + "Rq" if self.responses and name.endswith("Rs") else name
        message = self.grammar.dialect.messages[request]
        if not self.grammar.has_message(message) or message.message_set != self.message_set:
            raise KeyError(name)
        edge = self[name] = self.grammar.edge(message.response if self.responses else message.element, self)
        return edge

    def steps(self, stop: State | None = None) -> Iterator[tuple[ElementDecl, State]]:
        return iter(())


class Grammar:
    """The states of one dialect, version and edition.

    `responses`: of the responses rather than the requests; enum values of later versions are taken there.
    `partial`: nothing is required, as in answers to requests with IncludeRetElement.
    """

    def __init__(
        self, dialect: Dialect, version: Version, edition: str, responses: bool = False, partial: bool = False
    ) -> None:
        self.dialect = dialect
        self.version = version
        self.edition = edition
        self.responses = responses
        self.partial = partial
        self._everywhere = frozenset(dialect.editions)
        self._states: dict[tuple[Item, int, int], State] = {}
        self._inside: dict[Content, State] = {}
        self._converters: dict[Definition, Converter | None] = {}
        self._sets: dict[Definition, State] = {}
        self._end = State(self, None, 0, None)

    # What this version and edition have

    def has(self, item: Item) -> bool:
        """Whether the item exists here. What only the Online edition has is taken in every edition."""
        here = self.edition not in item.not_in or item.not_in >= self._everywhere
        return here and item.since <= self.version

    def has_message(self, message: Message) -> bool:
        """Whether the message exists here."""
        here = self.edition not in message.not_in or message.not_in >= self._everywhere
        return here and message.since <= self.version

    def may_pass(self, item: Item, count: int) -> bool:
        """Whether what comes after the item may come now."""
        if count >= item.min or self.partial or item.not_in >= self._everywhere:
            return True
        return isinstance(item, Choice) and any(
            all(self.may_pass(part, 0) for part in branch) for branch in self.branches(item)
        )

    def branches(self, choice: Choice) -> list[list[Item]]:
        """The branches that exist here, and of each what exists here."""
        kept = ([item for item in branch if self.has(item)] for branch in choice.branches)
        return [branch for branch in kept if branch]

    # States

    def state(self, item: Item, count: int, rest: State) -> State:
        """The one state of this place."""
        key = item, count, id(rest)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = State(self, item, count, rest)
        return state

    def sequence(self, items: tuple[Item, ...] | list[Item], rest: State) -> State:
        """The state before these items, after which comes `rest`."""
        for item in reversed(items):
            if self.has(item):
                rest = self.state(item, 0, rest)
        return rest

    def inside(self, content: Content) -> State:
        """The state in which an aggregate of this content begins."""
        state = self._inside.get(content)
        if state is None:
            state = self._inside[content] = self.sequence(content.items, self._end)
        return state

    def edge(self, decl: ElementDecl, target: State) -> Edge:
        """The way through this element."""
        demanding = any(attribute.required for attribute in decl.attributes)
        if decl.type:
            return target, None, self.converter(decl.definition), decl, demanding
        content = decl.content
        inside = self.inside(content) if content else self._sets[decl.definition]
        return target, inside, None, decl, demanding

    def converter(self, definition: Definition) -> Converter | None:
        """What reads the text of such a leaf; None takes any text as it is."""
        if definition in self._converters:
            return self._converters[definition]
        convert: Converter | None
        if definition.type == "ENUM":
            since = definition.enum_since
            known = [one for one in definition.enum if self.responses or since.get(one, self.version) <= self.version]
            convert = enumeration(tuple(known))
        else:
            convert = CONVERTERS[definition.type]
            if convert and (definition.low or definition.high):
                convert = within(convert, definition.low, definition.high)
        self._converters[definition] = convert
        return convert

    @cached_property
    def document(self) -> ElementDecl:
        """What holds the document element, and in it one message set."""
        branches: list[tuple[Item, ...]] = []
        for one in self.dialect.message_sets.values():
            name = one.response_name if self.responses else one.name
            definition = Definition(name, attributes=self._envelope_attributes(one))
            self._sets[definition] = _Requests(self, one.name, self.responses)
            branches.append((ElementDecl(definition),))
        envelope = Content((Choice(tuple(branches)),))
        root = ElementDecl(Definition(self.dialect.root, read_content=lambda: envelope))
        return ElementDecl(Definition("", read_content=lambda: Content((root,))))

    def _envelope_attributes(self, one: MessageSet) -> tuple[Attribute, ...]:
        names = ("newMessageSetID", "messageSetStatusCode")
        return tuple(self.dialect.attributes[name] for name in names) if self.responses else one.attributes


@cache
def grammar(name: str, version: Version, edition: str, responses: bool = False, partial: bool = False) -> Grammar:
    """The one Grammar of a dialect, version and edition."""
    return Grammar(dialect(name), version, edition, responses, partial)
