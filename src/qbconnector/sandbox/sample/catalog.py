"""The sample's lists: read from the data files, grown to a size, written as requests in an order that works.

It owns who and what there is. What happens between them stands in ``story``.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

from .requests import Request, ref

AREA_NUMBERS = 100
"""Telephone numbers 555-0100 to 555-0199 are kept free for invented people."""


@cache
def data(name: str) -> dict[str, Any]:
    """One of the data files, by its name without ending."""
    file = resources.files(__package__) / "data" / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Customer:
    """One who buys: the full name, what its invoices say, and how many days it takes to pay."""

    name: str
    tax: str
    terms: str = ""
    business: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """An inventory item: what it costs, where it comes from and how much of it is sold at once."""

    name: str
    cost: str
    vendor: str
    reorder: int
    largest: int


def customers(count: int | None) -> list[Customer]:
    """The sample's customers, or as many as asked for: the invented ones first, then made-up households."""
    people = data("people")
    cities = people["parts"]["cities"]
    named = [(name, "", False) for name in people["households"]]
    named += [(name, terms, True) for name, _, terms in people["businesses"]]
    total = len(named) if count is None else count
    everybody = (*named, *((name, "", False) for name in islice(_more_names(), max(0, total - len(named)))))
    return [
        Customer(name, cities[number % len(cities)][2], terms, business)
        for number, (name, terms, business) in enumerate(everybody[:total])
    ]


def _more_names() -> Iterator[str]:
    parts = people_parts()
    first, last = parts["first_names"], parts["last_names"]
    for number in range(10**9):
        turn, place = divmod(number, len(first) * len(last))
        row, column = divmod(place, len(last))
        name = f"{last[column]}, {first[(row + column) % len(first)]}"
        yield f"{name} {turn + 1}" if turn else name


def people_parts() -> dict[str, Any]:
    """What addresses and names are made of."""
    parts: dict[str, Any] = data("people")["parts"]
    return parts


def jobs(buyers: list[Customer]) -> list[Customer]:
    """The jobs of every third customer, as customers of their own; one in six has two."""
    named = [job[0] for job in data("people")["jobs"]]
    return [
        Customer(
            f"{buyer.name}:{named[(number + extra) % len(named)]}", buyer.tax, buyer.terms, buyer.business
        )
        for number, buyer in enumerate(buyers)
        if number % 3 == 0
        for extra in range(2 if number % 6 == 0 else 1)
    ]


def products() -> list[Product]:
    """The inventory items that are bought and sold."""
    return [
        Product(name, cost, vendor, reorder, largest)
        for name, _, _, cost, _, vendor, reorder, largest in data("items")["inventory"]
        if largest
    ]


def lists(buyers: list[Customer], opened: date) -> Iterator[Request]:
    """Every list of the company: no request refers to one that stands after it."""
    yield from _accounts()
    yield from _short_lists()
    yield from _vendors()
    yield from _taxes()
    yield from _employees(opened)
    yield from _items()
    yield from _price_levels()
    yield from _customers(buyers)
    yield from _jobs(buyers, opened)


def _below(full_name: str) -> dict[str, object]:
    """The name and, where there is a colon, the parent before it."""
    parent, _, name = full_name.rpartition(":")
    return {"Name": name, "ParentRef": ref(parent) if parent else None}


def _accounts() -> Iterator[Request]:
    for number, name, kind in data("accounts")["accounts"]:
        yield Request("AccountAdd", {**_below(name), "AccountType": kind, "AccountNumber": number})


def _short_lists() -> Iterator[Request]:
    short = data("lists")
    for kind in ("class", "customer_type", "vendor_type", "job_type"):
        title = kind.title().replace("_", "")
        plural = f"{kind}es" if kind == "class" else f"{kind}s"
        yield from (Request(f"{title}Add", _below(name)) for name in short[plural])
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


def _vendors() -> Iterator[Request]:
    for number, (name, kind, terms, eligible) in enumerate(data("people")["vendors"]):
        account = f"QF-{1000 + 37 * number}"
        yield Request(
            "VendorAdd",
            {
                "Name": name,
                "CompanyName": name,
                "VendorAddress": _address(number + 5, name),
                **_reached(number + 5, name),
                "AccountNumber": account,
                "VendorTypeRef": ref(kind),
                "TermsRef": ref(terms) if terms else None,
                "IsVendorEligibleFor1099": eligible,
            },
        )
    yield from (Request("OtherNameAdd", {"Name": name}) for name in data("people")["other_names"])


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


