"""The people and firms of the sample: read from the data, made up beyond it, written as requests.

It owns names, addresses, telephone numbers and who has which jobs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, count, islice
from typing import Any

from .data import data
from .requests import Request, below, ref

AREA_NUMBERS = 100
"""Telephone numbers 555-0100 to 555-0199 are kept free for invented people."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One who buys, or a job of one: the full name, and what its documents say."""

    number: int
    name: str
    tax: str
    terms: str
    business: bool


def customers(wanted: int | None) -> list[Customer]:
    """The sample's customers, each followed by its jobs; or as many customers and jobs as wanted.

    The invented ones come first, then households whose names are made of parts.
    """
    people = data("people")
    cities = people["parts"]["cities"]
    named = [(name, "", False) for name in people["households"]]
    named += [(name, terms, True) for name, _, terms in people["businesses"]]
    more = ((name, "", False) for name in _more_names()) if wanted is not None else ()

    def everybody() -> Iterator[Customer]:
        for number, (name, terms, business) in enumerate(chain(named, more)):
            tax = cities[number % len(cities)][2]
            for full_name in (name, *(f"{name}:{job}" for job in _jobs_of(number))):
                yield Customer(number, full_name, tax, terms, business)

    return list(islice(everybody(), wanted))


def _more_names() -> Iterator[str]:
    first, last = _parts()["first_names"], _parts()["last_names"]
    for number in count():
        turn, place = divmod(number, len(first) * len(last))
        row, column = divmod(place, len(last))
        name = f"{last[column]}, {first[(row + column) % len(first)]}"
        yield f"{name} {turn + 1}" if turn else name


def _jobs_of(number: int) -> list[str]:
    """The jobs of a customer: every third has one, every sixth another."""
    named = [job[0] for job in data("people")["jobs"]]
    return [named[(number // 3 + extra) % len(named)] for extra in range((number % 3 == 0) + (number % 6 == 0))]


def _parts() -> dict[str, Any]:
    """What addresses and names are made of."""
    parts: dict[str, Any] = data("people")["parts"]
    return parts


def vendors() -> Iterator[Request]:
    """Those the company buys from, and the other names on its checks."""
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


def employees(opened: date) -> Iterator[Request]:
    """Those who work for the company, and the sales reps among them."""
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


def buyers(everybody: list[Customer], opened: date) -> Iterator[Request]:
    """Customers, each before its jobs."""
    people = data("people")
    kinds = {name: kind for name, kind, _ in people["businesses"]}
    reps = [initials for *_, initials, _ in people["employees"] if initials]
    jobs = {name: (kind, status) for name, kind, status in people["jobs"]}
    for buyer in everybody:
        if ":" in buyer.name:
            yield _job(buyer, *jobs[buyer.name.rpartition(":")[2]], opened)
        else:
            yield _customer(buyer, kinds.get(buyer.name, "Residential"), reps[buyer.number % len(reps)])


def _customer(buyer: Customer, kind: str, rep: str) -> Request:
    last, _, first = buyer.name.partition(", ")
    named = {"CompanyName": buyer.name} if buyer.business else {"FirstName": first, "LastName": last}
    return Request(
        "CustomerAdd",
        {
            "Name": buyer.name,
            **named,
            "BillAddress": _address(buyer.number, buyer.name if buyer.business else f"{first} {last}"),
            **_reached(buyer.number, buyer.name),
            "CustomerTypeRef": ref(kind),
            "TermsRef": ref(buyer.terms) if buyer.terms else None,
            "SalesRepRef": ref(rep),
            "SalesTaxCodeRef": ref("Gov" if kind == "Public" else "Tax"),
            "ItemSalesTaxRef": ref(buyer.tax),
            "CreditLimit": "15000.00" if buyer.business else None,
            "PriceLevelRef": ref("Property Managers") if kind.endswith("Property Manager") else None,
        },
    )


def _job(buyer: Customer, kind: str, status: str, opened: date) -> Request:
    started = opened + timedelta(days=11 * buyer.number % 600)
    dates = {"JobStartDate": started} | ({"JobEndDate": started + timedelta(days=45)} if status == "Closed" else {})
    return Request("CustomerAdd", {**below(buyer.name), "JobStatus": status, **dates, "JobTypeRef": ref(kind)})


def _home(number: int) -> dict[str, object]:
    parts = _parts()
    city, postal_code, _ = parts["cities"][number % len(parts["cities"])]
    street = parts["streets"][number * 5 % len(parts["streets"])]
    line = f"{100 + number * 37 % 890} {street}"
    return {"Addr1": line, "City": city, "State": parts["state"], "PostalCode": postal_code}


def _address(number: int, addressee: str) -> dict[str, object]:
    home = _home(number)
    return {**home, "Addr1": addressee, "Addr2": home["Addr1"]}


def _phone(number: int) -> str:
    codes = _parts()["area_codes"]
    area, line = codes[number // AREA_NUMBERS % len(codes)], number % AREA_NUMBERS
    return f"{area}-555-{AREA_NUMBERS + line:04}"


def _mail(name: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name.lower())
    return f"{'.'.join(words.split())}@example.com"


def _reached(number: int, name: str) -> dict[str, object]:
    return {"Phone": _phone(number), "Email": _mail(name)}
