"""Names in lists: FullName and Sublevel from the parent, uniqueness, list order, and what a rename moves along."""

from qbconnector.qbxml import escape

from . import ids
from .books import Books
from .refusal import refuse
from .store import Record, Target, replace

#: Between the levels of a sort key: below every character a name may have, so that children follow their parent.
LEVEL = "\x1f"

#: The order of account types in the chart of accounts (behaviour facts, section 7).
ACCOUNT_TYPES = (
    "Bank",
    "AccountsReceivable",
    "OtherCurrentAsset",
    "FixedAsset",
    "OtherAsset",
    "AccountsPayable",
    "CreditCard",
    "OtherCurrentLiability",
    "LongTermLiability",
    "Equity",
    "Income",
    "CostOfGoodsSold",
    "Expense",
    "OtherIncome",
    "OtherExpense",
    "NonPosting",
)


def name(books: Books, record: Record) -> None:
    """Give a list element its full name, level and place; status 3090, 3100 or 3150 when it cannot have them."""
    kind, fields = record.kind, record.fields
    own = fields.text(kind.name_element)
    if not own:
        refuse(3150, element=kind.name_element)
    if ":" in own and kind.name_element == "Name":
        refuse(3090, value=own, field="Name")
    parent = _parent(books, record)
    record.name = f"{parent.name}:{own}" if parent is not None else own
    record.parent = parent.key if parent is not None else None
    taken = books.store.named(kind.family, record.name)
    if taken is not None and taken.key != record.key:
        refuse(3100, name=own)
    record.sort = _sort(books, record, own)
    if kind.is_hierarchical:
        fields.put("Sublevel", str(record.name.count(":")))
    if "FullName" in kind.elements:
        fields.put("FullName", record.name)


def _parent(books: Books, record: Record) -> Target | None:
    """The parent, which must not be the element itself or below it."""
    reference = record.fields.child("ParentRef")
    key = ids.key_of(reference.text("ListID")) if reference else None
    above = parent = books.store.target(key) if key is not None else None
    while above is not None:
        if above.key == record.key:
            refuse(3210, field="ParentRef", value=above.name, reason="An element cannot be its own parent.")
        above = books.store.target(above.parent) if above.parent is not None else None
    return parent


def _sort(books: Books, record: Record, own: str) -> str:
    if record.kind.name == "Account":
        own = record.fields.text("AccountNumber") or own
    if record.parent is not None:
        row = books.connection.execute("SELECT sort FROM object WHERE id = ?", (record.parent,)).fetchone()
        return f"{row[0]}{LEVEL}{own.lower()}"
    if record.kind.name == "Account":
        return f"{ACCOUNT_TYPES.index(record.fields.text('AccountType')):02d}{LEVEL}{own.lower()}"
    return own.lower()


def carry(books: Books, before: Target, before_sort: str, after: Record) -> None:
    """Take a new name or parent to everything below the element and everything that refers to any of them.

    What is below an element that is made inactive becomes inactive too; made active again it is alone (MEMORY).
    """
    books.refs.renamed(before, after.name)
    if before.active and not after.active:
        _retire(books, after.key)
    if before.parent != after.parent:
        books.ledger.move(after.key, before.parent, after.parent)
    if (before.name, before_sort) == (after.name, after.sort):
        return
    for key in books.store.descendants(books.store.children(after.key)):
        target = books.store.target(key)
        assert target is not None
        full_name = after.name + target.name[len(before.name) :]
        books.refs.renamed(target, full_name)
        head, sort = books.connection.execute("SELECT head, sort FROM object WHERE id = ?", (key,)).fetchone()
        values = {"FullName": escape(full_name), "Sublevel": str(full_name.count(":"))}
        books.connection.execute(
            "UPDATE object SET head = ?, name_key = ?, sort = ? WHERE id = ?",
            (replace(head, values), full_name.lower(), after.sort + sort[len(before_sort) :], key),
        )
        books.store.drop_target(key)


def _retire(books: Books, key: int) -> None:
    """Make everything below an element inactive."""
    for below in books.store.descendants(books.store.children(key)):
        books.store.splice(below, {"IsActive": "false"})
        books.connection.execute("UPDATE object SET active = 0 WHERE id = ?", (below,))
        books.store.drop_target(below)
