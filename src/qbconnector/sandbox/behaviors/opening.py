"""Opening balances: the transactions that follow when a new list element says what it owes or is worth.

A customer's is an invoice, a vendor's a bill, an account's a journal entry, an item's an inventory adjustment
(that QuickBooks makes these kinds and calls them so is MEMORY: unverified). They are ordinary transactions
from then on.
"""

from qbconnector.qbxml import Aggregate, Value
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.kinds import kinds
from qbconnector.sandbox.special import account as special_account
from qbconnector.sandbox.store import Record
from qbconnector.sandbox.writing import create

from . import inventory, journal, purchases, sales

#: What the transaction and its lines say.
_MEMO = "Opening balance"

_BEHAVIORS = {
    **inventory.BEHAVIORS,
    **journal.BEHAVIORS,
    **purchases.BEHAVIORS,
    **sales.BEHAVIORS,
}


def customer(books: Books, record: Record, amount: int, date: str) -> None:
    """What a customer owes, in hundredths: an invoice against uncategorized income, or a credit memo."""
    kind = "Invoice" if amount > 0 else "CreditMemo"
    line = Aggregate(
        [
            ("Desc", _MEMO),
            ("Amount", money.amount(abs(amount))),
            ("OverrideItemAccountRef", _reference(books, special_account(books, "UncategorizedIncome"))),
        ]
    )
    _create(
        books,
        kind,
        ("CustomerRef", _reference(books, record.key)),
        ("TxnDate", date),
        ("Memo", _MEMO),
        (f"{kind}LineAdd", line),
    )


def vendor(books: Books, record: Record, amount: int, date: str) -> None:
    """What is owed to a vendor, in hundredths: a bill against uncategorized expenses, or a vendor credit."""
    line = Aggregate(
        [
            ("AccountRef", _reference(books, special_account(books, "UncategorizedExpenses"))),
            ("Amount", money.amount(abs(amount))),
            ("Memo", _MEMO),
        ]
    )
    _create(
        books,
        "Bill" if amount > 0 else "VendorCredit",
        ("VendorRef", _reference(books, record.key)),
        ("TxnDate", date),
        ("Memo", _MEMO),
        ("ExpenseLineAdd", line),
    )


def account(books: Books, record: Record, debit: int, date: str) -> None:
    """What is on an account, in hundredths, debit positive: a journal entry against opening equity."""
    sides = [record.key, special_account(books, "OpeningBalanceEquity")]
    if debit < 0:
        sides.reverse()
    amount = money.amount(abs(debit))
    lines = [
        Aggregate([("AccountRef", _reference(books, side)), ("Amount", amount), ("Memo", _MEMO)]) for side in sides
    ]
    _create(
        books,
        "JournalEntry",
        ("TxnDate", date),
        ("JournalDebitLine", lines[0]),
        ("JournalCreditLine", lines[1]),
    )


def item(books: Books, record: Record, quantity: str, value: str, date: str) -> None:
    """How much there is of an item and what it is worth: an adjustment against opening equity."""
    adjustment = Aggregate([("NewQuantity", quantity), ("NewValue", value)])
    line = Aggregate([("ItemRef", _reference(books, record.key)), ("ValueAdjustment", adjustment)])
    equity = special_account(books, "OpeningBalanceEquity")
    _create(
        books,
        "InventoryAdjustment",
        ("AccountRef", _reference(books, equity)),
        ("TxnDate", date),
        ("Memo", _MEMO),
        ("InventoryAdjustmentLineAdd", line),
    )


def _create(books: Books, kind: str, *children: tuple[str, Value]) -> None:
    """Create a transaction without a number of its own; an empty date means today."""
    request = Aggregate([*(pair for pair in children if pair[1]), ("RefNumber", "")])
    create(books, kinds()[kind], _BEHAVIORS[kind], request)


def _reference(books: Books, key: int) -> Aggregate:
    return books.refs.reference(key)
