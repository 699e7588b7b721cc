"""Bills, vendor credits and item receipts: what vendors deliver and are owed."""

from dataclasses import dataclass

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.special import account as special_account
from qbconnector.sandbox.store import Record

from . import facts, purchase_lines, receiving
from .facts import reference
from .payees import copy, payee


@dataclass(frozen=True)
class Purchase(Behavior):
    """A transaction with purchase lines on one side and one account on the other.

    `account` names the element with that account, `account_type` what it must be, `amount` the element with
    the total. `sign` is 1 where the lines are debited and -1 where they are credited; `opens` says that the
    total is owed until links settle it.
    """

    account: str
    account_type: str
    amount: str
    sign: int = 1
    opens: bool = False

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        self.head(books, record, request)
        self._check_account(books, record.fields)
        receiving.pull(books, record, request)
        total = purchase_lines.complete(books, record.fields, request)
        if total < 0:
            refuse(3180, what=f"a {record.kind.name}", reason=NEGATIVE)
        record.total = total
        record.fields.put(self.amount, money.amount(total))
        if self.opens:
            record.open = remaining(books, record, self.amount)
            record.fields.put("OpenAmount", money.amount(record.open))

    def head(self, books: Books, record: Record, request: Aggregate) -> None:
        """Set what the header does not say."""

    def _check_account(self, books: Books, fields: Aggregate) -> None:
        key = reference(fields, self.account)
        if key is None:
            key = special_account(books, self.account_type)
            fields.put(self.account, books.refs.reference(key))
        check_account(books, fields, self.account, (self.account_type,))

    def added(self, books: Books, record: Record, request: Aggregate) -> None:
        books.links.add(receiving.links(record))

    def postings(self, books: Books, record: Record) -> list[Posting]:
        account = reference(record.fields, self.account)
        assert account is not None
        assert record.total is not None
        counter = Posting(account, -self.sign * record.total, record.entity)
        found = [counter, *purchase_lines.postings(books, record, self.sign)]
        purchase_lines.check_open_accounts(books, record, found)
        return found


NEGATIVE = "Transaction amount must be positive."
"""Of status 3180. Certainty CODE: QuickBooks says it of an invoice."""


def check_account(books: Books, fields: Aggregate, element: str, types: tuple[str, ...]) -> None:
    """Status 3210 unless an account that a header names is of one of these types; the text is MEMORY."""
    key = reference(fields, element)
    if key is not None and books.ledger.account_type(key) not in types:
        given = fields.child(element) or Aggregate()
        refuse(3210, field=element, value=given.text("FullName"), reason="This account is of the wrong type.")


def remaining(books: Books, record: Record, element: str) -> int:
    """What remains of a total once links settled their part; status 3210 when they settled more (MEMORY)."""
    total = record.total or 0
    settled = books.links.settled(record.key) if record.open is not None else 0
    if settled > total:
        text = "The amount is less than what is already applied."
        refuse(3210, field=element, value=money.amount(total), reason=text)
    return total - settled


class Bill(Purchase):
    """A bill: due by its terms, with the vendor's address."""

    def head(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        vendor = reference(fields, "VendorRef")
        assert vendor is not None
        if vendor != record.entity:
            known = payee(books, vendor)
            copy(fields, request, "VendorAddress", known.address)
            copy(fields, request, "TermsRef", books.refs.reference(known.terms) if known.terms else None)
        if not fields.has("DueDate") or _moves_due_date(request):
            fields.put("DueDate", _due(books, fields))

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        super().fill(books, record, request)
        record.fields.put("IsPaid", "false" if record.open else "true")


def _moves_due_date(request: Aggregate) -> bool:
    """Whether a Mod changes what the due date follows from and does not set it."""
    return not request.has("DueDate") and (request.has("TermsRef") or request.has("TxnDate"))


def _due(books: Books, fields: Aggregate) -> str:
    terms = reference(fields, "TermsRef")
    if terms is not None:
        return facts.terms(books, terms).due(fields.text("TxnDate"))
    preferences = books.preferences.child("PurchasesAndVendorsPreferences") or Aggregate()
    return facts.days_after(fields.text("TxnDate"), int(preferences.text("DaysBillsAreDue", "10")))


BEHAVIORS = {
    "Bill": Bill("APAccountRef", "AccountsPayable", "AmountDue", opens=True),
    "VendorCredit": Purchase("APAccountRef", "AccountsPayable", "CreditAmount", sign=-1, opens=True),
    "ItemReceipt": Purchase("APAccountRef", "AccountsPayable", "TotalAmount"),
}
