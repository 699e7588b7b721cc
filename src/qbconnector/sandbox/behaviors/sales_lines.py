"""The lines of whatever sells: what they do not say, their amounts, and what they enter in the ledger.

Invoices, sales receipts, credit memos, estimates and sales orders share them; `sales.py` has their headers.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from qbconnector.qbxml import Aggregate, Value
from qbconnector.sandbox import money
from qbconnector.sandbox.behaviors import tax
from qbconnector.sandbox.behaviors.facts import (
    CustomerFacts,
    ItemFacts,
    is_taxable,
    item,
    price_level,
    reference,
    referred,
)
from qbconnector.sandbox.behaviors.stock import Stock
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.special import account
from qbconnector.sandbox.store import Record

#: Items whose lines take something off, however their amount is written (MEMORY: unverified).
_NEGATIVE = frozenset({"ItemDiscount", "ItemPayment"})

#: Items whose lines have no price: what they come to follows from the lines above.
_DERIVED = frozenset({"ItemSubtotal", "ItemSalesTax", "ItemSalesTaxGroup"})

#: Stands for the kind of item of a line that has none.
_ACCOUNT_ONLY = ""

_PER_CENT = money.SCALE // 100
"""Hundred-thousandths in a hundredth."""


class Sums(NamedTuple):
    """What a document's lines come to, in hundredths: `subtotal` without payments, which are negative."""

    subtotal: int
    payments: int


