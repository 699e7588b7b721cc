"""The attributes of an element, checked and put as pairs named @name; and a leaf's useMacro."""

from collections.abc import Mapping

from qbconnector.qbxml import refusals
from qbconnector.qbxml.aggregate import Macro, Value
from qbconnector.qbxml.model import Attribute, ElementDecl
from qbconnector.qbxml.states import Grammar
from qbconnector.qbxml.values import CONVERTERS, enumeration


class AttributeFault(Exception):
    """An attribute that may not be so; `expected` are those that may be there, if that is what is wrong."""

    def __init__(self, problem: str, expected: tuple[str, ...] = ()) -> None:
        self.problem = problem
        self.expected = expected
        super().__init__(problem)


def read_attributes(grammar: Grammar, decl: ElementDecl, given: Mapping[str, str]) -> list[tuple[str, Value]]:
    """The attributes in the language's order; raise AttributeFault."""
    pairs: list[tuple[str, Value]] = []
    for attribute in decl.attributes:
        value = given.get(attribute.name)
        if value is not None:
            pairs.append(("@" + attribute.name, _convert(grammar, decl, attribute, value)))
        elif attribute.required:
            raise AttributeFault(refusals.missing_attribute(decl.name, attribute))
    if len(pairs) < len(given):
        _unknown(decl, given, tuple(attribute.name for attribute in decl.attributes))
    return pairs


def read_macro(decl: ElementDecl, given: Mapping[str, str]) -> Macro:
    """The macro that a leaf uses; raise AttributeFault if it may not, or for any other attribute."""
    allowed = ("useMacro",) if decl.may_use_macro else ()
    _unknown(decl, given, allowed)
    return Macro(given["useMacro"])


def _unknown(decl: ElementDecl, given: Mapping[str, str], allowed: tuple[str, ...]) -> None:
    for name in given:
        if name not in allowed:
            raise AttributeFault(refusals.unknown_attribute(decl.name, name, allowed), allowed)


def _convert(grammar: Grammar, decl: ElementDecl, attribute: Attribute, value: str) -> str:
    if attribute.since > grammar.version:
        raise AttributeFault(refusals.later_attribute(grammar, attribute))
    convert = enumeration(attribute.enum) if attribute.enum else CONVERTERS[attribute.type]
    if convert is None:
        return value
    try:
        return convert(value)
    except ValueError as takes:
        name = f"{attribute.name} of {decl.name}"
        raise AttributeFault(refusals.wrong_value(name, value, str(takes))) from None
