"""Two years of trade, told week by week: who sold, bought, paid and banked what, and when.

It owns the order of events. A week is written when the one before it was executed, because payments
need the ids and amounts the company answered with.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from . import banking, purchases, sales
from .books import Books, Week, season
from .catalog import products
from .people import Customer
from .requests import Request

DAYS = 730
INVOICES = 940
SEED = 20_080_401
WEEKS_STILL_OPEN = 4


def opened(today: date) -> date:
    """The first day of the story: the Monday at least two years before today."""
    start = today - timedelta(days=DAYS)
    return start - timedelta(days=start.weekday())


def weeks(today: date) -> list[Week]:
    """Every week of the story, the last one up to today."""
    start = opened(today)
    firsts = range(0, (today - start).days + 1, 7)
    return [Week(start + timedelta(days=ahead), min(start + timedelta(days=ahead + 6), today)) for ahead in firsts]


def history(buyers: list[Customer], invoices: int, today: date) -> Iterator[list[Request]]:
    """The story's requests, one list for each week of ``weeks``; execute each before asking for the next."""
    story = weeks(today)
    books = Books(
        rng=Random(SEED),  # noqa: S311 (a story that is the same every time is the point)
        buyers=buyers,
        products=products(),
        weekly=invoices / len(story),
    )
    for number, (week, count) in enumerate(zip(story, _spread(story, invoices), strict=True)):
        still_open = len(story) - number <= WEEKS_STILL_OPEN
        requests = [banking.opening(week.first)] if number == 0 else []
        requests += _week(books, week, count, story[0].first, still_open)
        yield sorted(requests, key=lambda request: request.day)


def _spread(story: list[Week], invoices: int) -> list[int]:
    """How many of the invoices each week has, by its season; together exactly all of them."""
    sums = list(accumulate(season(week.first) * ((week.last - week.first).days + 1) for week in story))
    ends = [round(invoices * part / sums[-1]) for part in sums]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _week(books: Books, week: Week, invoices: int, first: date, still_open: bool) -> Iterator[Request]:
    yield from banking.deposits(books, week)
    yield from banking.month_end(week)
    yield from purchases.restock(books, week)
    yield from purchases.bills(books, week)
    yield from purchases.charges(books, week)
    yield from banking.checks(books, week)
    yield from banking.sales_tax(books, week)
    yield from banking.payroll(week, first)
    yield from purchases.bill_payments(books, week)
    yield from sales.credit_memos(books, week)
    yield from sales.payments(books, week)
    yield from sales.estimates(books, week)
    yield from sales.invoices(books, week, invoices)
    yield from sales.receipts(books, week, round(invoices / 6))
    if still_open:
        yield from sales.orders(books, week)
        yield from purchases.orders(books, week)
