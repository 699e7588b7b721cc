"""What became of an order: how much of each of its lines has arrived, and whether all of it has.

Owns the elements of an order's Ret that follow from the links of its lines, and how much of an item is on order; the
links are made and kept elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.store import Store


class Fulfilled(NamedTuple):
    """How much of an order's line has arrived, and how much of that on a bill; in hundred-thousandths."""

    quantity: int = 0
    billed: int = 0


#: The kinds of order, by their name.
ORDERS = frozenset({"PurchaseOrder"})

_MEMBER = "PurchaseOrderLineRet"


def lines(fields: Aggregate) -> Iterator[Aggregate]:
    """The lines of an order, those of groups too."""
    for name, value in fields:
        if isinstance(value, Aggregate):
            if name == _MEMBER:
                yield value
            else:
                yield from value.children(_MEMBER)


def complete(fields: Aggregate, fulfilled: Mapping[int, Fulfilled]) -> None:
    """Set what an order and its lines show of what arrived; `fulfilled` is by the line's key.

    UnbilledQuantity is what no bill has yet (MEMORY: unverified).
    """
    is_open = False
    for line in lines(fields):
        done = fulfilled.get(ids.key_of(line.text("TxnLineID")) or 0, Fulfilled())
        quantity = money.units(line.text("Quantity"))
        is_closed = line.text("IsManuallyClosed") == "true"
        line.put("ReceivedQuantity", money.quantity(done.quantity))
        line.put("UnbilledQuantity", money.quantity(max(quantity - done.billed, 0)))
        line.put("IsBilled", "true" if quantity and done.billed >= quantity else "false")
        line.put("IsManuallyClosed", "true" if is_closed else "false")
        is_open |= left(line) > 0
    fields.put("IsFullyReceived", "false" if is_open else "true")


def left(line: Aggregate) -> int:
    """How much of an order's line is still to come, in hundred-thousandths; nothing of one that was closed."""
    if line.text("IsManuallyClosed") == "true":
        return 0
    return max(money.units(line.text("Quantity")) - money.units(line.text("ReceivedQuantity")), 0)


def items(fields: Aggregate) -> set[int]:
    """The keys of the items of an order."""
    return {key for line in lines(fields) if (key := _item(line)) is not None}


def _item(line: Aggregate) -> int | None:
    reference = line.child("ItemRef")
    return ids.key_of(reference.text("ListID")) if reference else None


def on_order(store: Store, item: int) -> int:
    """How much of an item is still to come, by all purchase orders, in hundred-thousandths."""
    sources = store.connection.execute(
        "SELECT id FROM object JOIN uses ON source = id AND target = ? AND role = 'ItemRef'"
        " WHERE kind = 'PurchaseOrder' AND instr(head, CAST('<IsFullyReceived>false<' AS BLOB))",
        (item,),
    )
    total = 0
    for (key,) in sources.fetchall():
        record = store.read(key)
        if record is not None and record.fields.text("IsManuallyClosed") != "true":
            total += sum(left(line) for line in lines(record.fields) if _item(line) == item)
    return total
