"""The numbers QuickBooks gives transactions that bring none: one more than the highest of their series."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.store import Record

LONGEST = 10
"""Digits of a number that the series still goes on from; one more would not fit RefNumber."""


def number(books: Books, record: Record, request: Aggregate, series: str) -> None:
    """Give a new transaction its RefNumber, and note the number that one brings or is changed to.

    A request that says `<RefNumber/>` wants none. That QuickBooks goes on from the highest number used, not from
    the latest, is MEMORY: unverified.
    """
    counter = f"RefNumber {series}"
    given = request.text("RefNumber")
    if given.isdecimal() and given.isascii() and len(given) <= LONGEST:
        used = books.store.take(counter, 0) - 1
        if int(given) > used:
            books.store.take(counter, int(given) - used)
    elif not request.has("RefNumber") and not request.has("TxnID"):
        record.fields.put("RefNumber", str(books.store.take(counter)))


def number_check(books: Books, record: Record, request: Aggregate, account: int | None) -> None:
    """Give a check its number, from its bank account's series; one that is still to be printed has none."""
    fields = record.fields
    if request.text("IsToBePrinted") == "true":
        fields.drop("RefNumber")
    elif request.text("RefNumber") or not fields.has("IsToBePrinted"):
        fields.put("IsToBePrinted", "false")
    if fields.text("IsToBePrinted") != "true":
        number(books, record, request, f"check {account}")
