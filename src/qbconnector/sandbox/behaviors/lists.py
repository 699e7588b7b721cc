"""The smaller lists: what they show without being told, and the prices that levels and rates work out."""

from collections.abc import Iterable, Mapping

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from . import facts
from .addresses import blocks


class Defaulted(Behavior):
    """A list element that shows these texts where nobody says anything."""

    def __init__(self, **texts: str) -> None:
        self._texts = texts

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        for name, text in self._texts.items():
            if not record.fields.has(name):
                record.fields.append((name, text))


class ToDo(Defaulted):
    """A note to do something; without a date it is for today (MEMORY: unverified)."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        super().fill(books, record, request)
        if not record.fields.has("ReminderDate"):
            record.fields.append(("ReminderDate", books.today))


class PriceLevel(Behavior):
    """A price level: one percentage, or a price or percentage for each of some items."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        fixed = fields.has("PriceLevelFixedPercentage")
        fields.put("PriceLevelType", "FixedPercentage" if fixed else "PerItem")
        for line in fields.children("PriceLevelPerItemRet"):
            _adjust(books, line, "CustomPrice", "AdjustRelativeTo")


class BillingRate(Behavior):
    """A billing rate: one for everything, or one for each of some service items."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        fields.put("BillingRateType", "FixedRate" if fields.has("FixedBillingRate") else "PerItem")
        for line in fields.children("BillingRatePerItemRet"):
            _adjust(books, line, "CustomRate", "AdjustBillingRateRelativeTo")


def _adjust(books: Books, line: Aggregate, name: str, relative_to: str) -> None:
    """Work out a price that is so many percent more than an item's own; a line that says its price keeps it.

    What is relative to the current custom price is taken from the item's own price too: what QuickBooks does
    there is not known.
    """
    basis, percent = line.text(relative_to), money.units(line.text("AdjustPercentage"))
    line.drop(relative_to, "AdjustPercentage")
    if not basis:
        return
    key = facts.reference(line, "ItemRef")
    if key is None:
        refuse(3150, element="ItemRef")
    item = facts.item(books, key)
    base = item.purchase_cost if basis == "Cost" else item.price or 0
    line.put(name, money.price(base + money.divide(base * percent, 100 * money.SCALE)))


class InventorySite(Behavior):
    """A place where inventory is kept; the first one is the default."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        if not fields.has("IsDefaultSite"):
            row = books.connection.execute("SELECT 1 FROM object WHERE kind = 'InventorySite' LIMIT 1").fetchone()
            fields.put("IsDefaultSite", "true" if row is None else "false")
        blocks(fields, ("SiteAddress",))


class WorkersCompCode(Behavior):
    """A workers' compensation code with the rates it had, has and will have."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        rates = {rate.text("EffectiveDate"): rate.text("Rate") for rate in _rates(fields)}
        fields.drop("RateEntry", "RateHistory", "CurrentRate", "CurrentEffectiveDate", "NextRate", "NextEffectiveDate")
        days = sorted(rates)
        past = [day for day in days if day <= books.today]
        coming = [day for day in days if day > books.today]
        for prefix, chosen in (("Current", past[-1:]), ("Next", coming[:1])):
            for day in chosen:
                fields.extend([(f"{prefix}Rate", rates[day]), (f"{prefix}EffectiveDate", day)])
        for day in days:
            fields.append(("RateHistory", Aggregate([("Rate", rates[day]), ("EffectiveDate", day)])))


def _rates(fields: Aggregate) -> Iterable[Aggregate]:
    """All rates known so far, then those said now, which count where both name a day."""
    return [*fields.children("RateHistory"), *fields.children("RateEntry")]


class Currency(Behavior):
    """A currency; those that QuickBooks does not know by itself are the user's own."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        shape = fields.child("CurrencyFormat") or Aggregate()
        for name, text in _FORMAT.items():
            if not shape.has(name):
                shape.append((name, text))
        fields.put("CurrencyFormat", shape)
        home = fields.text("CurrencyCode") == HOME_CURRENCY
        fields.put("IsUserDefinedCurrency", "false" if home else "true")
        if home:
            fields.put("ExchangeRate", "1")


#: The currency of the books.
HOME_CURRENCY = "USD"

_FORMAT = {
    "ThousandSeparator": "Comma",
    "ThousandSeparatorGrouping": "XX_XXX_XXX",
    "DecimalPlaces": "2",
    "DecimalSeparator": "Period",
}

#: What QuickBooks shows where nothing was said is MEMORY: unverified.
BEHAVIORS: Mapping[str, Behavior] = {
    "StandardTerms": Defaulted(StdDueDays="0", StdDiscountDays="0", DiscountPct="0.00"),
    "DateDrivenTerms": Defaulted(DueNextMonthDays="0", DiscountDayOfMonth="1", DiscountPct="0.00"),
    "PaymentMethod": Defaulted(PaymentMethodType="Other"),
    "ToDo": ToDo(IsDone="false", Type="Task", Priority="Low"),
    "PriceLevel": PriceLevel(),
    "BillingRate": BillingRate(),
    "InventorySite": InventorySite(),
    "WorkersCompCode": WorkersCompCode(),
    "Currency": Currency(),
}
