"""The lines of whatever buys: expense lines, item lines and groups of item lines, completed and posted.

Orders, bills, vendor credits, item receipts, checks and card charges share them. Their headers stand in
`purchase_orders.py`, `purchases.py` and `banking.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from qbconnector.qbxml import Aggregate, Value
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.ledger import OPEN_TYPES, Posting
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from . import facts
from .facts import reference
from .stock import Stock


class Names(NamedTuple):
    """What the item lines of a document are called, its groups of them, and what one of an item costs."""

    item: str
    group: str
    price: str


BOUGHT = Names("ItemLineRet", "ItemGroupLineRet", "Cost")
ORDERED = Names("PurchaseOrderLineRet", "PurchaseOrderLineGroupRet", "Rate")


def complete(books: Books, fields: Aggregate, request: Aggregate, names: Names = BOUGHT) -> int:
    """Set what the lines do not say: descriptions, costs, amounts, members; their sum in hundredths."""
    again = _expanded_again(request, names)
    total = 0
    for name, line in fields:
        if isinstance(line, Aggregate):
            if name == "ExpenseLineRet":
                total += _expense(books, line)
            elif name == names.item:
                total += _item(books, line, names)
            elif name == names.group:
                if line.text("TxnLineID") in again:
                    line.drop(names.item)
                total += _group(books, line, names)
    return total


def _expanded_again(request: Aggregate, names: Names) -> set[str]:
    """The groups of which a Mod changes item or quantity and names no lines."""
    group, member = (name.removesuffix("Ret") + "Mod" for name in (names.group, names.item))
    return {
        line.text("TxnLineID")
        for line in request.children(group)
        if (line.has("Quantity") or line.has("ItemGroupRef")) and not line.has(member)
    }


def _expense(books: Books, line: Aggregate) -> int:
    """Complete an expense line; its amount."""
    given = dict(line)
    if "Amount" not in given:
        line.append(("Amount", "0.00"))
    account = reference(line, "AccountRef")
    if account is not None and books.ledger.account_type(account) not in OPEN_TYPES:
        _billable(line, given)
    return money.cents(line.text("Amount"))


def _item(books: Books, line: Aggregate, names: Names) -> int:
    """Complete an item line; its amount.

    An amount that is given stands, whatever quantity and cost say (MEMORY: unverified); the cost follows from it.
    """
    given, price = dict(line), names.price
    key = reference(line, "ItemRef")
    item = facts.item(books, key) if key is not None else None
    quantity = money.units(line.text("Quantity"))
    amount = 0
    if "Amount" in given:
        amount = money.cents(line.text("Amount"))
        if price not in given and quantity:
            line.append((price, money.price(money.divide(amount * _PER_CENT, quantity))))
    elif item is not None or price in given:
        cost = money.units(line.text(price)) if price in given or item is None else item.purchase_cost
        amount = money.product(quantity if "Quantity" in given else money.SCALE, cost)
        line.append(("Amount", money.amount(amount)))
        if cost and price not in given:
            line.append((price, money.price(cost)))
    if item is not None and item.purchase_desc and "Desc" not in given:
        line.append(("Desc", item.purchase_desc))
    if names is BOUGHT:
        _billable(line, given)
    return amount


_PER_CENT = money.SCALE * money.SCALE // 100
"""Divides hundredths by a quantity into a price."""


def _group(books: Books, line: Aggregate, names: Names) -> int:
    """Complete a group's line, with its members where it has none yet; their sum."""
    key = reference(line, "ItemGroupRef")
    if key is None:
        refuse(3150, element="ItemGroupRef")
    group = facts.item(books, key)
    if not line.has(names.item):
        times = money.units(line.text("Quantity", "1"))
        for member, quantity in group.lines:
            each = money.divide(quantity * times, money.SCALE)
            fields = Aggregate([("ItemRef", books.refs.reference(member)), ("Quantity", money.quantity(each))])
            line.append((names.item, fields))
    if group.purchase_desc and not line.has("Desc"):
        line.append(("Desc", group.purchase_desc))
    total = sum(_item(books, member, names) for member in line.children(names.item))
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


def _item_postings(books: Books, record: Record, line: Aggregate, sign: int, stock: Stock) -> Iterator[Posting]:
    """An item line's postings.

    Stock that goes back leaves at average cost; what the vendor gives more or less for it is cost of goods
    sold (MEMORY: unverified).
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


ONE_OPEN_ACCOUNT = "You cannot use more than one A/R or A/P account in the same transaction."
"""Certainty DOC; that it comes with status 3180 is MEMORY: unverified."""


def check_open_accounts(books: Books, record: Record, found: Iterable[Posting]) -> None:
    """Status 3180 where a transaction posts to more than one receivable or payable account."""
    accounts = {posting.account for posting in found if books.ledger.account_type(posting.account) in OPEN_TYPES}
    if len(accounts) > 1:
        refuse(3180, what=f"a {record.kind.name}", reason=ONE_OPEN_ACCOUNT)


OPEN_SIDES = {
    "AccountsReceivable": ("Customer", "This line item requires a customer or job."),
    "AccountsPayable": ("Vendor", "This line item requires a vendor."),
}
"""Whom an amount on an open account must belong to, and what QuickBooks says without. The first is REAL."""


def entity(books: Books, record: Record, line: Aggregate, account: int) -> int | None:
    """Whom a line concerns: its own name or the transaction's; status 3140 without one of the right kind."""
    own = reference(line, "CustomerRef") or reference(line, "EntityRef")
    side = OPEN_SIDES.get(books.ledger.account_type(account))
    if side is None:
        return own or record.entity
    wanted, text = side
    for key in (own, record.entity):
        target = books.store.target(key) if key is not None else None
        if target is not None and target.kind == wanted:
            return key
    return refuse(3140, kind=wanted, value="", where=record.kind.name, reason=text)
