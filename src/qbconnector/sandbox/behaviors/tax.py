"""Sales tax: which rate a document pays and to whom, and what it comes to.

Every tax of a tax group is rounded by itself, as it is owed to an agency of its own. What is taxable is the
lines' business.
"""

from typing import NamedTuple

from qbconnector.sandbox import money
from qbconnector.sandbox.behaviors import facts
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.special import account


class Tax(NamedTuple):
    """One tax of a document: its item, the vendor it is paid to, its rate and the amount in hundredths."""

    item: int
    vendor: int | None
    rate: int
    amount: int


def taxes(books: Books, tax_item: int | None, taxable: int) -> list[Tax]:
    """The taxes on an amount: one for a tax item, one for each member of a tax group, none without."""
    if tax_item is None:
        return []
    known = facts.item(books, tax_item)
    members = [facts.item(books, key) for key, _ in known.lines] if known.lines else [known]
    return [
        Tax(member.key, member.tax_vendor, member.tax_rate, money.share(taxable, member.tax_rate)) for member in members
    ]


def posting(books: Books, tax: Tax, sign: int, class_: int | None) -> Posting:
    """What a tax enters: owed to its agency where `sign` is 1, taken back where it is -1."""
    return Posting(account(books, "SalesTaxPayable"), -sign * tax.amount, tax.vendor, tax.item, class_)
