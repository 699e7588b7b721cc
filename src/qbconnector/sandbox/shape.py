"""How the children of an Add or Mod become the children of a Ret, read off the specification.

Most have the same name; `InvoiceLineAdd` becomes `InvoiceLineRet`, `SalesOrPurchaseMod` becomes `SalesOrPurchase`.
What a Ret does not show keeps its name, for the behaviours. References are resolved on the way.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from qbconnector.qbxml import Aggregate, ElementDecl, dialect

from . import extensions
from .books import Books
from .kinds import Kind, is_reference, kinds
from .store import Target


class Step(NamedTuple):
    """What becomes of one child: its name in the Ret, and how its own children are converted."""

    name: str
    is_reference: bool
    inner: "Shape | None"


Shape = Mapping[str, Step]


@cache
def shape(kind: str, verb: str) -> Shape:
    """The conversion for `InvoiceAdd`, `InvoiceMod`, …"""
    message = dialect("qbxml").messages[f"{kind}{verb}Rq"]
    return _shape(message.content.elements[f"{kind}{verb}"], kinds()[kind].ret)


def _shape(source: ElementDecl, ret: ElementDecl | None) -> Shape:
    shown = ret.elements if ret is not None else {}
    steps: dict[str, Step] = {}
    for name, decl in source.elements.items():
        base = name.removesuffix("Add").removesuffix("Mod")
        named = next((one for one in (name, base + "Ret", base) if one in shown), name)
        reference = is_reference(decl)
        inner = _shape(decl, shown.get(named)) if decl.content is not None and not reference else None
        steps[name] = Step(named, reference, inner)
    return steps


def convert(books: Books, fields: Aggregate, steps: Shape, owner: Kind, where: str) -> Aggregate:
    """The children of an Add or Mod as children of a Ret; an empty reference stays, empty."""
    converted = Aggregate()
    for name, value in fields:
        step = steps.get(name)
        if step is None:
            converted.append((name, value))
        elif isinstance(value, Aggregate):
            if step.is_reference:
                target = books.refs.resolve(name, value, owner, where)
                converted.append((step.name, _reference(target) if target is not None else Aggregate()))
            else:
                place = f"{owner.name} line" if step.name in owner.line_names else where
                inner = convert(books, value, step.inner or {}, owner, place)
                if step.name == "DataExtRet":
                    inner = extensions.value(books, inner, owner.name)
                converted.append((step.name, inner))
        else:
            converted.append((step.name, value))
    return converted


def _reference(target: Target) -> Aggregate:
    return Aggregate([("ListID", target.ref_id), ("FullName", target.name)])
