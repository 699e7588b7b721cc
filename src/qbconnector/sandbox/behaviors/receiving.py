"""Bills and item receipts that receive what was ordered: the lines they take over, and the links to the order."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money, orders
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.links import RECEIVED, Link
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from .facts import reference

#: What a line that receives an ordered one takes over, and what it is called on the order.
_TAKEN = {
    "ItemRef": "ItemRef",
    "Desc": "Desc",
    "Cost": "Rate",
    "CustomerRef": "CustomerRef",
    "ClassRef": "ClassRef",
}


def pull(books: Books, record: Record, request: Aggregate) -> None:
    """Complete the lines that name an ordered line, and add those of orders that are linked as a whole."""
    for line in record.fields.children("ItemLineRet"):
        link = line.child("LinkToTxn")
        if link is not None:
            order = _order(books, record, link.text("TxnID"))
            _take(line, _line(order, link.text("TxnLineID")))
    for text in request.texts("LinkToTxnID"):
        order = _order(books, record, text)
        for ordered in orders.lines(order.fields):
            if orders.left(ordered):
                pair = [("TxnID", text), ("TxnLineID", ordered.text("TxnLineID"))]
                line = Aggregate([("LinkToTxn", Aggregate(pair))])
                _take(line, ordered)
                record.fields.append(("ItemLineRet", line))


def _order(books: Books, record: Record, text: str) -> Record:
    """An order to the same vendor that is open; status 3120 for any other transaction (MEMORY: unverified)."""
    key = ids.key_of(text)
    if key is None:
        refuse(3000, value=text, field="TxnID")
    books.flush()
    order = books.store.read(key)
    if (
        order is None
        or order.ref_id != text
        or order.kind.name not in orders.ORDERS
        or order.entity != (reference(record.fields, "VendorRef") or reference(record.fields, "PayeeEntityRef"))
        or order.fields.text("IsManuallyClosed") == "true"
        or order.fields.text("IsFullyReceived") == "true"
    ):
        refuse(3120, id=text)
    return order


def _line(order: Record, text: str) -> Aggregate:
    for line in orders.lines(order.fields):
        if line.text("TxnLineID") == text:
            return line
    return refuse(3120, id=text)


def _take(line: Aggregate, ordered: Aggregate) -> None:
    """Take over what the line does not say itself; of the quantity, what has not arrived yet."""
    for name, there in _TAKEN.items():
        value = ordered.get(there)
        if value and not line.has(name) and not (name == "Cost" and line.has("Amount")):
            line.append((name, value))
    if not line.has("Quantity"):
        line.append(("Quantity", money.quantity(orders.left(ordered))))


def links(record: Record) -> list[Link]:
    """What the lines of a new transaction receive."""
    found: dict[tuple[int, int], Link] = {}
    for line in record.fields.children("ItemLineRet"):
        link = line.child("LinkToTxn")
        if link is None:
            continue
        order, ordered = (ids.key_of(link.text(name)) for name in ("TxnID", "TxnLineID"))
        assert order is not None
        assert ordered is not None
        quantity, cost = money.units(line.text("Quantity")), money.cents(line.text("Amount"))
        before = found.get((order, ordered))
        if before is not None:
            quantity, cost = quantity + before.amount, cost + before.discount
        found[order, ordered] = Link(record.key, ordered, RECEIVED, quantity, cost, payment=order)
    return list(found.values())
