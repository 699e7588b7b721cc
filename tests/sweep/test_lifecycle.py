"""The life of one object of every kind: added, found, changed, found changed, deleted, found among the deleted."""

import pytest

from qbconnector.qbxml import Aggregate, ElementDecl, Message, dialect
from qbconnector.qbxml.document import Response
from qbconnector.sandbox.company import Company
from qbconnector.sandbox.kinds import Kind, kinds
from tests.qbxml.generate import document
from tests.sandbox.conftest import Clock

from .conftest import Answer
from .world import NEWEST, Chooser, World, full_name, whole

MESSAGES = dialect("qbxml").messages
ADDED = [kind for name, kind in kinds().items() if f"{name}AddRq" in MESSAGES]
CHANGED = [kind for kind in ADDED if f"{kind.name}ModRq" in MESSAGES]

#: A text that a Mod may change without changing anything else, the first of these that it has.
REMARKS = (
    "Memo",
    "Notes",
    "Desc",
    "ItemDesc",
    "Phone",
    "AccountNumber",
    "BarCodeValue",
    "CurrencyCode",
    "CompanyName",
    "RefNumber",
    "Name",
    "Initial",
)


#: What makes an Add enter a transaction as well, which then keeps the new object from being deleted.
OPENINGS = ("OpenBalance", "QuantityOnHand")


def named(kind: Kind) -> str:
    return kind.name


class Life:
    """Asks the company about one kind of object; every answer is valid."""

    def __init__(self, answer: Answer, world: World, kind: Kind) -> None:
        self.answer = answer
        self.world = world
        self.kind = kind

    def ask(self, name: str, fields: Aggregate) -> Response:
        """One request's answer."""
        (response,) = self.answer(document([(MESSAGES[f"{name}Rq"], fields)]), str(NEWEST)).responses
        return response

    def add(self) -> Aggregate:
        """A new object that says everything it can."""
        message = MESSAGES[f"{self.kind.name}AddRq"]
        fields = whole(message, Chooser(self.world, message))
        for _, said in fields:
            if isinstance(said, Aggregate):
                said.drop(*OPENINGS)
        return ret(self.ask(f"{self.kind.name}Add", fields))

    def found(self, *selectors: tuple[str, str | Aggregate]) -> list[str]:
        """The ids of what a query finds."""
        response = self.query(*selectors)
        return [one.text(self.kind.id_name) for _, one in response.fields if isinstance(one, Aggregate)]

    def query(self, *selectors: tuple[str, str | Aggregate]) -> Response:
        """The answer of the kind's query."""
        return self.ask(f"{self.kind.name}Query", Aggregate(selectors))

    def change(self, added: Aggregate, sequence: str = "", remark: str = "", text: str = "") -> Response:
        """The answer of a Mod that sets a remark, or nothing; what a Mod has to say it says as it is."""
        name = f"{self.kind.name}Mod"
        mod = MESSAGES[f"{name}Rq"].content.elements[name].content
        assert mod is not None
        required = (item.name for item in mod.items if isinstance(item, ElementDecl) and item.min)
        changes = Aggregate((child, added.get(child) or "") for child in required)
        changes.put("EditSequence", sequence or added.text("EditSequence"))
        if remark:
            changes.put(remark, text)
        return self.ask(name, Aggregate([(name, changes)]))


def status(response: Response) -> int:
    return int(response.attributes["statusCode"])


def ret(response: Response) -> Aggregate:
    """The one object of an answer."""
    assert status(response) == 0, response.attributes
    ((_, value),) = response.fields
    assert isinstance(value, Aggregate)
    return value


@pytest.mark.parametrize("kind", ADDED, ids=named)
def test_what_was_added_is_found(answer: Answer, world: World, kind: Kind) -> None:
    life = Life(answer, world, kind)
    added = life.add()
    identity = added.text(kind.id_name)
    elements = MESSAGES[f"{kind.name}QueryRq"].content.elements
    assert life.found((kind.id_name, identity)) == [identity]
    name, number = full_name(kind, added) if kind.name_element else "", added.text("RefNumber")
    if "FullName" in elements and name:
        assert life.found(("FullName", name.swapcase())) == [identity]
    if "NameFilter" in elements and name:
        criterion = Aggregate([("MatchCriterion", "EndsWith"), ("Name", name[1:].upper())])
        assert identity in life.found(("NameFilter", criterion))
    if "RefNumber" in elements and number:
        assert identity in life.found(("RefNumber", number))


