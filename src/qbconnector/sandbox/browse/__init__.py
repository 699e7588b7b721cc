"""A company file as a person looks at it: its lists, transactions and registers, a page at a time.

It only reads, on whatever connection its `Books` have, and answers in small dataclasses made of texts. It owns no
pages of a web site, and nothing of what it shows: amounts are the ledger's, texts those of the stored objects.
"""

from .columns import Column
from .lists import Page, Row, Wish, page
from .names import TRANSACTIONS, Link, title, titles
from .objects import Detail, Node, detail
from .overviews import Group, Overview, groups, overview
from .pages import Place
from .registers import Entry, Register, Span, register
from .searching import Found, Hit, search
from .transactions import Line, Linked, Posted, Transaction, transaction

__all__ = [
    "TRANSACTIONS",
    "Column",
    "Detail",
    "Entry",
    "Found",
    "Group",
    "Hit",
    "Line",
    "Link",
    "Linked",
    "Node",
    "Overview",
    "Page",
    "Place",
    "Posted",
    "Register",
    "Row",
    "Span",
    "Transaction",
    "Wish",
    "detail",
    "groups",
    "overview",
    "page",
    "register",
    "search",
    "title",
    "titles",
    "transaction",
]
