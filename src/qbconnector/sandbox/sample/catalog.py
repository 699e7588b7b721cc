"""The sample's lists as requests, in an order that works: no request refers to one that stands after it.

It owns what there is to sell, buy and post to; the people stand in ``people``, what happens in ``story``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import people
from .data import data
from .requests import Request, below, ref


@dataclass(frozen=True, slots=True)
class Product:
    """An inventory item: what it costs, where it comes from and how much of it is sold at once."""

    name: str
    cost: str
    vendor: str
    reorder: int
    largest: int


def products() -> list[Product]:
    """The inventory items that are bought and sold."""
    return [
        Product(name, cost, vendor, reorder, largest)
        for name, _, _, cost, _, vendor, reorder, largest in data("items")["inventory"]
        if largest
    ]


def lists(buyers: list[people.Customer], opened: date) -> Iterator[Request]:
    """Every list of the company: no request refers to one that stands after it."""
    yield from _accounts()
    yield from _short_lists()
    yield from people.vendors()
    yield from _taxes()
    yield from people.employees(opened)
    yield from _items()
    yield from _price_levels()
    yield from people.buyers(buyers, opened)


def _accounts() -> Iterator[Request]:
    for number, name, kind in data("accounts")["accounts"]:
        yield Request("AccountAdd", {**below(name), "AccountType": kind, "AccountNumber": number})


def _short_lists() -> Iterator[Request]:
    short = data("lists")
    for kind in ("class", "customer_type", "vendor_type", "job_type"):
        title = kind.title().replace("_", "")
        plural = f"{kind}es" if kind == "class" else f"{kind}s"
        yield from (Request(f"{title}Add", below(name)) for name in short[plural])
    for kind, plural in (("ShipMethod", "ship_methods"), ("CustomerMsg", "customer_messages")):
        yield from (Request(f"{kind}Add", {"Name": name}) for name in short[plural])
    for name, method in short["payment_methods"]:
        yield Request("PaymentMethodAdd", {"Name": name, "PaymentMethodType": method})
    for name, due, days, percent in short["standard_terms"]:
        terms = {"Name": name, "StdDueDays": due, "StdDiscountDays": days, "DiscountPct": f"{percent:.2f}"}
        yield Request("StandardTermsAdd", terms)
    for name, day, within in short["date_driven_terms"]:
        terms = {"Name": name, "DayOfMonthDue": day, "DueNextMonthDays": within}
        yield Request("DateDrivenTermsAdd", terms)


def _taxes() -> Iterator[Request]:
    short = data("lists")
    for code, taxable, text in short["sales_tax_codes"]:
        yield Request("SalesTaxCodeAdd", {"Name": code, "IsTaxable": taxable, "Desc": text})
    agency = ref(short["tax_agency"])
    for name, rate, text in short["sales_taxes"]:
        tax = {"Name": name, "ItemDesc": text, "TaxRate": f"{rate:.2f}", "TaxVendorRef": agency}
        yield Request("ItemSalesTaxAdd", tax)
    for name, members in short["sales_tax_groups"].items():
        group = {
            "Name": name,
            "ItemDesc": f"Sales tax, {name}",
            "ItemSalesTaxRef": [ref(one) for one in members],
        }
        yield Request("ItemSalesTaxGroupAdd", group)


def _items() -> Iterator[Request]:
    items = data("items")
    taxed, untaxed = ref("Tax"), ref("Non")

    def sale(text: str, price: str, account: str) -> dict[str, object]:
        return {"Desc": text, "Price": price, "AccountRef": ref(account)}

    for name, text, price, account, room in items["services"]:
        fields = {**below(name), "ClassRef": ref(room), "SalesTaxCodeRef": untaxed}
        yield Request("ItemServiceAdd", {**fields, "SalesOrPurchase": sale(text, price, account)})
    for name, text, price, cost, account, vendor, reorder, _ in items["inventory"]:
        yield Request(
            "ItemInventoryAdd",
            {
                **below(name),
                "SalesTaxCodeRef": taxed,
                "SalesDesc": text,
                "SalesPrice": price,
                "IncomeAccountRef": ref(account),
                "PurchaseDesc": text,
                "PurchaseCost": cost,
                "COGSAccountRef": ref("Cost of Goods Sold"),
                "PrefVendorRef": ref(vendor),
                "AssetAccountRef": ref("Inventory Asset"),
                "ReorderPoint": reorder,
            },
        )
    for name, text, price, account in items["non_inventory"]:
        fields = {"Name": name, "SalesTaxCodeRef": taxed, "SalesOrPurchase": sale(text, price, account)}
        yield Request("ItemNonInventoryAdd", fields)
    for name, text, price, account, taxable in items["other_charges"]:
        fields = {"Name": name, "SalesTaxCodeRef": taxed if taxable else untaxed}
        yield Request("ItemOtherChargeAdd", {**fields, "SalesOrPurchase": sale(text, price, account)})
    yield from _special_items(items)


def _special_items(items: dict[str, Any]) -> Iterator[Request]:
    for name, text, rate, account in items["discounts"]:
        kind = "DiscountRatePercent" if rate.endswith("%") else "DiscountRate"
        fields = {"Name": name, "ItemDesc": text, "SalesTaxCodeRef": ref("Non"), kind: rate.rstrip("%")}
        yield Request("ItemDiscountAdd", {**fields, "AccountRef": ref(account)})
    for name, text in items["subtotals"]:
        yield Request("ItemSubtotalAdd", {"Name": name, "ItemDesc": text})
    for name, text, method in items["payments"]:
        yield Request("ItemPaymentAdd", {"Name": name, "ItemDesc": text, "PaymentMethodRef": ref(method)})
    for group in items["groups"]:
        lines = [{"ItemRef": ref(item), "Quantity": quantity} for item, quantity in group["lines"]]
        fields = {"Name": group["name"], "ItemDesc": group["description"], "ItemGroupLine": lines}
        yield Request("ItemGroupAdd", fields)


def _price_levels() -> Iterator[Request]:
    short = data("lists")
    for name, percent in short["price_levels"]:
        yield Request("PriceLevelAdd", {"Name": name, "PriceLevelFixedPercentage": f"{percent:.2f}"})
    for name, prices in short["item_price_levels"]:
        items = [{"ItemRef": ref(item), "CustomPrice": price} for item, price in prices]
        yield Request("PriceLevelAdd", {"Name": name, "PriceLevelPerItem": items})