@pytest.mark.parametrize("kind", ADDED, ids=named)
def test_a_query_with_lines_returns_what_the_add_returned(answer: Answer, world: World, kind: Kind) -> None:
    life = Life(answer, world, kind)
    added = life.add()
    elements = MESSAGES[f"{kind.name}QueryRq"].content.elements
    whole_answer = [("IncludeLineItems", "true")] if "IncludeLineItems" in elements else []
    whole_answer += [("IncludeComponentLineItems", "true")] if "IncludeComponentLineItems" in elements else []
    whole_answer += [("IncludeLinkedTxns", "true")] if "IncludeLinkedTxns" in elements else []
    assert ret(life.query((kind.id_name, added.text(kind.id_name)), *whole_answer)) == added


@pytest.mark.parametrize("kind", CHANGED, ids=named)
def test_what_was_changed_stays_changed(answer: Answer, world: World, time: Clock, kind: Kind) -> None:
    life = Life(answer, world, kind)
    added = life.add()
    mod = MESSAGES[f"{kind.name}ModRq"].content.elements[f"{kind.name}Mod"].elements
    remark = next((name for name in REMARKS if name in mod), "")
    assert remark, "REMARKS needs a text that this Mod takes"
    time.pass_(60)
    changed = ret(life.change(added, added.text("EditSequence"), remark, "chg"))
    assert changed.text(remark) == "chg"
    assert changed.text("EditSequence") > added.text("EditSequence")
    assert changed.text("TimeModified") > added.text("TimeModified")
    assert changed.text("TimeCreated") == added.text("TimeCreated")
    assert ret(life.query((kind.id_name, added.text(kind.id_name)))).text(remark) == "chg"
    assert status(life.change(added, added.text("EditSequence"), remark, "new")) == 3200


@pytest.mark.parametrize("kind", CHANGED, ids=named)
def test_a_change_of_nothing_changes_nothing_else(answer: Answer, world: World, time: Clock, kind: Kind) -> None:
    life = Life(answer, world, kind)
    added = life.add()
    time.pass_(60)
    changed = ret(life.change(added))
    moving = {"TimeModified", "EditSequence"}
    assert [pair for pair in changed if pair[0] not in moving] == [pair for pair in added if pair[0] not in moving]


@pytest.mark.parametrize("kind", ADDED, ids=named)
def test_what_was_deleted_is_among_the_deleted(
    company: Company, answer: Answer, world: World, time: Clock, kind: Kind
) -> None:
    life = Life(answer, world, kind)
    verb = "Txn" if kind.is_transaction else "List"
    added = life.add()
    identity = added.text(kind.id_name)
    type_name = f"{verb}DelType"
    if kind.name not in deletable(MESSAGES[f"{verb}DelRq"]):
        return
    time.pass_(60)
    deleted = life.ask(f"{verb}Del", Aggregate([(type_name, kind.name), (kind.id_name, identity)]))
    assert status(deleted) == 0, deleted.attributes
    assert deleted.fields.text(kind.id_name) == identity
    gone = life.query((kind.id_name, identity))
    assert status(gone) == 500
    assert identity in gone.attributes["statusMessage"]
    found = life.ask(f"{verb}DeletedQuery", Aggregate([(type_name, kind.name)]))
    assert [one.text(kind.id_name) for _, one in found.fields if isinstance(one, Aggregate)] == [identity]
    again = life.ask(f"{verb}Del", Aggregate([(type_name, kind.name), (kind.id_name, identity)]))
    assert status(again) == 3120
    assert company.verify() == []


def deletable(message: Message) -> frozenset[str]:
    """The kinds that a Del request takes."""
    return frozenset(next(iter(message.content.elements.values())).enum)
