"""Writes the language: elements, requests and documents, in the bytes QuickBooks writes.

One element per line, no indentation, pure ASCII, no empty elements in responses. It validates nothing.
"""

import re
from collections.abc import Iterable, Mapping

from qbconnector.qbxml.aggregate import Aggregate, Macro, Value
from qbconnector.qbxml.model import Content, ElementDecl, Version
from qbconnector.qbxml.spec import dialect as open_dialect

DECLARATION = '<?xml version="1.0" ?>\n'

_SPECIAL = re.compile("[^ !#-%(-;=?-~]").search
_REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
    # A fragment is one element per line, and attributes would lose them otherwise.
    "\n": "&#10;",
    "\r": "&#13;",
    "\t": "&#9;",
}
_TABLE = str.maketrans(_REFERENCES)


def escape(text: str) -> str:
    """The text as it stands in an element or attribute: references for markup, line ends and non-ASCII."""
    if _SPECIAL(text) is None:
        return text
    text = text.translate(_TABLE)
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def render_element(decl: ElementDecl, value: Value, keep_empty: bool = False) -> str:
    """One element and all in it, its children in the language's order.

    Left out are children that the language does not have there, empty leaves, and aggregates with nothing in
    them; `keep_empty` keeps what is empty, as requests need to.
    """
    out: list[str] = []
    _element(out, decl.name, decl.content, value, keep_empty)
    return "".join(out)


def _element(out: list[str], name: str, content: Content | None, value: Value, keep_empty: bool) -> None:
    if isinstance(value, Aggregate):
        _aggregate(out, name, content, value, keep_empty)
    elif isinstance(value, Macro):
        out.append(f'<{name} useMacro="{escape(value)}" />\n')
    elif value or keep_empty:
        out.append(f"<{name}>{escape(value)}</{name}>\n")


def _aggregate(out: list[str], name: str, content: Content | None, value: Aggregate, keep_empty: bool) -> None:
    opening = name
    start = len(out)
    out.append("")
    if content is not None:
        elements = content.elements
        for key, child in _ordered(value, content.rank):
            if key[0] == "@":
                opening += f' {key[1:]}="{escape(str(child))}"'
            elif type(child) is str:  # most are: what `_element` does, without the call
                if child or keep_empty:
                    out.append(f"<{key}>{child if _SPECIAL(child) is None else escape(child)}</{key}>\n")
            else:
                _element(out, key, elements[key].content, child, keep_empty)
    if len(out) > start + 1:
        out[start] = f"<{opening}>\n"
        out.append(f"</{name}>\n")
    elif opening != name or keep_empty:
        out[start] = f"<{opening} />\n"
    else:
        out.pop()


def _ordered(pairs: Aggregate, rank: Mapping[str, int]) -> Iterable[tuple[str, Value]]:
    """The pairs by rank, attributes first, without those that have none; as they are where they are in order."""
    last = -1
    for key, _ in pairs:
        place = rank.get(key) if key[0] != "@" else -1
        if place is None or place < last:
            return sorted(
                (pair for pair in pairs if pair[0] in rank or pair[0][0] == "@"),
                key=lambda pair: rank.get(pair[0], -1),
            )
        last = place
    return pairs


def render_request(
    name: str, fields: Aggregate, attributes: Mapping[str, str] | None = None, dialect: str = "qbxml"
) -> str:
    """One request, such as CustomerAddRq; empty leaves are kept."""
    pairs = [("@" + key, value) for key, value in (attributes or {}).items()]
    decl = open_dialect(dialect).messages[name].element
    return render_element(decl, Aggregate([*pairs, *fields]), keep_empty=True)


def render_document(
    requests: Iterable[str],
    version: str = "",
    dialect: str = "qbxml",
    message_set: str = "",
    **attributes: str,
) -> bytes:
    """A document of rendered requests.

    `version` may name an edition (CA3.0) and is the newest if "", `message_set` is the dialect's first if "";
    `attributes` are the envelope's, onError="stopOnError" if none is given and it takes one.
    """
    spec = open_dialect(dialect)
    envelope = spec.message_sets[message_set] if message_set else next(iter(spec.message_sets.values()))
    if any(attribute.name == "onError" for attribute in envelope.attributes):
        attributes = {"onError": "stopOnError", **attributes}
    sent = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    head = f'{DECLARATION}<?{spec.instruction} version="{version or spec.versions[-1]}"?>\n<{spec.root}>\n'
    tail = f"</{envelope.name}>\n</{spec.root}>\n"
    return f"{head}<{envelope.name}{sent}>\n{''.join(requests)}{tail}".encode("ascii")


def too_long(decl: ElementDecl, fields: Aggregate) -> tuple[str, str] | None:
    """The name and text of the first leaf longer than its field takes, None if all fit."""
    content = decl.content
    if content is None:
        return None
    elements = content.elements
    for name, value in fields:
        child = elements.get(name)
        if child is None:
            continue
        if isinstance(value, Aggregate):
            found = too_long(child, value)
            if found:
                return found
        elif child.length is not None and len(value) > child.length and not isinstance(value, Macro):
            return name, value
    return None


def newest(decl: ElementDecl, fields: Aggregate) -> Version:
    """The newest `since` of any element in the aggregate."""
    content = decl.content
    since = decl.since
    if content is None:
        return since
    elements = content.elements
    for name, value in fields:
        child = elements.get(name)
        if child is not None:
            found = newest(child, value) if isinstance(value, Aggregate) else child.since
            if found > since:  # not max(): this runs for every element that is written
                since = found
    return since
