"""The lines of whatever buys: expense lines, item lines and groups of item lines, completed and posted.

Bills, vendor credits, item receipts, checks and card charges share them. Their headers stand in `purchases.py`
and `banking.py`.
"""

from collections.abc import Iterator, Mapping

from qbconnector.qbxml import Aggregate, Value
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from . import facts
from .facts import reference
from .stock import Stock


def complete(books: Books, fields: Aggregate) -> int:
    """Set what the lines do not say: descriptions, costs, amounts, groups' members; their sum in hundredths."""
    total = 0
    for name, line in fields:
        if isinstance(line, Aggregate):
            if name == "ExpenseLineRet":
                total += _expense(books, line)
            elif name == "ItemLineRet":
                total += _item(books, line)
            elif name == "ItemGroupLineRet":
                total += _group(books, line)
    return total


def _expense(books: Books, line: Aggregate) -> int:
    """Complete an expense line; its amount."""
    given = dict(line)
    if "Amount" not in given:
        line.append(("Amount", "0.00"))
    account = reference(line, "AccountRef")
    if account is not None and books.ledger.account_type(account) not in OPEN_SIDES:
        _billable(line, given)
    return money.cents(line.text("Amount"))


def _item(books: Books, line: Aggregate) -> int:
    """Complete an item line; its amount.

    An amount that is given stands, whatever quantity and cost say (MEMORY: unverified); the cost follows from
    it.
    """
    given = dict(line)
    key = reference(line, "ItemRef")
    item = facts.item(books, key) if key is not None else None
    quantity = money.units(line.text("Quantity"))
    if "Amount" in given:
        amount = money.cents(line.text("Amount"))
        if "Cost" not in given and quantity:
            line.append(("Cost", money.price(money.divide(amount * _PER_CENT, quantity))))
    else:
        cost = money.units(line.text("Cost")) if "Cost" in given or item is None else item.purchase_cost
        amount = money.product(quantity if "Quantity" in given else money.SCALE, cost)
        line.append(("Amount", money.amount(amount)))
        if cost and "Cost" not in given:
            line.append(("Cost", money.price(cost)))
    if item is not None and item.purchase_desc and "Desc" not in given:
        line.append(("Desc", item.purchase_desc))
    _billable(line, given)
    return amount


_PER_CENT = money.SCALE * money.SCALE // 100
"""Divides hundredths by a quantity into a price."""


def _group(books: Books, line: Aggregate) -> int:
    """Complete a group's line, with its members where it has none yet; their sum."""
    key = reference(line, "ItemGroupRef")
    if key is None:
        refuse(3150, element="ItemGroupRef")
    group = facts.item(books, key)
    if line.child("ItemLineRet") is None:
        times = money.units(line.text("Quantity", "1"))
        for member, quantity in group.lines:
            each = money.divide(quantity * times, money.SCALE)
            fields = Aggregate(
                [("ItemRef", books.refs.reference(member)), ("Quantity", money.quantity(each))]
            )
            line.append(("ItemLineRet", fields))
    if group.purchase_desc and not line.has("Desc"):
        line.append(("Desc", group.purchase_desc))
    total = sum(_item(books, member) for member in line.children("ItemLineRet"))
    line.put("TotalAmount", money.amount(total))
    return total


def _billable(line: Aggregate, given: Mapping[str, Value]) -> None:
    """What was bought for a customer is billable unless the request says otherwise (MEMORY: unverified)."""
    if "CustomerRef" in given and "BillableStatus" not in given:
        line.append(("BillableStatus", "Billable"))


def postings(books: Books, record: Record, sign: int) -> Iterator[Posting]:
    """What the lines enter: debits for a purchase (`sign` 1), credits for money back (-1)."""
    stock = Stock(books)
    for name, line in record.fields:
        if isinstance(line, Aggregate):
            if name == "ExpenseLineRet":
                yield _expense_posting(books, record, line, sign)
            elif name == "ItemLineRet":
                yield from _item_postings(books, record, line, sign, stock)
            elif name == "ItemGroupLineRet":
                for member in line.children("ItemLineRet"):
                    yield from _item_postings(books, record, member, sign, stock)


def _expense_posting(books: Books, record: Record, line: Aggregate, sign: int) -> Posting:
    account = reference(line, "AccountRef")
    if account is None:
        refuse(3150, element="AccountRef")
    amount = sign * money.cents(line.text("Amount"))
    return Posting(account, amount, entity(books, record, line, account), None, reference(line, "ClassRef"))


def _item_postings(
    books: Books, record: Record, line: Aggregate, sign: int, stock: Stock
) -> Iterator[Posting]:
    """An item line's postings.

    Stock that goes back leaves at average cost; what the vendor gives more or less for it is cost of goods sold
    (MEMORY: unverified).
    """
    key = reference(line, "ItemRef")
    amount = sign * money.cents(line.text("Amount"))
    if key is None:
        if amount:
            refuse(3150, element="ItemRef")
        return
    item = facts.item(books, key)
    who, class_ = reference(line, "CustomerRef") or record.entity, reference(line, "ClassRef")
    override = reference(line, "OverrideItemAccountRef")
    if item.asset is None or item.cogs is None:
        account = override or item.expense or item.asset
        if account is None:
            refuse(3270, reason="The item has no account to post a purchase to.")
        yield Posting(account, amount, who, key, class_)
        return
    quantity = sign * (money.units(line.text("Quantity")) if line.has("Quantity") else money.SCALE)
    worth = amount
    if quantity < 0:
        worth = -stock.take(key, -quantity, item.purchase_cost)
    else:
        stock.move(key, quantity, worth)
    yield Posting(override or item.asset, worth, who, key, class_, quantity)
    yield Posting(item.cogs, amount - worth, who, key, class_)


OPEN_SIDES = {
    "AccountsReceivable": ("Customer", "This line item requires a customer or job."),
    "AccountsPayable": ("Vendor", "This line item requires a vendor."),
}
"""Whom an amount on a receivable or payable account must belong to; what QuickBooks says without (the first REAL)."""


def entity(books: Books, record: Record, line: Aggregate, account: int) -> int | None:
    """Whom a line concerns: its own customer or name, or the transaction's; status 3140 without the right kind."""
    own = reference(line, "CustomerRef") or reference(line, "EntityRef")
    side = OPEN_SIDES.get(books.ledger.account_type(account))
    if side is None:
        return own or record.entity
    wanted, text = side
    for key in (own, record.entity):
        target = books.store.target(key) if key is not None else None
        if target is not None and target.kind == wanted:
            return key
    refuse(3140, kind=wanted, value="", where=record.kind.name, reason=text)
