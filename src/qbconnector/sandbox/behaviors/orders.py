"""Estimates and sales orders: documents that post nothing, and the lines an invoice takes from them.

The sandbox does not keep count of what was invoiced of an order: Invoiced stays 0 and IsFullyInvoiced false.
"""

from collections.abc import Container, Mapping

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids
from qbconnector.sandbox.behaviors.facts import reference
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

#: What an invoice can be made from.
ORDERS = ("Estimate", "SalesOrder")

#: What belongs to the line of an order and not to the invoice that takes it.
_OWN = ("TxnLineID", "Invoiced", "IsManuallyClosed", "MarkupRate", "MarkupRatePercent", "DataExtRet")

#: What an order shows that nobody says, in its head and in its lines.
_HEAD = {"IsManuallyClosed": "false", "IsFullyInvoiced": "false"}
_LINE = {"Invoiced": "0", "IsManuallyClosed": "false"}


def complete(record: Record) -> None:
    """Set what the Ret of an order shows beside what every document of sale does."""
    single, group = f"{record.kind.name}LineRet", f"{record.kind.name}LineGroupRet"
    _default(record.fields, _HEAD, record.kind.elements)
    for parent in (record.fields, *record.fields.children(group)):
        for line in parent.children(single):
            _default(line, _LINE, record.kind.elements[single].elements)


def _default(fields: Aggregate, texts: Mapping[str, str], known: Container[str]) -> None:
    fields.extend(pair for pair in texts.items() if pair[0] in known and not fields.has(pair[0]))


def take(books: Books, record: Record, request: Aggregate) -> None:
    """Copy what a new invoice links to: whole orders (LinkToTxnID) behind its lines, single lines into its own."""
    kind = record.kind.name
    customer = reference(record.fields, "CustomerRef")
    for ref_id in request.texts("LinkToTxnID"):
        order = _order(books, ref_id, customer)
        record.fields.extend(_taken(order.fields, order.kind.name, kind))
    for line in record.fields.children(f"{kind}LineRet"):
        if link := line.child("LinkToTxn"):
            _take_line(_order(books, link.text("TxnID"), customer), line, link.text("TxnLineID"))


def _order(books: Books, ref_id: str, customer: int | None) -> Record:
    """The order with this TxnID; status 3120 unless it is there and the customer's."""
    key = ids.key_of(ref_id)
    if key is None:
        refuse(3000, value=ref_id, field="TxnID")
    order = books.store.read(key)
    if order is None or order.ref_id != ref_id or order.kind.name not in ORDERS or order.entity != customer:
        refuse(3120, id=ref_id)
    return order


def _take_line(order: Record, line: Aggregate, line_id: str) -> None:
    """Let a line have what it does not say from the order's line with this id (3120 without)."""
    single, group = f"{order.kind.name}LineRet", f"{order.kind.name}LineGroupRet"
    parents = (order.fields, *order.fields.children(group))
    known = {one.text("TxnLineID"): one for parent in parents for one in parent.children(single)}
    if line_id not in known:
        refuse(3120, id=line_id)
    follows = {"Amount"} if line.has("Quantity") or line.has("Rate") else set()
    copied = known[line_id].clone().drop(*_OWN, *follows, *dict(line))
    line.drop("LinkToTxn").extend(copied)


def _taken(fields: Aggregate, kind: str, wanted: str) -> Aggregate:
    """The lines among these children, as lines of another kind of document."""
    names = {f"{kind}{line}": f"{wanted}{line}" for line in ("LineRet", "LineGroupRet")}
    taken = Aggregate()
    for name, line in fields:
        if name in names and isinstance(line, Aggregate):
            inner = line.clone().drop(*_OWN, *names)
            taken.append((names[name], Aggregate([*inner, *_taken(line, kind, wanted)])))
    return taken
