"""What a page of objects shows of each, by kind: data. Where each column's text comes from, and what sorts by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qbconnector.sandbox.kinds import Kind


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `type` is text, link, date, amount, quantity or time.

    `elements` are those of the stored text it shows, the first that is there; without any it shows what the row
    itself has, by the column's `name`. `order` is the SQL that sorts by it, "" where nothing does.
    """

    name: str
    title: str
    type: str = "text"
    elements: tuple[str, ...] = ()
    order: str = ""


_NAME = Column("name", "Name", "link", order="o.sort")
_TYPE = Column("type", "Type")
_MODIFIED = Column("modified", "Modified", "time", order="o.touched")


def _text(title: str, *elements: str) -> Column:
    return Column(title.lower().replace(" ", "-"), title, "text", elements)


def _amount(title: str, *elements: str, order: str = "") -> Column:
    return Column(title.lower(), title, "amount", elements, order)


def _sum(column: str) -> str:
    return f"ifnull((SELECT {column} FROM balance WHERE object = o.id), 0)"


_COMPANY, _PHONE, _EMAIL = _text("Company", "CompanyName"), _text("Phone", "Phone"), _text("Email", "Email")
_DESCRIPTION = _text("Description", "SalesDesc", "Desc", "ItemDesc", "SalesTaxReturnDesc")
_PRICE = _text("Price", "SalesPrice", "Price", "TaxRate", "ItemDiscountRate", "DiscountRate")
_ON_HAND = Column("on-hand", "On hand", "quantity", ("QuantityOnHand",), _sum("quantity"))

#: The columns of a list between its elements' names and when they were modified, by family or kind.
_LISTS: Mapping[str, tuple[Column, ...]] = {
    "Account": (
        _text("Number", "AccountNumber"),
        _text("Type", "AccountType"),
        _amount("Balance", "TotalBalance", "Balance"),
        _text("Description", "Desc"),
    ),
    "Customer": (_COMPANY, _PHONE, _EMAIL, _amount("Balance", "TotalBalance", order=_sum("total"))),
    "Vendor": (_COMPANY, _PHONE, _EMAIL, _amount("Balance", "Balance", order=f"-{_sum('amount')}")),
    "Employee": (_text("Job title", "JobTitle"), _PHONE, _EMAIL),
    "OtherName": (_COMPANY, _PHONE, _EMAIL),
    "Lead": (_COMPANY,),
    "Entity": (_TYPE, _COMPANY, _PHONE, _EMAIL),
    "Item": (_TYPE, _DESCRIPTION, _PRICE, _ON_HAND),
    "Terms": (_TYPE, _text("Days due", "StdDueDays", "DayOfMonthDue")),
    "PayrollItem": (_TYPE,),
    "SalesRep": (_text("Full name", "FullName"),),
    "SalesTaxCode": (_text("Taxable", "IsTaxable"), _text("Description", "Desc")),
    "PaymentMethod": (_text("Method", "PaymentMethodType"),),
    "Template": (_text("For", "TemplateType"),),
    "PriceLevel": (_text("Kind", "PriceLevelType"), _text("Percent", "PriceLevelFixedPercentage")),
    "Currency": (_text("Code", "CurrencyCode"),),
}

_TRANSACTION = (
    Column("date", "Date", "date", order="o.sort"),
    Column("number", "Number", "link", order="ifnull(CAST(o.number AS INTEGER), 0)"),
    Column("entity", "Name", "link", order="ifnull((SELECT sort FROM object WHERE id = o.entity), '')"),
    Column("memo", "Memo", elements=("Memo", "Desc")),
    Column("amount", "Amount", "amount", order="ifnull(o.total, 0)"),
    Column("open", "Open", "amount", order="ifnull(o.open, 0)"),
)


def columns(name: str, kinds: Sequence[Kind]) -> tuple[Column, ...]:
    """The columns of the page of this name, which shows these kinds."""
    if not kinds[0].is_transaction:
        own = _LISTS.get(name, _LISTS.get(kinds[0].family, ()))
        return (_NAME, *own, _MODIFIED)
    return (*_TRANSACTION[:1], *((_TYPE,) if len(kinds) > 1 else ()), *_TRANSACTION[1:], _MODIFIED)
