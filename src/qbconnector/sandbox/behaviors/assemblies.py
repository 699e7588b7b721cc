"""Building assemblies: components leave the stock at average cost, and what is built of them is worth their sum."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.answer import Answer, Call
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.kinds import kinds
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.rets import single
from qbconnector.sandbox.store import Record

from . import facts
from .facts import reference
from .numbering import number
from .stock import Stock

_ASSEMBLY = "ItemInventoryAssemblyRef"
_LINE = "ComponentItemLineRet"

SHORT = "There are not enough components on hand to build this many."
"""That QuickBooks refuses so, with status 3180, is MEMORY: unverified."""


class BuildAssembly(Behavior):
    """A build: posted at once, or pending until there are enough components and a Mod says RemovePending."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        number(books, record, request, record.kind.name)
        key = reference(fields, _ASSEMBLY)
        assert key is not None
        wanted = money.units(fields.text("QuantityToBuild"))
        if wanted <= 0:
            refuse(3210, field="QuantityToBuild", value=money.quantity(wanted), reason="It must be positive.")
        possible = _can_build(books, key)
        is_pending = fields.text("IsPending") == "true" and request.text("RemovePending") != "true"
        if possible is not None and possible < wanted and not is_pending:
            if request.text("MarkPendingIfRequired") != "true":
                refuse(3180, what="a Build Assembly", reason=SHORT)
            is_pending = True
        on_hand = books.ledger.balance(key).quantity + (0 if is_pending else wanted)
        fields.put("IsPending", "true" if is_pending else "false")
        fields.put("QuantityCanBuild", money.quantity(wanted if possible is None else possible))
        fields.put("QuantityOnHand", money.quantity(on_hand))
        self._components(books, fields, key, wanted)

    def _components(self, books: Books, fields: Aggregate, key: int, wanted: int) -> None:
        """Write down what the build needs, and what there is of it."""
        fields.drop(_LINE)
        for part, each in _parts(books, key):
            line = Aggregate([("ItemRef", books.refs.reference(part))])
            if desc := facts.item(books, part).purchase_desc:
                line.append(("Desc", desc))
            line.append(("QuantityOnHand", money.quantity(books.ledger.balance(part).quantity)))
            line.append(("QuantityNeeded", money.quantity(money.divide(each * wanted, money.SCALE))))
            fields.append((_LINE, line))

    def postings(self, books: Books, record: Record) -> list[Posting]:
        if record.fields.text("IsPending") == "true":
            return []
        stock, found, worth = Stock(books), list[Posting](), 0
        for line in record.fields.children(_LINE):
            part = reference(line, "ItemRef")
            assert part is not None
            known = facts.item(books, part)
            needed = money.units(line.text("QuantityNeeded"))
            value = stock.take(part, needed, known.purchase_cost)
            worth += value
            found.append(Posting(_asset(known), -value, None, part, None, -needed))
        key = reference(record.fields, _ASSEMBLY)
        assert key is not None
        built = money.units(record.fields.text("QuantityToBuild"))
        return [*found, Posting(_asset(facts.item(books, key)), worth, None, key, None, built)]


def _asset(known: facts.ItemFacts) -> int:
    assert known.asset is not None
    return known.asset


def _parts(books: Books, key: int) -> tuple[tuple[int, int], ...]:
    """The components of an assembly and how much of each one of it needs, in hundred-thousandths."""
    return books.fact(_read_parts, key)


def _read_parts(books: Books, record: Record) -> tuple[tuple[int, int], ...]:
    del books
    found = [
        (reference(line, "ItemInventoryRef"), money.units(line.text("Quantity", "1")))
        for line in record.fields.children("ItemInventoryAssemblyLine")
    ]
    return tuple((key, quantity) for key, quantity in found if key is not None)


def _can_build(books: Books, key: int) -> int | None:
    """How many whole ones the stock is enough for, in hundred-thousandths; None where nothing is needed."""
    possible = [
        max(books.ledger.balance(part).quantity // each, 0) * money.SCALE for part, each in _parts(books, key) if each
    ]
    return min(possible, default=None)


def can_build(call: Call) -> Answer:
    """ItemAssembliesCanBuildQuery: how many of an assembly could be built now, whatever the date."""
    fields = call.request.fields
    given = fields.child(_ASSEMBLY) or Aggregate()
    target = call.books.refs.resolve(_ASSEMBLY, given, kinds()["BuildAssembly"], call.request.name)
    if target is None:
        refuse(3150, element=_ASSEMBLY)
    possible = _can_build(call.books, target.key)
    return single(
        call,
        Aggregate(
            [
                (_ASSEMBLY, call.books.refs.reference(target.key)),
                ("TxnDate", fields.text("TxnDate")),
                ("QuantityCanBuild", money.quantity(possible or 0)),
            ]
        ),
    )


BEHAVIORS = {"BuildAssembly": BuildAssembly()}
HANDLERS = {"ItemAssembliesCanBuildQueryRq": can_build}
