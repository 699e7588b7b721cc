"""What there is in a company file, at a glance."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nlargest

from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.ledger import DEBIT_TYPES

from . import names
from .names import TRANSACTIONS
from .searching import Hit, hit

LATEST = 10
"""How many transactions an overview shows."""

#: The statements of a trial balance, and the types of account each sums up.
_CLASSES: Mapping[str, tuple[str, ...]] = {
    "Assets": ("Bank", "AccountsReceivable", "OtherCurrentAsset", "FixedAsset", "OtherAsset"),
    "Liabilities": ("AccountsPayable", "CreditCard", "OtherCurrentLiability", "LongTermLiability"),
    "Equity": ("Equity",),
    "Income": ("Income", "OtherIncome"),
    "Expenses": ("CostOfGoodsSold", "Expense", "OtherExpense"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """A page there is: its kind as a `Wish` takes it, and how many objects it has."""

    kind: str
    title: str
    is_transaction: bool
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A company file. `balances` are the sums of the accounts of each class, each positive as it is usually shown;
    assets and expenses equal the three others together."""

    company: str
    is_sample: bool
    size: int
    balances: Mapping[str, str]
    latest: tuple[Hit, ...]


def groups(books: Books) -> tuple[Group, ...]:
    """The lists and the kinds of transaction, with how much is in them."""
    counts = dict(books.connection.execute("SELECT kind, count(*) FROM object GROUP BY kind").fetchall())
    found = []
    for name in names.page_names():
        kinds = names.members(name)
        total = sum(counts.get(kind.name, 0) for kind in kinds)
        found.append(Group(name, names.titles(name), kinds[0].is_transaction, total))
    return tuple(found)


def overview(books: Books) -> Overview:
    """The company file at a glance."""
    company = books.singleton("Company")
    pages, size = (books.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return Overview(
        company=company.text("CompanyName"),
        is_sample=company.text("IsSampleCompany") == "true",
        size=pages * size,
        balances=_balances(books),
        latest=tuple(hit(books, key) for key in _latest(books)),
    )


def _balances(books: Books) -> dict[str, str]:
    sums: dict[str, int] = defaultdict(int)
    rows = books.connection.execute(
        "SELECT id, ifnull(balance.amount, 0) FROM object LEFT JOIN balance ON object = id WHERE kind = 'Account'"
    )
    for key, amount in rows.fetchall():
        sums[books.ledger.account_type(key)] += amount
    return {
        name: money.amount(sum(sums[type_] for type_ in types) * (1 if types[0] in DEBIT_TYPES else -1))
        for name, types in _CLASSES.items()
    }


def _latest(books: Books) -> list[int]:
    """The transactions written last, from each kind's own index."""
    found: list[tuple[int, int]] = []
    for kind in names.members(TRANSACTIONS):
        found += books.connection.execute(
            "SELECT touched, id FROM object WHERE kind = ? ORDER BY touched DESC, id DESC LIMIT ?", (kind.name, LATEST)
        )
    return [key for _, key in nlargest(LATEST, found)]