def _employees(opened: date) -> Iterator[Request]:
    for number, (first, last, title, initials, _) in enumerate(data("people")["employees"]):
        full_name = f"{first} {last}"
        yield Request(
            "EmployeeAdd",
            {
                "FirstName": first,
                "LastName": last,
                "JobTitle": title,
                "EmployeeAddress": _home(number + 11),
                "PrintAs": full_name,
                "Phone": _phone(number + 11),
                "Email": _mail(full_name),
                "EmployeeType": "Owner" if title == "Owner" else "Regular",
                "HiredDate": opened - timedelta(days=97 * (number + 1)),
            },
        )
        if initials:
            yield Request("SalesRepAdd", {"Initial": initials, "SalesRepEntityRef": ref(full_name)})


def _items() -> Iterator[Request]:
    items = data("items")
    taxed, untaxed = ref("Tax"), ref("Non")

    def sale(text: str, price: str, account: str) -> dict[str, object]:
        return {"Desc": text, "Price": price, "AccountRef": ref(account)}

    for name, text, price, account, room in items["services"]:
        fields = {**_below(name), "ClassRef": ref(room), "SalesTaxCodeRef": untaxed}
        yield Request("ItemServiceAdd", {**fields, "SalesOrPurchase": sale(text, price, account)})
    for name, text, price, cost, account, vendor, reorder, _ in items["inventory"]:
        yield Request(
            "ItemInventoryAdd",
            {
                **_below(name),
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
        fields = {"Name": name, "ItemDesc": text, "SalesTaxCodeRef": ref("Tax"), kind: rate.rstrip("%")}
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


def _customers(buyers: list[Customer]) -> Iterator[Request]:
    kinds = {name: kind for name, kind, _ in data("people")["businesses"]}
    reps = [initials for *_, initials, _ in data("people")["employees"] if initials]
    for number, buyer in enumerate(buyers):
        kind = kinds.get(buyer.name, "Residential")
        last, _, first = buyer.name.partition(", ")
        named = {"CompanyName": buyer.name} if buyer.business else {"FirstName": first, "LastName": last}
        yield Request(
            "CustomerAdd",
            {
                "Name": buyer.name,
                **named,
                "BillAddress": _address(number, buyer.name if buyer.business else f"{first} {last}"),
                **_reached(number, buyer.name),
                "CustomerTypeRef": ref(kind),
                "TermsRef": ref(buyer.terms) if buyer.terms else None,
                "SalesRepRef": ref(reps[number % len(reps)]),
                "SalesTaxCodeRef": ref("Gov" if kind == "Public" else "Tax"),
                "ItemSalesTaxRef": ref(buyer.tax),
                "CreditLimit": "15000.00" if buyer.business else None,
                "PriceLevelRef": ref("Property Managers") if kind.endswith("Property Manager") else None,
            },
        )


def _jobs(buyers: list[Customer], opened: date) -> Iterator[Request]:
    named = {name: (kind, status) for name, kind, status in data("people")["jobs"]}
    for number, job in enumerate(jobs(buyers)):
        kind, status = named[job.name.rpartition(":")[2]]
        started = opened + timedelta(days=11 * number % 600)
        dates: dict[str, object] = {"JobStartDate": started}
        if status == "Closed":
            dates["JobEndDate"] = started + timedelta(days=45)
        fields = {**_below(job.name), "JobStatus": status, **dates, "JobTypeRef": ref(kind)}
        yield Request("CustomerAdd", fields)


def _home(number: int) -> dict[str, object]:
    parts = people_parts()
    city, postal_code, _ = parts["cities"][number % len(parts["cities"])]
    street = parts["streets"][number * 5 % len(parts["streets"])]
    line = f"{100 + number * 37 % 890} {street}"
    return {"Addr1": line, "City": city, "State": parts["state"], "PostalCode": postal_code}


def _address(number: int, addressee: str) -> dict[str, object]:
    home = _home(number)
    return {**home, "Addr1": addressee, "Addr2": home["Addr1"]}


def _phone(number: int) -> str:
    codes = people_parts()["area_codes"]
    area, line = codes[number // AREA_NUMBERS % len(codes)], number % AREA_NUMBERS
    return f"{area}-555-{AREA_NUMBERS + line:04}"


def _mail(name: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower())
    return f"{'.'.join(words.split())}@example.com"


def _reached(number: int, name: str) -> dict[str, object]:
    return {"Phone": _phone(number), "Email": _mail(name)}
