"""What the storyteller remembers from week to week: stock, open documents, numbers not used yet.

It owns no requests; those are written in ``sales``, ``purchases`` and ``banking`` and gathered by ``story``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from random import Random

from .catalog import Product
from .data import data
from .people import Customer
from .requests import Request

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, fewer where the story ends: no date in it lies after ``last``."""

    first: date
    last: date

    def day(self, number: int) -> date:
        """The day so many days into the week, or its last one."""
        return min(self.first + timedelta(days=number), self.last)

    def within(self, day: date) -> date:
        """The day itself, or the nearest one of the week."""
        return min(max(day, self.first), self.last)

    def month_days(self, number: int) -> Iterator[date]:
        """The days of the week that are this day of a month; at most one."""
        days = ((self.first + timedelta(days=ahead)) for ahead in range((self.last - self.first).days + 1))
        return (day for day in days if day.day == number)


@dataclass(slots=True, eq=False)
class Open:
    """An invoice or a bill somebody will pay: whose it is, when it is paid, and whether in two parts."""

    request: Request
    party: str
    pay_on: date
    amount_field: str
    halves: bool = False
    paid: Decimal = Decimal(0)

    @property
    def known(self) -> bool:
        """Whether the company has answered, so that there is an id and an amount."""
        return bool(self.request.answer)

    @property
    def id(self) -> str:
        """The transaction's id."""
        return self.request.answer["TxnID"]

    @property
    def balance(self) -> Decimal:
        """What is left to pay."""
        return Decimal(self.request.answer[self.amount_field]) - self.paid


@dataclass(slots=True)
class Books:
    """The state of the story. ``weekly`` is how many invoices a usual week has: stock is kept for it."""

    rng: Random
    buyers: list[Customer]
    products: list[Product]
    weekly: float
    stock: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    invoices: list[Open] = field(default_factory=list)
    bills: list[Open] = field(default_factory=list)
    credits: dict[str, Open] = field(default_factory=dict)
    undeposited: list[Request] = field(default_factory=list)
    taxed: list[Request] = field(default_factory=list)
    charged: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    numbers: defaultdict[str, Iterator[int]] = field(default_factory=lambda: defaultdict(lambda: count(1001)))

    def number(self, kind: str) -> str:
        """The next number of its kind: invoices, checks and so on count for themselves."""
        return str(next(self.numbers[kind]))

    def chance(self, percent: float) -> bool:
        """Happens so many times in a hundred."""
        return self.rng.random() * 100 < percent

    def about(self, amount: str, variation: int) -> Decimal:
        """The amount, up to so many percent more or less."""
        share = Decimal(self.rng.randint(-variation, variation)) / 100
        return cents(Decimal(amount) * (1 + share))


def due(documents: list[Open], week: Week) -> dict[str, list[Open]]:
    """What gets paid this week, by who pays; a document whose answer is not known yet waits."""
    by_party: defaultdict[str, list[Open]] = defaultdict(list)
    for document in documents:
        if document.known and document.pay_on <= week.last:
            by_party[document.party].append(document)
    return by_party


def settle(documents: list[Open], paid: Iterable[Open]) -> list[Open]:
    """The documents that stay open once these were paid in full."""
    gone = {id(document) for document in paid}
    return [document for document in documents if id(document) not in gone]


def season(day: date) -> float:
    """How much trade there is on this day, beside other days of the year."""
    return float(data("trade")["season"][day.month - 1])
