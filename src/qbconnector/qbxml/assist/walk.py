"""The way through an unfinished document: which elements are open, and what of the language may come next.

What the language does not have there is stepped over, so that the rest still finds its place: in an element where
something is missing or out of order, only the order counts from then on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qbconnector.qbxml.assist.scan import Rest, Token, rest, scan
from qbconnector.qbxml.model import ElementDecl, Version
from qbconnector.qbxml.spec import Dialect, dialect
from qbconnector.qbxml.states import Edge, Grammar, State, grammar

_VERSION = re.compile(r"""version\s*=\s*["']([A-Z]{2})?(\d+\.\d+)["']""")


class Target(NamedTuple):
    """What is written for: a dialect, version and edition. `of` reads "16.0" or "CA13.0"."""

    dialect: str
    version: Version
    edition: str

    @classmethod
    def of(cls, name: str = "qbxml", version: str = "") -> "Target":
        """The target, the newest version of the first edition if `version` is "".

        Raise KeyError for an unknown dialect and ValueError for an unknown version.
        """
        spec = dialect(name)
        if not version:
            return cls(name, spec.versions[-1], spec.editions[0])
        known = version[:2].isalpha()
        edition, number = (version[:2], version[2:]) if known else (spec.editions[0], version)
        target = cls(name, Version.parse(number), edition)
        if not spec.has(target.version, edition):
            raise ValueError(f'"{version}" is not a version of {spec.instruction}')
        return target

    @property
    def spec(self) -> Dialect:
        """The dialect itself."""
        return dialect(self.dialect)

    @property
    def rules(self) -> Grammar:
        """The states of this version and edition."""
        return grammar(self.dialect, self.version, self.edition)

    def __str__(self) -> str:
        first = self.spec.editions[0]
        return f"{'' if self.edition == first else self.edition}{self.version}"


@dataclass(slots=True)
class Frame:
    """An open element. `decl` is what it is, None where the language has no such element there.

    `state` is what may come next in it; None in a text, and inside of what is unknown.
    """

    name: str
    decl: ElementDecl | None
    state: State | None
    seen: list[str] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        """Whether it takes a text only."""
        return self.decl is not None and self.decl.type != ""


class Walk:
    """Walks tokens one by one. `frames` are the open elements, the document itself first."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.told = False  # whether the document says its version itself
        self.begun = False  # whether the document element has been seen
        self.frames: list[Frame] = []
        self._begin()

    def _begin(self) -> None:
        document = self.target.rules.document
        assert document.content is not None
        self.frames = [Frame("", document, self.target.rules.inside(document.content))]

    @property
    def here(self) -> Frame:
        """The innermost open element."""
        return self.frames[-1]

    def take(self, token: Token, text: str) -> ElementDecl | None:
        """Go past this token; what it begins, if it begins an element that is known."""
        if not token.closed or not token.name:
            return None
        if token.kind == "instruction":
            self._instruct(token, text)
        elif token.kind == "close":
            self._close(token.name)
        elif token.kind in ("open", "empty"):
            return self._open(token)
        return None

    def _instruct(self, token: Token, text: str) -> None:
        spec = self.target.spec
        found = _VERSION.search(text, token.start, token.end)
        if token.name != spec.instruction or self.begun or self.told or found is None:
            return
        version, edition = Version.parse(found[2]), found[1] or spec.editions[0]
        if spec.has(version, edition):
            self.told = True
            self.target = Target(spec.name, version, edition)
            self._begin()

    def _open(self, token: Token) -> ElementDecl | None:
        self.begun = True
        decl, inside = self._step(self.here, token.name)
        self.here.seen.append(token.name)
        if token.kind == "open":
            self.frames.append(Frame(token.name, decl, inside))
        return decl

    def _close(self, name: str) -> None:
        """Close the innermost element of this name and what is open in it; of another name, nothing."""
        for depth in range(len(self.frames) - 1, 0, -1):
            if self.frames[depth].name == name:
                del self.frames[depth:]
                return

    def _step(self, frame: Frame, name: str) -> tuple[ElementDecl | None, State | None]:
        """Go past an element in this frame: what it is, and the state inside of it."""
        if frame.state is None:
            return None, None
        edge = _edge(frame.state, name) or self._loose_edge(frame, name)
        if edge is None:
            return self._elsewhere(frame, name)
        target, inside, _, decl, _ = edge
        frame.state = target
        return decl, self.target.rules.inside(decl.content) if decl.content else inside

    def _loose_edge(self, frame: Frame, name: str) -> Edge | None:
        """The way past the element where nothing is required."""
        content = frame.decl.content if frame.decl else None
        if content is None:
            return None
        state = grammar(*self.target, partial=True).inside(content)
        for before in frame.seen:
            edge = _edge(state, before)
            state = edge[0] if edge else state
        return _edge(state, name)

    def _elsewhere(self, frame: Frame, name: str) -> tuple[ElementDecl | None, State | None]:
        """What an element that may not stand here would be at another place, or in another version."""
        rules = self.target.rules
        content = frame.decl.content if frame.decl else None
        if content is None:
            message = self.target.spec.messages.get(name)
            return (message.element, rules.inside(message.content)) if message else (None, None)
        edge = _edge(rules.inside(content), name)
        if edge is not None:
            return edge[3], edge[1]
        decl = content.elements.get(name)
        return decl, rules.inside(decl.content) if decl and decl.content else None


def _edge(state: State, name: str) -> Edge | None:
    try:
        return state[name]
    except KeyError:
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text: the way there, the token it lies in (None: between two), and what follows."""

    text: str
    offset: int
    walk: Walk
    token: Token | None
    after: Rest


def locate(text: str, offset: int, target: Target) -> Place:
    """The place at an offset, which is put right where it is none."""
    offset = min(max(offset, 0), len(text))
    tokens = scan(text)
    walk = Walk(target)
    for index, token in enumerate(tokens):
        if token.end > offset or (token.end == offset and not token.closed):
            inside = token.start < offset
            return Place(text, offset, walk, token if inside else None, _after(tokens, index, inside))
        walk.take(token, text)
    return Place(text, offset, walk, None, Rest([], ""))


def _after(tokens: Sequence[Token], index: int, inside: bool) -> Rest:
    """What follows; of an element whose tag the place is in, what follows it."""
    token = tokens[index]
    if not inside or token.kind == "text":
        return rest(tokens, index)
    if token.kind != "open" or not token.closed:
        return rest(tokens, index + 1)
    following = rest(tokens, index)
    return Rest(following.siblings[1:], following.closes)
