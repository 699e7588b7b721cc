"""The sample company: an invented landscaping contractor with two years of books.

It owns the sample's data and its story. It writes no database: everything is created by qbXML requests,
through the same engine a client's requests go through.
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain, islice
from math import ceil

from qbconnector import clock

from .catalog import lists
from .people import customers as buyers_of
from .requests import SLICE, Company, Request, execute, present
from .story import INVOICES, history, opened, weeks

__all__ = ["NAME", "populate"]

NAME = "Quillfern Grounds & Gardens"

KINDS_OF_A_NEW_COMPANY = (
    "Account",
    "CustomerMsg",
    "DateDrivenTerms",
    "PaymentMethod",
    "SalesTaxCode",
    "ShipMethod",
    "StandardTerms",
)
"""Lists that a company may have elements of before anybody adds one."""


def populate(
    company: Company,
    *,
    customers: int | None = None,
    invoices: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    today: date | None = None,
) -> None:
    """Fill a new company with the sample's lists and two years of transactions that end today.

    ``customers`` (jobs among them) and ``invoices`` make it of any size: what belongs to an invoice
    (purchases, payments, deposits) grows with it, and no invoices mean no transactions at all. ``progress``
    is told how many of how many steps are done. The same arguments always make the same requests.
    Raises SampleRefused where the company refuses one of them.
    """
    end = today or clock.now().date()
    buyers = buyers_of(customers)
    there = present(company, KINDS_OF_A_NEW_COMPANY)

    def missing() -> Iterator[Request]:
        return (request for request in lists(buyers, opened(end)) if request.makes not in there)

    count = INVOICES if invoices is None else invoices
    story = history(buyers, count, end) if count and buyers else iter(())
    steps = ceil(sum(1 for _ in missing()) / SLICE) + (len(weeks(end)) if count and buyers else 0)
    for done, part in enumerate(chain(_slices(missing()), story), start=1):
        execute(company, part)
        if progress:
            progress(done, steps)


def _slices(requests: Iterator[Request]) -> Iterator[list[Request]]:
    while part := list(islice(requests, SLICE)):
        yield part
