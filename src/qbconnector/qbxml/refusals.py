"""How a refusal is worded: from the place in the document and in the language to a sentence for a developer.

It decides nothing: the document is refused already when these functions are asked why.
"""

import difflib
from collections.abc import Iterable, Sequence
from xml.parsers import expat

from qbconnector.qbxml.model import Attribute, ElementDecl, Item
from qbconnector.qbxml.states import Grammar, State

_CODES = expat.errors.codes


def expected(state: State) -> tuple[str, ...]:
    """The names of what may come next, in order."""
    return tuple(dict.fromkeys(decl.name for decl, _ in state.steps()))


def not_allowed(grammar: Grammar, parent: ElementDecl, name: str, before: str) -> str:
    """Why `name` may not stand in `parent` after `before` ("" where it would be the first)."""
    if parent is grammar.document:
        return f"the document element is {name}, not {grammar.dialect.root}"
    if parent.content is None:
        return _no_message(grammar, parent, name)
    decl = parent.content.elements.get(name)
    where = f"after {before} in {parent.name}" if before else f"in {parent.name}"
    if decl is None:
        return f"{name} is not allowed {where}{_guess(grammar, parent, name)}"
    if not grammar.has(decl):
        return f"{name} is {_elsewhere(grammar, decl)}"
    rank = parent.content.rank
    if before == name:
        times = "once" if decl.max == 1 else f"{decl.max} times"
        return f"{name} may stand only {times} in {parent.name}"
    if before and rank[name] < rank[before]:
        return f"{name} is not allowed {where}: it belongs before {before}"
    return f"{name} is not allowed {where}"


def _elsewhere(grammar: Grammar, item: Item) -> str:
    if item.since > grammar.version:
        return f"new in {grammar.dialect.instruction} {item.since}; this document says {grammar.version}"
    return f"not in the {grammar.edition} edition"


def _guess(grammar: Grammar, parent: ElementDecl, name: str) -> str:
    """A hint for a name that never stands in this aggregate."""
    content = parent.content
    near = closest(name, content.elements if content else ())
    if near:
        return f"; did you mean {near}?"
    returned = parent.name.removesuffix("Add").removesuffix("Mod") + "Ret"
    if returned != parent.name + "Ret" and returned in grammar.dialect.definitions:
        answer = grammar.dialect.element(returned).content
        if answer and name in answer.elements:
            return f"; it stands in {returned} only"
    return ""


def _no_message(grammar: Grammar, parent: ElementDecl, name: str) -> str:
    messages = grammar.dialect.messages
    message = messages.get(name)
    if message is None:
        if name.endswith("Rs") and name.removesuffix("Rs") + "Rq" in messages:
            return f"{name} is a response, not a request"
        near = closest(name, messages)
        return f"{name} is not a request" + (f"; did you mean {near}?" if near else "")
    if message.message_set != parent.name:
        return f"{name} belongs into {message.message_set}, not into {parent.name}"
    if message.since > grammar.version:
        return f"{name} is new in {grammar.dialect.instruction} {message.since}; this document says {grammar.version}"
    return f"{name} is not in the {grammar.edition} edition"


def closest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like this one, "" if none is."""
    by_fold = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.75)
    return by_fold[near[0]] if near else ""


def ends_early(parent: ElementDecl, missing: Sequence[str]) -> str:
    """Why the aggregate may not end yet: one of these must come before."""
    return f"{parent.name} ends where {' or '.join(missing)} is missing"


def missing_attribute(element: str, attribute: Attribute) -> str:
    """Why the element may not be without the attribute."""
    values = f", one of {', '.join(attribute.enum)}" if attribute.enum else ""
    return f"{element} needs the attribute {attribute.name}{values}"


def unknown_attribute(element: str, name: str, allowed: Iterable[str]) -> str:
    """Why the element may not have the attribute."""
    near = closest(name, allowed)
    return f"{element} has no attribute {name}" + (f"; did you mean {near}?" if near else "")


def later_attribute(grammar: Grammar, attribute: Attribute) -> str:
    """Why the attribute is too new."""
    return (
        f"the attribute {attribute.name} is new in {grammar.dialect.instruction} {attribute.since}; "
        f"this document says {grammar.version}"
    )


def wrong_value(name: str, text: str, takes: str) -> str:
    """Why the text is no value of the element or attribute."""
    shown = text if len(text) <= 60 else text[:57] + "…"
    return f'{name} does not take "{shown}": it takes {takes}'


def not_well_formed(code: int, body: bytes, inside: Sequence[str]) -> str:
    """What is wrong with the XML itself. `inside`: the name of the innermost open aggregate, if there is one."""
    problem = expat.errors.messages.get(code, "not well-formed")
    if code == _CODES[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]:
        return f"{problem}: a body holds one document"
    if code == _CODES[expat.errors.XML_ERROR_INCORRECT_ENCODING]:
        return "the declaration names another encoding than the bytes are in; leave it out for UTF-8"
    if code == _CODES[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
        return f"{problem}: only &amp; &lt; &gt; &quot; &apos; and character references are known"
    if code == _CODES[expat.errors.XML_ERROR_INVALID_TOKEN] and not _is_utf8(body):
        return f"{problem}: the bytes are not UTF-8; declare the encoding they are in"
    return f"{problem}: {inside[0]} is open" if inside else problem


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
