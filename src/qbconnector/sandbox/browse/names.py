"""What things are called on a page, and where their names lead."""

import re
from dataclasses import dataclass

from qbconnector.errors import InvalidView, NothingThere
from qbconnector.sandbox import ids
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import FAMILIES, Kind, kinds
from qbconnector.sandbox.refs import plural
from qbconnector.sandbox.store import element

TRANSACTIONS = "Transaction"
"""The name that stands for transactions of every kind."""

#: Lists that are shown as one, by the name of the family.
_TOGETHER = ("Item", "Terms", "PayrollItem")

#: Where the plural of the words in a kind's name will not do.
_TITLES = {
    TRANSACTIONS: "All transactions",
    "Account": "Accounts",
    "ARRefundCreditCard": "Credit card refunds",
    "BuildAssembly": "Assembly builds",
    "Currency": "Currencies",
    "Customer": "Customers and jobs",
    "CustomerMsg": "Customer messages",
    "DateDrivenTerms": "Date driven terms",
    "Entity": "Names",
    "ItemSites": "Item sites",
    "JournalEntry": "Journal entries",
    "ReceivePayment": "Payments received",
    "StandardTerms": "Standard terms",
    "Terms": "Terms",
    "TimeTracking": "Time tracking",
    "ToDo": "To-dos",
    "TransferInventory": "Inventory transfers",
    "VehicleMileage": "Vehicle mileage",
}


@dataclass(frozen=True, slots=True)
class Link:
    """An object by its kind, its ListID or TxnID, and its full name or, of a transaction, its number."""

    kind: str
    id: str
    name: str


def link(books: Books, key: int | None) -> Link | None:
    """The object with this key; None for none."""
    if key is None:
        return None
    row = books.connection.execute("SELECT kind, ref_id, number, head FROM object WHERE id = ?", (key,)).fetchone()
    return Link(row[0], row[1], full_name(kinds()[row[0]], row[3]) or row[2] or "") if row else None


def full_name(kind: Kind, head: bytes) -> str:
    """A list element's full name, "" of what has none."""
    return element(head, "FullName" if "FullName" in kind.elements else kind.name_element) if kind.name_element else ""


def find(books: Books, id_: str) -> tuple[int, Kind]:
    """The key and kind of the object with this ListID or TxnID. Raises NothingThere."""
    key = ids.key_of(id_)
    row = books.connection.execute("SELECT kind FROM object WHERE id = ? AND ref_id = ?", (key, id_)).fetchone()
    if key is None or row is None:
        raise NothingThere(id_)
    return key, kinds()[row[0]]


def members(name: str) -> tuple[Kind, ...]:
    """The kinds that a page of this name shows: a kind, a family of lists, or all transactions. Raises InvalidView."""
    if name == TRANSACTIONS:
        return tuple(kind for kind in kinds().values() if kind.is_transaction)
    found = tuple(kinds()[one] for one in FAMILIES.get(name, (name,)) if one in kinds())
    if not found:
        raise InvalidView(f'there is no list and no kind of transaction called "{name}"')
    return found


def page_names() -> list[str]:
    """What there are pages of: the lists, families as one where users know them so, then the kinds of transaction."""
    lists = [kind.family if kind.family in _TOGETHER else kind.name for kind in kinds().values() if kind.name_element]
    return [*dict.fromkeys(lists), TRANSACTIONS, *(kind.name for kind in members(TRANSACTIONS))]


def title(kind: str) -> str:
    """A kind by the words of its name: Bill payment check."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*", kind)
    return " ".join([words[0], *(word if word.isupper() else word.lower() for word in words[1:])])


def titles(kind: str) -> str:
    """What a page of these is called: Bill payment checks."""
    return _TITLES.get(kind) or plural(title(kind))
