"""Answers made for the occasion: children of an Rs that no stored object is the text of.

Owns how such a Ret is rendered and cut to what the request wants to see. Stored objects are shown by views
(`answer.py`).
"""

from collections.abc import Iterable

from qbconnector.qbxml import Aggregate, ElementDecl, Plan, Value, cut, render_element

from .answer import Answer, Call, answer
from .store import Record


def declaration(call: Call, name: str = "") -> ElementDecl:
    """The child of this name that the request's answer may have; without a name its Ret."""
    content = call.request.message.response.content
    assert content is not None
    return content.elements[name or next(one for one in content.elements if one.endswith("Ret"))]


def single(call: Call, fields: Aggregate) -> Answer:
    """An answer with one Ret: what there is one of, or what was just made."""
    return Answer(body=[render(call, declaration(call), fields)])


def children(call: Call, pairs: Iterable[tuple[str, Value]]) -> Answer:
    """An answer whose Rs holds these children itself."""
    return Answer(body=[render(call, declaration(call, name), value) for name, value in pairs])


def stored(call: Call, record: Record) -> Answer:
    """An answer with an object as it was just stored."""
    row: tuple[object, ...] = (record.newest, record.extended, *record.pieces)
    return Answer(body=list(call.view.rows(record.kind, [row])))


def several(call: Call, rets: Iterable[Aggregate]) -> Answer:
    """The answer of a query without iterators: all there is, or status 1; retCount where it is asked for."""
    decl = declaration(call)
    body = [render(call, decl, fields) for fields in rets]
    metadata = call.request.attributes.get("metaData", "NoMetaData")
    if metadata == "MetaDataOnly":
        return Answer(attributes=(("retCount", str(len(body))),))
    result = answer(0 if body else 1)
    result.body = body
    if metadata != "NoMetaData":
        result.attributes = (("retCount", str(len(body))),)
    return result


def render(call: Call, decl: ElementDecl, value: Value) -> bytes:
    """A child of an answer, as this request may see it."""
    text = render_element(decl, value).encode("ascii")
    if decl.content is None:
        return text
    view = call.view
    plan = Plan(decl, view.version, view.edition, view.include, view.owners)
    return cut(text, plan)