class Lines:
    """One pass over the lines of a document, from the first to the last.

    A percentage applies to the line above: an item's line, a group or a subtotal, not another percentage. A
    subtotal sums up since the subtotal before it, which a discount right below that one reopens. A second
    subtotal in a row sums up everything. All three are MEMORY: unverified.
    """

    def __init__(self, books: Books, customer: CustomerFacts | None, tax_code: int | None) -> None:
        self._books = books
        self._level = customer.references.get("PriceLevelRef") if customer is not None else None
        self._exempt = tax_code if tax_code is not None and not is_taxable(books, tax_code) else None
        self._above = 0
        self._span = 0
        self._everything = 0
        self._after_subtotal = False
        self._payments = 0

    def complete(self, record: Record, request: Aggregate) -> Sums:
        """Complete every line; `request` says which groups a Mod wants expanded anew."""
        single, group = f"{record.kind.name}LineRet", f"{record.kind.name}LineGroupRet"
        again = _expanded_again(request, record.kind.name)
        for name, line in record.fields:
            if isinstance(line, Aggregate):
                if name == single:
                    self.line(line)
                elif name == group:
                    self._group(line, single, again)
        return Sums(self._everything - self._payments, self._payments)

    def _group(self, line: Aggregate, member: str, again: frozenset[str]) -> None:
        """A group's line: its members, as many times as its quantity says, and their sum."""
        key = reference(line, "ItemGroupRef")
        if key is None:
            refuse(3150, element="ItemGroupRef")
        known = item(self._books, key)
        if line.text("TxnLineID") in again:
            line.drop(member)
        if not line.has(member):
            if known.sales_desc and not line.has("Desc"):
                line.append(("Desc", known.sales_desc))
            times = money.units(line.text("Quantity", "1"))
            for part, quantity in known.lines:
                each = money.quantity(money.divide(quantity * times, money.SCALE))
                part_ref = self._books.refs.reference(part)
                line.append((member, Aggregate([("ItemRef", part_ref), ("Quantity", each)])))
        before = self._everything
        for part_line in line.children(member):
            self.line(part_line)
        self._above = self._everything - before
        line.put("IsPrintItemsInGroup", "true" if known.prints_lines else "false")
        line.put("TotalAmount", money.amount(self._above))

    def line(self, line: Aggregate) -> None:
        """Complete one line. One without an item is a text, or an amount for the account it names."""
        given = dict(line)
        key = referred(given.get("ItemRef"))
        if key is None:
            if "Amount" in given:
                self._count(_ACCOUNT_ONLY, money.cents(line.text("Amount")), is_share=False)
            return
        known = item(self._books, key)
        is_new = given.get("TxnLineID", "-1") == "-1" or not given.keys() & {"Rate", "RatePercent", "Amount"}
        if is_new and known.sales_desc and "Desc" not in given:
            line.append(("Desc", known.sales_desc))
        if known.kind == "ItemSubtotal":
            line.put("Amount", money.amount(self._subtotal()))
            return
        made, amount, is_share = self._amount(given, known)
        made["Amount"] = money.amount(amount)
        for name, text in made.items():
            if name not in given:
                line.append((name, text))
            elif given[name] != text:
                line.put(name, text)
        if "SalesTaxCodeRef" not in given:
            self._code(line, known)
        self._count(known.kind, amount, is_share=is_share)

    def _subtotal(self) -> int:
        self._above = self._everything if self._after_subtotal else self._span
        self._after_subtotal = True
        return self._above

    def _count(self, kind: str, amount: int, *, is_share: bool) -> None:
        """Add a line that has its amount to the sums."""
        if self._after_subtotal and kind != "ItemDiscount" and not is_share:
            self._span = 0
        self._after_subtotal = False
        self._span += amount
        self._everything += amount
        if not is_share:
            self._above = amount
        if kind == "ItemPayment":
            self._payments += amount

    def _code(self, line: Aggregate, known: ItemFacts) -> None:
        """Set the line's tax code: the item's, or that of a customer who pays no tax."""
        code = known.tax_code
        if code is None or known.kind in _DERIVED:
            return
        if self._exempt is not None and is_taxable(self._books, code):
            code = self._exempt
        line.append(("SalesTaxCodeRef", self._books.refs.reference(code)))

    def _amount(self, given: Mapping[str, Value], known: ItemFacts) -> tuple[dict[str, str], int, bool]:
        """What a line's rate is, its amount in hundredths, and whether it is a share of the line above."""
        negative = known.kind in _NEGATIVE
        if known.kind in _DERIVED:
            percent: int | None = sum(one.rate for one in tax.taxes(self._books, known.key, 0))
        elif "RatePercent" in given:
            percent = money.units(str(given["RatePercent"]))
        else:
            percent = None if "Rate" in given or "Amount" in given else known.percent
        if percent is not None:
            percent = -abs(percent) if negative else percent
            return {"RatePercent": money.price(percent)}, money.share(self._above, percent), True
        rate, amount = self._priced(given, known, negative=negative)
        return {"Rate": money.price(rate)} if rate is not None else {}, amount, False

    def _priced(self, given: Mapping[str, Value], known: ItemFacts, *, negative: bool) -> tuple[int | None, int]:
        """Rate, and quantity times rate. An amount that is given stands, and sets the rate (MEMORY: unverified)."""
        quantity = money.units(str(given["Quantity"])) if "Quantity" in given else money.SCALE
        if "Rate" in given:
            rate: int | None = money.units(str(given["Rate"]))
        else:
            rate = None if "Amount" in given else self._price(known, referred(given.get("PriceLevelRef")))
        if negative and rate is not None:
            rate = -abs(rate)
        amount = money.product(quantity, rate or 0)
        if "Amount" in given:
            stated = money.cents(str(given["Amount"]))
            stated = -abs(stated) if negative else stated
            if (rate is None or stated != amount) and quantity:
                rate = money.divide(stated * _PER_CENT * money.SCALE, quantity)
            amount = stated
        return rate, amount

    def _price(self, known: ItemFacts, level_key: int | None) -> int | None:
        """What one costs: by the line's price level, the customer's, or the item itself."""
        level_key = level_key or self._level
        if level_key is None or known.kind in _NEGATIVE or known.price is None:
            return known.price
        level = price_level(self._books, level_key)
        if known.key in level.prices:
            return level.prices[known.key]
        percent = level.percents.get(known.key)
        if percent is not None:
            return _rounded(money.divide(known.price * percent, 100 * money.SCALE))
        if level.percent is not None:
            return _rounded(known.price + money.divide(known.price * level.percent, 100 * money.SCALE))
        return known.price


