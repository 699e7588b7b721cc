"""What transactions need to know of list elements: items, customers, terms, tax codes, price levels.

Each is read once and remembered (`Books.fact`) until a list changes. Balances are not facts: ask the ledger.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

from qbconnector.qbxml import Aggregate, Value
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.store import Record


def reference(fields: Aggregate, name: str) -> int | None:
    """The key of what a reference among these children points to."""
    return referred(fields.child(name))


def referred(value: Value | None) -> int | None:
    """The key of what a reference points to; None when there is none or it is empty."""
    return ids.key_of(value.text("ListID")) if isinstance(value, Aggregate) and value else None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item. Prices, costs, percents and rates are in hundred-thousandths, None where the item names none.

    `lines` are the members of a group and their quantities, or the taxes of a tax group.
    """

    key: int
    kind: str
    income: int | None
    """The account that a sale credits; a discount's or a payment's own account."""
    expense: int | None
    cogs: int | None
    asset: int | None
    price: int | None
    percent: int | None
    purchase_cost: int
    sales_desc: str
    purchase_desc: str
    tax_code: int | None
    tax_rate: int
    tax_vendor: int | None
    lines: tuple[tuple[int, int], ...]
    prints_lines: bool

    @property
    def is_stock(self) -> bool:
        """Whether QuickBooks keeps count of it."""
        return self.asset is not None and self.cogs is not None


def item(books: Books, key: int) -> ItemFacts:
    """The facts of any kind of item."""
    return books.fact(_item, key)


def _item(books: Books, record: Record) -> ItemFacts:
    del books
    fields = record.fields
    one = fields.child("SalesOrPurchase")
    trade = one or fields.child("SalesAndPurchase") or fields
    price = _first(trade, "SalesPrice", "Price", "DiscountRate")
    percent = _first(trade, "PricePercent", "DiscountRatePercent")
    cost = _first(trade, "PurchaseCost", "Price")
    own = reference(trade, "AccountRef")
    return ItemFacts(
        key=record.key,
        kind=record.kind.name,
        income=reference(trade, "IncomeAccountRef") or own or reference(fields, "DepositToAccountRef"),
        expense=reference(trade, "ExpenseAccountRef") or own,
        cogs=reference(fields, "COGSAccountRef"),
        asset=reference(fields, "AssetAccountRef"),
        price=money.units(price) if price else None,
        percent=money.units(percent) if percent else None,
        purchase_cost=money.units(cost),
        sales_desc=_first(trade, "SalesDesc", "Desc", "ItemDesc"),
        purchase_desc=_first(trade, "PurchaseDesc", "Desc", "ItemDesc"),
        tax_code=reference(fields, "SalesTaxCodeRef"),
        tax_rate=money.units(fields.text("TaxRate")),
        tax_vendor=reference(fields, "TaxVendorRef"),
        lines=_members(fields),
        prints_lines=fields.text("IsPrintItemsInGroup") == "true",
    )


def _first(fields: Aggregate, *names: str) -> str:
    return next((text for name in names if (text := fields.text(name))), "")


