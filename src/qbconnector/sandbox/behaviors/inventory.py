"""Inventory adjustments: corrections of what is on hand and of what it is worth."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from . import facts
from .facts import reference
from .numbering import number
from .stock import Stock

_LINE = "InventoryAdjustmentLineRet"


class InventoryAdjustment(Behavior):
    """An adjustment: every line becomes a difference of quantity and one of value, set against one account.

    A quantity that comes or goes without a value does so at average cost.
    """

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        number(books, record, request, record.kind.name)
        stock = Stock(books)
        for line in record.fields.children(_LINE):
            _complete(books, line, stock)

    def postings(self, books: Books, record: Record) -> list[Posting]:
        account, class_ = (reference(record.fields, name) for name in ("AccountRef", "ClassRef"))
        assert account is not None
        found: list[Posting] = []
        for line in record.fields.children(_LINE):
            known = _stocked(books, line)
            assert known.asset is not None
            value, quantity = (
                money.cents(line.text("ValueDifference")),
                money.units(line.text("QuantityDifference")),
            )
            found.append(Posting(known.asset, value, record.entity, known.key, class_, quantity))
            found.append(Posting(account, -value, record.entity, known.key, class_))
        return found


def _complete(books: Books, line: Aggregate, stock: Stock) -> None:
    """Turn what a line says of quantity and value into differences."""
    if line.has("SerialNumberAdjustment") or line.has("LotNumberAdjustment"):
        refuse(3250)
    known = _stocked(books, line)
    before = stock.on_hand(known.key)
    said = line.child("QuantityAdjustment") or line.child("ValueAdjustment") or line
    quantity = money.units(said.text("QuantityDifference"))
    if said.has("NewQuantity"):
        quantity = money.units(said.text("NewQuantity")) - before.quantity
    if said.has("NewValue") or said.has("ValueDifference"):
        value = money.cents(said.text("ValueDifference"))
        if said.has("NewValue"):
            value = money.cents(said.text("NewValue")) - before.amount
        stock.move(known.key, quantity, value)
    else:
        value = -stock.take(known.key, -quantity, known.purchase_cost) if quantity else 0
    line.drop("QuantityAdjustment", "ValueAdjustment")
    line.put("QuantityDifference", money.quantity(quantity))
    line.put("ValueDifference", money.amount(value))


def _stocked(books: Books, line: Aggregate) -> facts.ItemFacts:
    """The line's item, which must be one that is counted; the text of status 3210 is MEMORY: unverified."""
    key = reference(line, "ItemRef")
    if key is None:
        refuse(3150, element="ItemRef")
    known = facts.item(books, key)
    if not known.is_stock:
        given = line.child("ItemRef") or Aggregate()
        refuse(
            3210,
            field="ItemRef",
            value=given.text("FullName"),
            reason="Only inventory items can be adjusted.",
        )
    return known


BEHAVIORS = {"InventoryAdjustment": InventoryAdjustment()}
