"""Our specification against the collected facts, message by message: no difference but the dropped Online edition.

The facts are two JSON tables outside the repository; QBXML_FACTS names their folder. What a mark means depends
on where it stands (an element since 2.0 in a message since 3.0), so both sides are compared as they take effect.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from qbconnector.processors.interfaces import (
    AUTH_PREFERENCES,
    ENUMERATIONS,
    REQUEST_PROCESSOR,
    REQUEST_PROCESSOR_CLASS,
)
from qbconnector.qbxml import Attribute, Choice, Content, Dialect, ElementDecl, Item, Version, dialect

FACTS = os.environ.get("QBXML_FACTS", "")
needs_facts = pytest.mark.skipif(not FACTS, reason="QBXML_FACTS names no folder with qbxml.json and qbposxml.json")
EDITIONS = {"QBD": "US", "QBCA": "CA", "QBUK": "UK", "QBAU": "AU"}
FIRST = Version(1, 0)

# What behaviour facts say beyond the tables, which have no version on attributes.
ATTRIBUTES_SINCE = {"metaData": "4.0", "iterator": "5.0", "iteratorID": "5.0"}

Json = dict[str, Any]
Form = tuple[object, ...]


class Facts:
    """A JSON table, read into forms."""

    def __init__(self, table: Json, editions: frozenset[str]) -> None:
        self.types = table["types"]
        self.messages = {message["n"]: message for message in table["messages"]}
        self.editions = editions

    def message(self, name: str) -> Form:
        fact = self.messages[name]
        since, here = self.since(fact, FIRST), self.here(fact, self.editions)
        return since, here, self.attributes(fact), self.content(fact, since, here)

    def since(self, fact: Json, outer: Version) -> Version:
        return max(outer, Version.parse(fact.get("since", "1.0")))

    def here(self, fact: Json, outer: frozenset[str]) -> frozenset[str]:
        gone = fact.get("notin") or []
        gone = gone.split("|") if isinstance(gone, str) else gone
        return outer - {EDITIONS[one] for one in gone if one in EDITIONS}

    def attributes(self, fact: Json) -> Form:
        return tuple(
            (one["n"], "STR" if one["t"] in ("UUID", "MACRO") else one["t"], one["req"], self.enum(one), one.get("def"))
            for one in fact.get("attrs", [])
        )

    def enum(self, fact: Json) -> tuple[str, ...]:
        values = fact.get("enum") or ()
        return tuple(values.split(",") if isinstance(values, str) else values)

    def content(self, fact: Json, since: Version, here: frozenset[str]) -> Form:
        if fact.get("empty"):
            return ()
        items = self.types[fact["c"]] if isinstance(fact["c"], str) else fact["c"]
        return tuple(self.item(item, since, here) for item in items)

    def item(self, fact: Json, since: Version, here: frozenset[str]) -> Form:
        least, most = int(fact.get("min", 1)), fact.get("max", 1)
        often = (least, None if most == "*" else int(most))
        noted, here = self.since(fact, since), self.here(fact, here)
        if "or" in fact:
            return (
                "choice",
                often,
                tuple(tuple(self.item(one, noted, here) for one in branch) for branch in fact["or"]),
            )
        since = max(noted, Version.parse(fact.get("seen", "1.0")))
        lax = "xsdmin" in fact
        marks = (noted, since, here, bool(fact.get("macro")), lax, fact.get("src") == "inferred")
        often = (0, often[1]) if lax else often
        if "t" not in fact:
            return fact["n"], often, marks, self.attributes(fact), self.content(fact, since, here)
        newer = {one: Version.parse(text) for one, text in fact.get("enum_since", {}).items()}
        values = tuple((one, max(since, newer.get(one, FIRST))) for one in self.enum(fact))
        bounds = (fact.get("minv") or "", fact.get("maxv") or "")
        return fact["n"], often, marks, fact["t"], values, fact.get("def"), bounds, self.lengths(fact, here)

    def lengths(self, fact: Json, here: frozenset[str]) -> Form:
        length = fact.get("len")
        by_edition = length if isinstance(length, dict) else dict.fromkeys(EDITIONS, length)
        found = {EDITIONS[one]: most for one, most in by_edition.items() if one in EDITIONS and most is not None}
        return tuple(sorted((one, int(most)) for one, most in found.items() if one in here))


class Ours:
    """A dialect, in the same forms."""

    def __init__(self, spec: Dialect) -> None:
        self.spec = spec
        self.editions = frozenset(spec.editions)

    def message(self, name: str) -> Form:
        stem = name.removesuffix("Rs") + "Rq" if name.endswith("Rs") else name
        message = self.spec.messages[stem]
        decl = message.response if name.endswith("Rs") else message.element
        here = self.editions - message.not_in
        return message.since, here, self.attributes(decl.attributes), self.content(decl.content, message.since, here)

    def attributes(self, attributes: tuple[Attribute, ...]) -> Form:
        return tuple((one.name, one.type, one.required, one.enum, one.default) for one in attributes)

    def content(self, content: Content | None, since: Version, here: frozenset[str]) -> Form:
        assert content is not None
        return tuple(self.item(item, since, here) for item in content.items)

    def item(self, item: Item, since: Version, here: frozenset[str]) -> Form:
        often, here = (item.min, item.max), here - item.not_in
        if isinstance(item, Choice):
            inner = max(since, item.since)
            return "choice", often, tuple(tuple(self.item(x, inner, here) for x in one) for one in item.branches)
        noted, since = max(since, item.noted), max(since, item.since)
        marks = (noted, since, here, item.may_use_macro, item.lax, item.inferred)
        if not item.type:
            return item.name, often, marks, self.attributes(item.attributes), self.content(item.content, since, here)
        return self.leaf(item, often, marks, since, here)

    def leaf(self, item: ElementDecl, often: Form, marks: Form, since: Version, here: frozenset[str]) -> Form:
        scalar = item.definition
        values = tuple((one, max(since, scalar.enum_since.get(one, FIRST))) for one in scalar.enum)
        lengths = tuple(sorted((one, most) for one, most in item.lengths.items() if one in here))
        return item.name, often, marks, item.type, values, item.default, (scalar.low, scalar.high), lengths


@needs_facts
@pytest.mark.parametrize("name", ["qbxml", "qbposxml"])
def test_every_message_is_as_the_facts_have_it(name: str) -> None:
    ours = Ours(dialect(name))
    facts = Facts(json.loads((Path(FACTS) / f"{name}.json").read_text()), ours.editions)
    requests = {message for message in facts.messages if not message.endswith("Rs")}
    assert set(ours.spec.messages) == requests
    for message in facts.messages:
        assert ours.message(message) == facts.message(message), message


@needs_facts
def test_every_message_stands_in_its_message_set() -> None:
    facts = json.loads((Path(FACTS) / "qbxml.json").read_text())["messages"]
    sets = {fact["n"]: fact["set"] for fact in facts if not fact["n"].endswith("Rs")}
    assert {one.name: one.message_set for one in dialect("qbxml").messages.values()} == sets


@needs_facts
def test_com_members_have_their_ids_and_places() -> None:
    page = (Path(FACTS) / "com-api.md").read_text("utf-8")
    rows = re.findall(r"^\| (0x[0-9A-F]+) \| (\d+) \| (\w+)(?: \((propget)[^)]*\))? \|", page, re.MULTILINE)
    slots = enumerate(REQUEST_PROCESSOR.members, start=7)  # after IDispatch's own
    assert rows == [(f"0x{one.id:X}", str(slot), one.name, "propget" if one.readable else "") for slot, one in slots]
    preferences = re.findall(r"(\d) ((?:Was|Get|Put)\w+)\(", page)
    assert preferences == [(str(one.id), one.name) for one in AUTH_PREFERENCES.members]
    for name, number in ((name, number) for values in ENUMERATIONS.values() for name, number in values.items()):
        assert f"{name}={number}" in page, name
    for one in (REQUEST_PROCESSOR.iid, AUTH_PREFERENCES.iid, REQUEST_PROCESSOR_CLASS):
        assert one in page


def test_metadata_and_iterators_came_later() -> None:
    attributes = dialect("qbxml").attributes
    assert {name: str(attributes[name].since) for name in ATTRIBUTES_SINCE} == ATTRIBUTES_SINCE
