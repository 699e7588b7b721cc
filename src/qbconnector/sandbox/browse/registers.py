"""Registers: what was posted to an account, or stands open with a customer or vendor, day by day with the balance.

The balance of a page is computed from the end of the register it is nearer to by its order: the first pages of either
order cost nothing, the last ones the sum over the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice
from typing import NamedTuple

from qbconnector.errors import NoRegister
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import ENTITIES
from qbconnector.sandbox.ledger import DEBIT_TYPES, OPEN_TYPES
from qbconnector.sandbox.store import element

from . import names
from .lists import iso_date
from .names import Link
from .pages import Place, Select, rows

_KEY = ("date", "txn", "line")


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a register to show: from one day to another, ISO dates or "", the newest first or the oldest."""

    since: str = ""
    until: str = ""
    newest_first: bool = True
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting: its transaction, the account on the other side (None where there are several), and the balance
    after it."""

    link: Link
    title: str
    date: str
    entity: Link | None
    other: Link | None
    memo: str
    debit: str
    credit: str
    balance: str


@dataclass(frozen=True, slots=True)
class Register:
    """A page of a register. `opening` is the balance before its oldest entry, `balance` that of the whole register.

    Balances are positive as QuickBooks shows them: debits of assets, costs and customers, credits of the others.
    """

    link: Link
    type: str
    debit_positive: bool
    opening: str
    balance: str
    entries: tuple[Entry, ...]
    previous: str
    next: str


def register(books: Books, id_: str, span: Span) -> Register:
    """The register of an account, customer, vendor or other name. Raises NothingThere, NoRegister and InvalidView."""
    whole = _whole(books, id_)
    part = _between(whole, span)
    found = rows(books.connection, Select(part.source, part.parameters, _KEY, span.newest_first), span.place)
    page = sorted(_posted(books, key) for key in found.keys)
    opening = _opening(books, whole, page, span)
    balances = accumulate((one.amount for one in page), initial=opening)
    entries = [
        _entry(books, one, whole.sign * balance) for one, balance in zip(page, islice(balances, 1, None), strict=True)
    ]
    link = names.link(books, whole.key)
    assert link is not None
    return Register(
        link=link,
        type=whole.type,
        debit_positive=whole.sign > 0,
        opening=money.amount(whole.sign * opening),
        balance=money.amount(whole.sign * books.ledger.balance(whole.key).amount),
        entries=tuple(reversed(entries) if span.newest_first else entries),
        previous=found.previous,
        next=found.next,
    )


class _Posted(NamedTuple):
    """One posting, its key first."""

    date: str
    txn: int
    line: int
    account: int
    entity: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class _Postings:
    """Some postings of a register: `source` is the table and its conditions; `sign` is 1 where debits are positive."""

    key: int
    type: str
    sign: int
    source: str
    parameters: Sequence[object]

    def where(self, condition: str, *parameters: object) -> "_Postings":
        return replace(self, source=f"{self.source} AND {condition}", parameters=[*self.parameters, *parameters])

    def sum(self, books: Books) -> int:
        sql = f"SELECT ifnull(sum(amount), 0) FROM {self.source}"
        return int(books.connection.execute(sql, self.parameters).fetchone()[0])


def _whole(books: Books, id_: str) -> _Postings:
    key, kind = names.find(books, id_)
    if kind.name == "Account":
        type_ = books.ledger.account_type(key)
        return _Postings(key, type_, 1 if type_ in DEBIT_TYPES else -1, "posting WHERE account = ?", [key])
    if kind.name not in ENTITIES:
        raise NoRegister(names.title(kind.name))
    # No index leads from an entity to its postings, but one does to the transactions that refer to it.
    accounts = books.connection.execute("SELECT id FROM object WHERE kind = 'Account'").fetchall()
    open_ones = ",".join(str(account) for (account,) in accounts if books.ledger.account_type(account) in OPEN_TYPES)
    source = (
        f"posting WHERE txn IN (SELECT source FROM uses WHERE target = ?) AND entity = ? AND account IN ({open_ones})"
    )
    return _Postings(key, kind.name, -1 if kind.name == "Vendor" else 1, source, [key, key])


def _between(whole: _Postings, span: Span) -> _Postings:
    part = whole
    for day, operator in ((span.since, ">="), (span.until, "<=")):
        if day:
            part = part.where(f"date {operator} ?", iso_date(day))
    return part


def _opening(books: Books, whole: _Postings, page: Sequence[_Posted], span: Span) -> int:
    """The balance before the oldest posting of a page, `page` being in order of date."""
    if not page:
        return whole.where("date < ?", iso_date(span.since)).sum(books) if span.since else 0
    end = page[-1] if span.newest_first else page[0]
    beyond = whole.where(f"({', '.join(_KEY)}) {'>' if span.newest_first else '<'} (?, ?, ?)", *end[:3]).sum(books)
    if not span.newest_first:
        return beyond
    return books.ledger.balance(whole.key).amount - beyond - sum(one.amount for one in page)


def _posted(books: Books, key: tuple[str, int, int]) -> _Posted:
    row = books.connection.execute(
        "SELECT account, entity, amount FROM posting WHERE txn = ? AND line = ?", key[1:]
    ).fetchone()
    return _Posted(*key, *row)


def _entry(books: Books, posted: _Posted, balance: int) -> Entry:
    find = books.connection.execute
    kind, head, tail = find("SELECT kind, head, tail FROM object WHERE id = ?", (posted.txn,)).fetchone()
    others = find(
        "SELECT DISTINCT account FROM posting WHERE txn = ? AND account <> ? LIMIT 2", (posted.txn, posted.account)
    ).fetchall()
    link = names.link(books, posted.txn)
    assert link is not None
    return Entry(
        link=link,
        title=names.title(kind),
        date=posted.date,
        entity=names.link(books, posted.entity),
        other=names.link(books, others[0][0]) if len(others) == 1 else None,
        memo=element(head, "Memo") or element(tail, "Memo"),
        debit=money.amount(posted.amount) if posted.amount > 0 else "",
        credit=money.amount(-posted.amount) if posted.amount < 0 else "",
        balance=money.amount(balance),
    )