def _rounded(price: int) -> int:
    """A price rounded to the cent, as price levels do."""
    return money.divide(price, _PER_CENT) * _PER_CENT


def _expanded_again(request: Aggregate, kind: str) -> frozenset[str]:
    """The groups of which a Mod changes item or quantity and names no lines."""
    return frozenset(
        group.text("TxnLineID")
        for group in request.children(f"{kind}LineGroupMod")
        if (group.has("Quantity") or group.has("ItemGroupRef")) and not group.has(f"{kind}LineMod")
    )


def flat(record: Record) -> Iterator[Aggregate]:
    """The lines of a document, those of groups too."""
    single, group = f"{record.kind.name}LineRet", f"{record.kind.name}LineGroupRet"
    for name, line in record.fields:
        if isinstance(line, Aggregate):
            if name == single:
                yield line
            elif name == group:
                yield from line.children(single)


def taxable(books: Books, lines: Iterable[Aggregate]) -> int:
    """How much of completed lines is taxed, in hundredths."""
    return sum(
        money.cents(line.text("Amount")) for line in lines if is_taxable(books, reference(line, "SalesTaxCodeRef"))
    )


def postings(books: Books, record: Record, sign: int) -> Iterator[Posting]:
    """What the lines enter: credits for a sale (`sign` 1), debits for what is taken back (-1)."""
    stock = Stock(books)
    header_class = reference(record.fields, "ClassRef")
    for line in flat(record):
        yield from line_postings(books, line, record.entity, header_class, sign, stock)


def line_postings(
    books: Books, line: Aggregate, entity: int | None, header_class: int | None, sign: int, stock: Stock
) -> Iterator[Posting]:
    """What one completed line enters."""
    given = dict(line)
    amount = sign * money.cents(str(given.get("Amount", "")))
    class_ = referred(given.get("ClassRef")) or header_class
    target = referred(given.get("OverrideItemAccountRef"))
    key = referred(given.get("ItemRef"))
    if key is None:
        if target is not None:
            yield Posting(target, -amount, entity, None, class_)
        elif amount:
            refuse(3150, element="ItemRef")
        return
    known = item(books, key)
    if known.kind == "ItemSubtotal":
        return
    if known.kind in _DERIVED:
        yield from _tax_line(books, known, amount, class_)
        return
    target = target or known.income
    if known.kind == "ItemPayment":
        yield Posting(target or account(books, "UndepositedFunds"), -amount, entity, None, class_)
        return
    if target is None:
        refuse(3270, reason="the item has no account.")
    yield Posting(target, -amount, entity, key, class_)
    if known.is_stock:
        quantity = money.units(str(given["Quantity"])) if "Quantity" in given else money.SCALE
        yield from _stock_postings(known, entity, sign * quantity, class_, stock)


def _tax_line(books: Books, known: ItemFacts, amount: int, class_: int | None) -> Iterator[Posting]:
    """A sales tax among the lines; what rounding leaves of a group goes to its last tax."""
    members = tax.taxes(books, known.key, 0)
    whole = sum(one.rate for one in members) or 1
    for index, one in enumerate(members):
        part = amount if index == len(members) - 1 else money.divide(amount * one.rate, whole)
        amount -= part
        whole = whole - one.rate or 1
        yield tax.posting(books, one._replace(amount=part), 1, class_)


def _stock_postings(
    known: ItemFacts, entity: int | None, quantity: int, class_: int | None, stock: Stock
) -> Iterator[Posting]:
    """What leaves the stock, at average cost; what comes back comes back at the average cost of today."""
    assert known.asset is not None
    assert known.cogs is not None
    value = stock.take(known.key, quantity, known.purchase_cost)
    yield Posting(known.cogs, value, entity, known.key, class_)
    yield Posting(known.asset, -value, entity, known.key, class_, -quantity)
