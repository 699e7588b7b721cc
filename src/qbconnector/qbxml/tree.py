"""The quick way through a document: a tree made in C, walked along the automata.

It takes ordinary documents only, and knows no refusals: whatever is wrong, or merely unusual, raises Doubt, and
then the `reader` decides from the start. What passes here the reader would read to the same, at twice the time.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from qbconnector.qbxml.aggregate import Aggregate
from qbconnector.qbxml.attributes import AttributeFault, read_attributes, read_macro
from qbconnector.qbxml.model import Version
from qbconnector.qbxml.spec import Dialect
from qbconnector.qbxml.states import Grammar, State, grammar
from qbconnector.qbxml.values import BLANKS

# How much may be read without one request becoming complete: what is refused is not worth a large tree.
PATIENCE = 1024 * 1024

_BEGINNING = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s+version=(["'])1.0\1(?:\s+encoding=(["'])[Uu][Tt][Ff]-8\2)?\s*\?>)?\s*"""
    rb"""<\?(\w+)\s+version=(["'])([A-Z]{2})?(\d+\.\d+)\4\s*\?>\s*<\w"""
)


_UNUSUAL = (AssertionError, IndexError, KeyError, ParseError, TypeError, ValueError, AttributeFault)


class Doubt(Exception):
    """This document is not ordinary: let the reader decide."""


class Tree:
    """Reads one document, as `reader.Reader` does; raises Doubt where it is not ordinary."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.version = dialect.versions[-1]
        self.edition = dialect.editions[0]
        self.message_set = ""
        self.attributes: Mapping[str, str] = {}

    def read(self, body: bytes, chunk: int) -> Iterator[tuple[str, Aggregate]]:
        """Each request with its attributes and children in one Aggregate, once it is complete."""
        try:
            yield from self._read(memoryview(body), chunk, self._begin(body))
        except _UNUSUAL as fault:
            raise Doubt from fault

    def _read(self, body: memoryview, chunk: int, rules: Grammar) -> Iterator[tuple[str, Aggregate]]:
        builder = TreeBuilder()
        parser = XMLParser(target=builder)  # noqa: S314  (`_begin` keeps document types out)
        state: State | None = None
        waiting = start = 0
        for start in range(chunk, len(body) + chunk, chunk):
            parser.feed(body[start - chunk : start])
            if start >= len(body):
                break
            # In mid-document this gives the tree as far as it is; an interpreter that will not is in doubt.
            root: Element = builder.close()
            complete = root[0][:-1] if len(root) else []
            waiting = 0 if complete else waiting + chunk
            if waiting > PATIENCE:
                raise Doubt
            state = state or self._envelope(rules, root)
            yield from _requests(rules, complete, state)
            del root[0][: len(complete)]
        root = parser.close()
        state = state or self._envelope(rules, root)
        yield from _requests(rules, root[0][:], state)
        if len(root) != 1 or _is_text(root[0].tail):
            raise Doubt

    def _envelope(self, rules: Grammar, root: Element) -> State:
        """The state inside the message set."""
        content = rules.document.content
        assert content is not None
        _, outside, _, _, _ = rules.inside(content)[root.tag]
        assert outside is not None
        _, inside, _, decl, _ = outside[root[0].tag]
        assert inside is not None
        self.message_set = root[0].tag
        self.attributes = {name[1:]: str(value) for name, value in read_attributes(rules, decl, root[0].attrib)}
        if root.keys() or _is_text(root.text) or _is_text(root[0].text):
            raise Doubt
        return inside

    def _begin(self, body: bytes) -> Grammar:
        """The grammar that the instruction selects. `<!` would be a document type, a comment or a section."""
        found = _BEGINNING.match(body)
        if found is None or b"<!" in body or found[3].decode() != self.dialect.instruction:
            raise Doubt
        self.edition = found[5].decode() if found[5] else self.dialect.editions[0]
        self.version = Version.parse(found[6].decode())
        if not self.dialect.has(self.version, self.edition):
            raise Doubt
        return grammar(self.dialect.name, self.version, self.edition)


def _is_text(text: str | None) -> bool:
    return text is not None and text.strip(BLANKS) != ""


def _requests(rules: Grammar, elements: list[Element], state: State) -> Iterator[tuple[str, Aggregate]]:
    requests = Aggregate()
    _walk(rules, elements, state, requests)
    return ((name, request) for name, request in requests if isinstance(request, Aggregate))


def _walk(rules: Grammar, elements: Iterable[Element], state: State, into: Aggregate) -> None:
    """Walk the children of an aggregate along the states, into an Aggregate."""
    for element in elements:
        name = element.tag
        target, inside, convert, decl, demanding = state[name]
        text = element.text
        if inside is not None:
            if text is not None and text != "\n" and text.strip(BLANKS):
                raise Doubt
            child = Aggregate()
            if demanding or element.keys():
                child += read_attributes(rules, decl, element.attrib)
            _walk(rules, element, inside, child)
            into.append((name, child))
        elif len(element):
            raise Doubt
        elif element.keys():
            if text is not None:
                raise Doubt
            into.append((name, read_macro(decl, element.attrib)))
        else:
            text = text or ""
            into.append((name, text if convert is None else convert(text)))
        text = element.tail
        if text is not None and text != "\n" and text.strip(BLANKS):
            raise Doubt
        state = target
    if not state.final:
        raise Doubt
