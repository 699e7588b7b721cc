"""What payments and credits of customers may settle, and how much of it: the rules before a link is made.

Vendors' payments have rules of their own in `bill_payments.py`; the links themselves are made elsewhere.
"""

from collections.abc import Iterable

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.behaviors.facts import reference
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.links import APPLIED, Link
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.special import account
from qbconnector.sandbox.store import Record

#: What customers owe, and what they have to their credit.
OWED = ("Invoice", "Charge")
CREDITS = ("CreditMemo", "ReceivePayment")

#: Texts of status 3210. All MEMORY: QuickBooks' own are not known.
TOO_MUCH = "The amount is more than what is open."
UNCOVERED = "The amounts applied are more than the amount received."
TWICE = "The transaction is named twice."
APPLIED_MORE = "The amount is less than what is already applied."
OTHER_CUSTOMER = "The customer cannot change while anything is applied."


class Open:
    """What is open while one request settles transactions: every application leaves less for the next."""

    def __init__(self, books: Books, payer: int | None) -> None:
        self._books = books
        self._payer = payer
        self._left: dict[int, int] = {}

    def find(self, ref_id: str, kinds: tuple[str, ...]) -> int:
        """The key of a transaction of the payer or its jobs; status 3120 when there is none."""
        key = ids.key_of(ref_id)
        if key is None:
            refuse(3000, value=ref_id, field="TxnID")
        row = self._books.connection.execute(
            "SELECT ref_id, kind, entity, total, open FROM object WHERE id = ?", (key,)
        ).fetchone()
        if row is None or row[0] != ref_id or row[1] not in kinds or row[4] is None or not self._pays(row[2]):
            refuse(3120, id=ref_id)
        if key not in self._left:
            self._left[key] = row[3] - self._books.links.settled(key)
        return key

    def _pays(self, entity: int | None) -> bool:
        """Whether a transaction is the payer's own, or of one of its jobs."""
        while entity is not None and entity != self._payer:
            target = self._books.store.target(entity)
            entity = target.parent if target is not None else None
        return entity is not None

    def left(self, key: int) -> int:
        """What is still open of a transaction that was found."""
        return self._left[key]

    def use(self, key: int, amount: int, field: str) -> None:
        """Take so much of what is open; status 3210 when it is less."""
        if amount < 0 or amount > self._left[key]:
            refuse(3210, field=field, value=money.amount(amount), reason=TOO_MUCH)
        self._left[key] -= amount

    def start(self, key: int, amount: int) -> None:
        """A transaction that is being made, and of which so much is open."""
        self._left[key] = amount


def credit_links(given: Iterable[Aggregate], target: int, payment: int, still: Open) -> list[Link]:
    """The links of these SetCredit, which use up credits for `target`."""
    found: dict[int, int] = {}
    for one in given:
        source = still.find(one.text("CreditTxnID"), CREDITS)
        amount = money.cents(one.text("AppliedAmount"))
        still.use(source, amount, "AppliedAmount")
        still.use(target, amount, "AppliedAmount")
        found[source] = found.get(source, 0) + amount
    return [Link(source, target, APPLIED, amount, payment=payment) for source, amount in found.items() if amount]


def remaining(books: Books, record: Record, field: str) -> int:
    """What remains of a new total once what is settled already is taken off.

    A total below that is refused with status 3210 (MEMORY: whether QuickBooks takes back what is applied
    instead is not known), and so is another customer while anything is settled.
    """
    total = record.total or 0
    settled = books.links.settled(record.key) if record.open is not None else 0
    if settled > total:
        refuse(3210, field=field, value=money.amount(total), reason=APPLIED_MORE)
    if settled and reference(record.fields, "CustomerRef") != record.entity:
        name = (record.fields.child("CustomerRef") or Aggregate()).text("FullName")
        refuse(3210, field="CustomerRef", value=name, reason=OTHER_CUSTOMER)
    return total - settled


def keep_deposited(books: Books, record: Record, total: int) -> None:
    """Status 3175 where a Mod changes the amount or the account of what a deposit took to the bank."""
    undeposited = reference(record.fields, "DepositToAccountRef") == account(books, "UndepositedFunds")
    if books.links.deposited(record.key) and (total != record.total or not undeposited):
        refuse(3175, object=record.kind.name)
