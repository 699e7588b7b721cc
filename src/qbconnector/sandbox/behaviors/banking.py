"""Checks, card charges and credits, transfers between accounts, and the cleared status of any transaction."""

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.answer import Answer, Call, answer
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import OPEN_TYPES, Posting
from qbconnector.sandbox.links import APPLIED, Link
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.store import Record

from .addresses import block
from .facts import reference
from .numbering import number_check
from .payees import copy, payee
from .purchases import Purchase, remaining


class Check(Purchase):
    """A check: addressed and numbered; one on a receivable or payable account may be applied."""

    def head(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        paid = reference(fields, "PayeeEntityRef")
        if paid is not None and paid != record.entity:
            copy(fields, request, "Address", payee(books, paid).address)
        fields.drop("AddressBlock")
        if address := fields.child("Address"):
            fields.append(("AddressBlock", block(address)))
        number_check(books, record, request, reference(fields, "AccountRef"))

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        super().fill(books, record, request)
        if applicable(books, record.fields):
            record.open = remaining(books, record, "Amount")

    def links(self, books: Books, record: Record, request: Aggregate) -> list[Link] | None:
        """The check settles bills; credits of customers and vendors that it pays out are used up by it."""
        asked = request.children("ApplyCheckToTxnAdd") + request.children("ApplyCheckToTxnMod")
        if not asked:
            return None
        made: dict[int, Link] = {}
        left = applicable(books, record.fields)
        for one in asked:
            link = _applied(books, record, one, left)
            if link.source + link.target in made:
                refuse(3210, field="TxnID", value=one.text("TxnID"), reason="It is applied twice.")
            made[link.source + link.target] = link
            left -= link.amount
        return list(made.values())


def applicable(books: Books, fields: Aggregate) -> int:
    """How much of a check stands on receivable or payable accounts, in hundredths."""
    total = 0
    for line in fields.children("ExpenseLineRet"):
        account = reference(line, "AccountRef")
        if account is not None and books.ledger.account_type(account) in OPEN_TYPES:
            total += money.cents(line.text("Amount"))
    return total


PAID_OUT = frozenset({"CreditMemo", "ReceivePayment", "VendorCredit"})
"""Credits that a check may pay out."""


def _applied(books: Books, record: Record, asked: Aggregate, left: int) -> Link:
    """The link to one transaction: the amount that is named, or as much as both sides have left."""
    text = asked.text("TxnID")
    key = ids.key_of(text)
    if key is None:
        refuse(3000, value=text, field="TxnID")
    found = books.store.read(key)
    if found is None or found.ref_id != text or found.entity != record.entity or found.open is None:
        refuse(3120, id=text)
    own = sum(
        link.amount for link in books.links.of_source(key) + books.links.of_target(key) if link.payment == record.key
    )
    rest = (found.total or 0) - books.links.settled(key) + own
    amount = money.cents(asked.text("Amount")) if asked.text("Amount") else min(rest, left)
    if not 0 < amount <= min(rest, left):
        refuse(3210, field="Amount", value=money.amount(amount), reason="There is less to apply.")
    if found.kind.name == "Bill":
        return Link(record.key, key, APPLIED, amount, payment=record.key)
    if found.kind.name not in PAID_OUT:
        refuse(3120, id=text)
    return Link(key, record.key, APPLIED, amount, payment=record.key)


class Transfer(Behavior):
    """Money moved from one balance sheet account to another.

    FromAccountBalance and ToAccountBalance are left out: what they show would be true only until the next
    transaction.
    """

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        for name in ("TransferFromAccountRef", "TransferToAccountRef", "Amount"):
            if not fields.has(name):
                refuse(3150, element=name)
        source, target = (reference(fields, name) for name in _ENDS)
        if source == target:
            given = fields.child(_ENDS[1]) or Aggregate()
            refuse(3210, field=_ENDS[1], value=given.text("FullName"), reason="Choose two different accounts.")
        record.total = money.cents(fields.text("Amount"))

    def postings(self, books: Books, record: Record) -> list[Posting]:
        source, target = (reference(record.fields, name) for name in _ENDS)
        assert source is not None
        assert target is not None
        assert record.total is not None
        class_ = reference(record.fields, "ClassRef")
        return [
            Posting(source, -record.total, class_=class_),
            Posting(target, record.total, class_=class_),
        ]


_ENDS = ("TransferFromAccountRef", "TransferToAccountRef")


def clear(call: Call) -> Answer:
    """ClearedStatusMod: checks that the transaction and line are there.

    The status shows in reconciliation only: no Ret has it, and the sandbox reconciles nothing.
    """
    asked = call.request.fields.child("ClearedStatusMod") or Aggregate()
    text, line = asked.text("TxnID"), asked.text("TxnLineID")
    key = ids.key_of(text)
    if key is None:
        refuse(3000, value=text, field="TxnID")
    record = call.books.store.read(key)
    if record is None or record.ref_id != text or not record.kind.is_transaction:
        refuse(3120, id=text)
    lines = {value.text("TxnLineID") for _, value in record.fields if isinstance(value, Aggregate)}
    if line and line not in lines:
        refuse(3120, id=line)
    return answer(0)


BEHAVIORS: dict[str, Behavior] = {
    "Check": Check("AccountRef", "Bank", "Amount"),
    "CreditCardCharge": Purchase("AccountRef", "CreditCard", "Amount"),
    "CreditCardCredit": Purchase("AccountRef", "CreditCard", "Amount", sign=-1),
    "Transfer": Transfer(),
}

HANDLERS = {"ClearedStatusModRq": clear}