def _members(fields: Aggregate) -> tuple[tuple[int, int], ...]:
    found = [
        (reference(line, "ItemRef"), money.units(line.text("Quantity", "1")))
        for line in fields.children("ItemGroupLine")
    ]
    found += [(ids.key_of(tax.text("ListID")), money.SCALE) for tax in fields.children("ItemSalesTaxRef")]
    return tuple((key, quantity) for key, quantity in found if key is not None)


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What a customer or job gives its transactions, where they do not say it themselves.

    A job that says nothing has it from the customer above (MEMORY: unverified).
    """

    references: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, Aggregate] = field(default_factory=dict)


#: What is copied from a customer, by the name it has there, and what a transaction calls it.
_COPIED = {
    "TermsRef": "TermsRef",
    "SalesRepRef": "SalesRepRef",
    "ItemSalesTaxRef": "ItemSalesTaxRef",
    "SalesTaxCodeRef": "CustomerSalesTaxCodeRef",
    "PreferredPaymentMethodRef": "PaymentMethodRef",
    "PriceLevelRef": "PriceLevelRef",
}
_ADDRESSES = ("BillAddress", "ShipAddress")


def customer(books: Books, key: int) -> CustomerFacts:
    """The facts of a customer or job."""
    return books.fact(_customer, key)


def _customer(books: Books, record: Record) -> CustomerFacts:
    above = customer(books, record.parent) if record.parent is not None else CustomerFacts()
    fields = record.fields
    own = {copied: reference(fields, name) for name, copied in _COPIED.items()}
    addresses = {name: address for name in _ADDRESSES if (address := fields.child(name))}
    return CustomerFacts(
        above.references | {name: target for name, target in own.items() if target is not None},
        above.addresses | addresses,
    )


def is_taxable(books: Books, key: int | None) -> bool:
    """Whether a sales tax code taxes; without one nothing is taxed."""
    return key is not None and books.fact(_taxes, key)


def _taxes(books: Books, record: Record) -> bool:
    del books
    return record.fields.text("IsTaxable") == "true"


@dataclass(frozen=True, slots=True)
class PriceLevel:
    """A price level: so many percent more (or less) on everything, or prices of its own for some items."""

    percent: int | None
    prices: dict[int, int]
    percents: dict[int, int]


def price_level(books: Books, key: int) -> PriceLevel:
    """The facts of a price level."""
    return books.fact(_price_level, key)


def _price_level(books: Books, record: Record) -> PriceLevel:
    del books
    percent = record.fields.text("PriceLevelFixedPercentage")
    found: dict[str, dict[int, int]] = {"CustomPrice": {}, "CustomPricePercent": {}}
    for line in record.fields.children("PriceLevelPerItemRet"):
        key = reference(line, "ItemRef")
        for name, prices in found.items():
            if key is not None and line.text(name):
                prices[key] = money.units(line.text(name))
    return PriceLevel(money.units(percent) if percent else None, *found.values())


@dataclass(frozen=True, slots=True)
class Terms:
    """When a transaction is due and until when it earns a discount of `percent`.

    Standard terms count days; date-driven ones name a day of the month, and the next month's where the
    transaction is issued within `grace` days of it.
    """

    days: int
    discount_days: int | None
    percent: int
    day_of_month: int | None = None
    discount_day: int | None = None
    grace: int = 0

    def due(self, issued: str) -> str:
        """The due date of what is issued on this day; both as DATE texts."""
        if self.day_of_month is None:
            return days_after(issued, self.days)
        return _day_of_month(issued, self.day_of_month, self.grace)

    def discount_until(self, issued: str) -> str:
        """The last day for the discount, as DATE text; "" when the terms have none."""
        if not self.percent:
            return ""
        if self.day_of_month is None:
            return days_after(issued, self.discount_days or 0)
        return _day_of_month(issued, self.discount_day or self.day_of_month, self.grace)


def days_after(day: str, days: int) -> str:
    """So many days later; both as DATE texts."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _day_of_month(issued: str, day: int, grace: int) -> str:
    start = date.fromisoformat(issued)
    due = _in_month(start.year, start.month, day)
    if (due - start).days < (grace + 1 if grace else 0):
        due = _in_month(start.year + start.month // 12, start.month % 12 + 1, day)
    return due.isoformat()


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def terms(books: Books, key: int) -> Terms:
    """The facts of standard or date-driven terms."""
    return books.fact(_terms, key)


def _terms(books: Books, record: Record) -> Terms:
    del books
    fields = record.fields

    def whole(name: str) -> int | None:
        text = fields.text(name)
        return int(text) if text else None

    return Terms(
        days=whole("StdDueDays") or 0,
        discount_days=whole("StdDiscountDays"),
        percent=money.units(fields.text("DiscountPct")),
        day_of_month=whole("DayOfMonthDue"),
        discount_day=whole("DiscountDayOfMonth"),
        grace=whole("DueNextMonthDays") or 0,
    )
