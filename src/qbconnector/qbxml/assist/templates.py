"""A document to begin with, for every request: what is required, a few things more, and invented values.

What is invented stands in `samples`; the order, and what has to be there, in the specification.
"""

from collections.abc import Iterator, Mapping, Sequence

from qbconnector.qbxml.assist.describe import count, elements, kind, words
from qbconnector.qbxml.assist.samples import BY_TYPE, IN_REQUESTS, REFERENCES, REQUIRED, SAMPLES
from qbconnector.qbxml.assist.walk import Target
from qbconnector.qbxml.model import FIRST, Choice, ElementDecl, Item, Message
from qbconnector.qbxml.render import DECLARATION, escape

INDENT = "  "


def requests(target: Target | None = None) -> list[Message]:
    """The requests there are templates for: all that the version and edition have, by name."""
    target = target or Target.of()
    rules = target.rules
    found = [one for one in target.spec.messages.values() if one.name.endswith("Rq") and rules.has_message(one)]
    return sorted(found, key=lambda one: one.name)


def template(name: str, target: Target | None = None, full: bool = False) -> str:
    """A valid document with this request; raise KeyError if the version and edition have none of this name.

    `full` lists in comments what could stand there too.
    """
    target = target or Target.of()
    message = _message(name, target)
    return _document(message, target, _Writer(target, full).content(message.element, INDENT * 3))


def lookup(name: str, identity: str, target: Target | None = None) -> str:
    """A valid document that asks for the one object with this ListID or TxnID, its lines included.

    Raise KeyError if there is no such request, or none that takes an identity.
    """
    target = target or Target.of()
    message = _message(name, target)
    known = message.element.elements
    key = next((one for one in ("ListID", "TxnID") if one in known), "")
    values = {key: identity, "IncludeLineItems": "true"}
    found = [one for one in values if one in known and target.rules.has(known[one])]
    if key not in found or message.verb != "Query":
        raise KeyError(name)
    lines = (f"{INDENT * 3}<{one}>{escape(values[one])}</{one}>" for one in found)
    return _document(message, target, lines)


def _message(name: str, target: Target) -> Message:
    message = target.spec.messages[name]
    if not target.rules.has_message(message) or not name.endswith("Rq"):
        raise KeyError(name)
    return message


def _document(message: Message, target: Target, content: Iterator[str]) -> str:
    """The whole document around the content of a request."""
    envelope = target.spec.message_sets[message.message_set]
    attributes = ' onError="stopOnError"' if any(one.name == "onError" for one in envelope.attributes) else ""
    lines = [
        f'<?{target.spec.instruction} version="{target}"?>',
        f"<{target.spec.root}>",
        f"{INDENT}<{envelope.name}{attributes}>",
        *_around(message.name, ' requestID="1"', content, INDENT * 2),
        f"{INDENT}</{envelope.name}>",
        f"</{target.spec.root}>",
    ]
    return DECLARATION + "\n".join(lines) + "\n"


