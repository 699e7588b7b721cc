"""Journal entries: debits and credits as they are given, if they balance."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from .facts import reference
from .numbering import number
from .purchase_lines import check_open_accounts, entity

_SIGNS = {"JournalDebitLine": 1, "JournalCreditLine": -1}

UNBALANCED = (
    "The transaction is not in balance.  Please make sure the total amount in the debit column equals the total "
    "amount in the credit column."
)
"""That this comes with status 3180 is MEMORY: unverified."""


class JournalEntry(Behavior):
    """A journal entry. A line on a receivable account needs a customer, one on a payable account a vendor."""

    def changes(self, books: Books, record: Record, changes: Aggregate) -> Aggregate:
        """A Mod has one sort of line, and says of which it is; the Ret has two."""
        sorts = {line.text("TxnLineID"): name for name, line in record.fields if isinstance(line, Aggregate)}
        changed = Aggregate()
        for name, value in changes:
            if name == "JournalLineMod" and isinstance(value, Aggregate):
                named = value.text("JournalLineType")
                sort = f"Journal{named}Line" if named else sorts.get(value.text("TxnLineID"))
                if sort is None:
                    refuse(3150, element="JournalLineType")
                value.drop("JournalLineType")
                changed.append((sort, value))
            else:
                changed.append((name, value))
        return changed

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        sums = {1: 0, -1: 0}
        for sign, line in _lines(fields):
            if not line.has("Amount"):
                line.append(("Amount", "0.00"))
            sums[sign] += money.cents(line.text("Amount"))
        if sums[1] != sums[-1]:
            refuse(3180, what=f"a {record.kind.name}", reason=UNBALANCED)
        record.total = sums[1]
        if not fields.has("IsAdjustment"):
            fields.append(("IsAdjustment", "false"))
        preferences = books.preferences.child("AccountingPreferences") or Aggregate()
        if preferences.text("IsAssigningJournalEntryNumbers", "true") == "true":
            number(books, record, request, "JournalEntry")

    def postings(self, books: Books, record: Record) -> list[Posting]:
        found: list[Posting] = []
        for sign, line in _lines(record.fields):
            amount = sign * money.cents(line.text("Amount"))
            account = reference(line, "AccountRef")
            if account is None:
                if amount:
                    refuse(3150, element="AccountRef")
                continue
            who = entity(books, record, line, account)
            found.append(Posting(account, amount, who, None, reference(line, "ClassRef")))
        check_open_accounts(books, record, found)
        return found


def _lines(fields: Aggregate) -> list[tuple[int, Aggregate]]:
    """The lines in their order, with 1 for a debit and -1 for a credit."""
    return [(_SIGNS[name], line) for name, line in fields if name in _SIGNS and isinstance(line, Aggregate)]


BEHAVIORS = {"JournalEntry": JournalEntry()}
