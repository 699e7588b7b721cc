"""Registers against the ledger: the balance after any posting is the sum of all up to it."""

from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbconnector.errors import InvalidView, NoRegister
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.browse import Entry, Place, Register, Span, Wish, page, register
from qbconnector.sandbox.browse.pages import LARGEST
from qbconnector.sandbox.company import reading

ALL = Place(LARGEST)


def listed(books: Books, kind: str) -> list[str]:
    return [row.link.id for row in page(books, Wish(kind, place=ALL)).rows]


def whole(books: Books, id_: str, *, newest_first: bool = False) -> Register:
    """A register in one piece."""
    shown = register(books, id_, Span(newest_first=newest_first, place=ALL))
    entries = list(shown.entries)
    while shown.next:
        shown = register(books, id_, Span(newest_first=newest_first, place=Place(LARGEST, after=shown.next)))
        entries += shown.entries
    return replace(shown, entries=tuple(entries))


def signed(entry: Entry, shown: Register) -> int:
    amount = money.cents(entry.debit) - money.cents(entry.credit)
    return amount if shown.debit_positive else -amount


@pytest.mark.parametrize("kind", ["Account", "Customer", "Vendor"])
def test_every_register_ends_with_the_balance_the_object_shows(books: Books, kind: str) -> None:
    busy = 0
    for id_ in listed(books, kind):
        key = ids.key_of(id_)
        assert key is not None
        target = books.store.target(key)
        assert target is not None
        shown = whole(books, id_)
        balance = books.ledger.shown(target, books.ledger.balance(key))["Balance"]
        assert shown.balance == balance, target.name
        assert [entry.balance for entry in shown.entries][-1:] in ([balance], [])
        sums = accumulate(signed(entry, shown) for entry in shown.entries)
        assert [entry.balance for entry in shown.entries] == [money.amount(one) for one in sums]
        assert shown.entries or balance == "0.00"
        busy += bool(shown.entries)
    assert busy > 10


@settings(deadline=None, max_examples=40)
@given(size=st.integers(5, 200), newest_first=st.booleans(), narrow=st.booleans(), pick=st.integers(0))
def test_balances_hold_across_pages_and_days(
    sample: Path, size: int, newest_first: bool, narrow: bool, pick: int
) -> None:
    with reading(sample) as books:
        accounts = [row.link.id for row in page(books, Wish("Account", search="c", place=ALL)).rows]
        id_ = accounts[pick % len(accounts)]
        right = list(whole(books, id_).entries)
        since = until = ""
        if narrow and right:
            since, until = sorted((right[pick % len(right)].date, right[pick * 7 % len(right)].date))
            right = [one for one in right if since <= one.date <= until]
        shown = register(books, id_, Span(since, until, newest_first, Place(size)))
        found = list(shown.entries)
        while shown.next:
            assert len(shown.entries) == size
            shown = register(books, id_, Span(since, until, newest_first, Place(size, after=shown.next)))
            found += shown.entries
        assert found == (right[::-1] if newest_first else right)
        while shown.previous:
            shown = register(books, id_, Span(since, until, newest_first, Place(size, before=shown.previous)))
        assert list(shown.entries) == found[: len(shown.entries)]


def test_the_opening_balance_stands_before_the_oldest_entry(books: Books) -> None:
    checking = next(one for one in listed(books, "Account") if len(whole(books, one).entries) > 30)
    entries = whole(books, checking).entries
    since = entries[20].date
    before = [entry.balance for entry in entries if entry.date < since][-1]
    shown = register(books, checking, Span(since=since, newest_first=False, place=Place(5)))
    assert shown.opening == before
    shown = register(books, checking, Span(until=entries[-1].date, place=Place(5)))
    assert shown.opening == entries[-6].balance
    assert register(books, checking, Span(since="2999-01-01")).opening == entries[-1].balance
    assert register(books, checking, Span(until="1999-01-01")).opening == "0.00"


def test_an_entry_names_the_other_side_where_there_is_one(books: Books) -> None:
    receivable = next(row.link for row in page(books, Wish("Account", search="receivable")).rows)
    entries = whole(books, receivable.id).entries
    assert {entry.other is None for entry in entries} == {True, False}
    assert all(entry.other != receivable for entry in entries)
    assert {"Invoice", "Receive payment"} <= {entry.title for entry in entries}


def test_what_has_no_register_says_so(books: Books) -> None:
    item = listed(books, "Item")[0]
    with pytest.raises(NoRegister, match="has no register"):
        register(books, item, Span())
    with pytest.raises(InvalidView, match="no day"):
        register(books, listed(books, "Account")[0], Span(since="2026-13-01"))