class _Writer:
    """Writes the content of a request."""

    def __init__(self, target: Target, full: bool) -> None:
        self.target = target
        self.rules = target.rules
        self.full = full

    def content(self, parent: ElementDecl, margin: str) -> Iterator[str]:
        """The lines of what stands in an aggregate."""
        if parent.content is not None:
            if "EditSequence" in parent.content.elements and parent.name.endswith("Mod"):
                key = "ListID" if "ListID" in parent.content.elements else "TxnID"
                yield f"{margin}<!-- {key} and EditSequence are those of the last answer with it. -->"
            yield from self._items(parent.content.items, parent, margin)

    def _items(self, items: Sequence[Item], parent: ElementDecl, margin: str) -> Iterator[str]:
        for item in items:
            if not self.rules.has(item):
                continue
            if isinstance(item, Choice):
                yield from self._choice(item, parent, margin)
            elif item.min or self._is_wanted(item, parent):
                for _ in range(max(item.min, 1)):
                    yield from self._element(item, parent, margin)
            else:
                yield from self._mention([item], margin)

    def _choice(self, choice: Choice, parent: ElementDecl, margin: str) -> Iterator[str]:
        """The branches that have most of what is wanted; of those that may all stand, each that has any."""
        branches = self.rules.branches(choice)
        scores = [self._score(branch, parent) for branch in branches]
        best = max(scores, default=0)
        if best:
            taken = [index for index, score in enumerate(scores) if score == best or (score and choice.max != 1)]
        elif choice.min and branches:
            taken = [min(range(len(branches)), key=lambda index: sum(item.min for item in branches[index]))]
        else:
            taken = []
        if choice.max is not None:
            taken = taken[: choice.max]
        for index, branch in enumerate(branches):
            yield from self._items(branch, parent, margin) if index in taken else self._mention(branch, margin)

    def _score(self, branch: Sequence[Item], parent: ElementDecl) -> int:
        score = 0
        for item in branch:
            if isinstance(item, Choice):
                score += max((self._score(inner, parent) for inner in self.rules.branches(item)), default=0)
            else:
                score += self._is_wanted(item, parent)
        return score

    def _is_wanted(self, decl: ElementDecl, parent: ElementDecl) -> bool:
        if decl.not_in >= frozenset(self.target.spec.editions):
            return False
        if decl.name == "FullName" and parent.name.endswith("Ref"):
            return True
        if parent.name.endswith("Rq"):
            return decl.name in IN_REQUESTS
        return decl.name in SAMPLES or f"{parent.name}/{decl.name}" in SAMPLES

    def _element(self, decl: ElementDecl, parent: ElementDecl, margin: str) -> Iterator[str]:
        if decl.type:
            yield f"{margin}<{decl.name}>{escape(self._text(decl, parent))}</{decl.name}>"
            return
        if decl.name.endswith("Ref") and (name := _sample(REFERENCES, decl, parent)) and "FullName" in decl.elements:
            inner = iter([f"{margin}{INDENT}<FullName>{escape(name)}</FullName>"])
        else:
            inner = self.content(decl, margin + INDENT)
        yield from _around(decl.name, "", inner, margin)

    def _text(self, decl: ElementDecl, parent: ElementDecl) -> str:
        """The sample, if it is a value here and fits; else the first value, or one of its type."""
        convert = self.rules.converter(decl.definition)
        asked = IN_REQUESTS.get(decl.name, "") if parent.name.endswith("Rq") else ""
        text = asked or _sample(REQUIRED, decl, parent) or _sample(SAMPLES, decl, parent) or _name(decl, parent)
        if text and (decl.length is None or len(text) <= decl.length):
            try:
                return convert(text) if convert else text
            except ValueError:
                pass
        since = decl.definition.enum_since
        known = [one for one in decl.enum if since.get(one, FIRST) <= self.target.version]
        return known[0] if known else self._number(decl) or BY_TYPE[decl.type][: decl.length]

    def _number(self, decl: ElementDecl) -> str:
        """The least number, where the one of the type is not within the bounds."""
        return decl.definition.low if decl.type in ("INT", "FLOAT", "QUAN") else ""

    def _mention(self, items: Sequence[Item], margin: str) -> Iterator[str]:
        if self.full:
            for decl in elements(items):
                if self.rules.has(decl):
                    words = f"{kind(decl, self.target.edition)}, {count(decl, optional=True)}"
                    yield f"{margin}<!-- {decl.name}: {words} -->"


def _around(name: str, attributes: str, inner: Iterator[str], margin: str) -> Iterator[str]:
    """The lines of an aggregate; one, if it is empty."""
    lines = list(inner)
    if not lines:
        yield f"{margin}<{name}{attributes}></{name}>"
        return
    yield from (f"{margin}<{name}{attributes}>", *lines, f"{margin}</{name}>")


def _name(decl: ElementDecl, parent: ElementDecl) -> str:
    """A name for what is added, its own for each kind of object."""
    kind_ = parent.name.removesuffix("Add")
    return f"New {words(kind_)}"[: decl.length] if decl.name == "Name" and kind_ != parent.name else ""


def _sample(samples: Mapping[str, str], decl: ElementDecl, parent: ElementDecl) -> str:
    return samples.get(f"{parent.name}/{decl.name}") or samples.get(decl.name, "")
