"""What customers pay: payments received and applied to what they owe, and credits refunded by card."""

from collections import defaultdict
from collections.abc import Iterator

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.behaviors.addresses import blocks
from qbconnector.sandbox.behaviors.facts import reference
from qbconnector.sandbox.behaviors.settlement import (
    CREDITS,
    OWED,
    TWICE,
    UNCOVERED,
    Open,
    credit_links,
    keep_deposited,
    remaining,
)
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.links import APPLIED, Link
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.special import account
from qbconnector.sandbox.store import Record

#: The accounts of a payment that names none.
_ACCOUNTS = (("ARAccountRef", "AccountsReceivable"), ("DepositToAccountRef", "UndepositedFunds"))


class ReceivePayment(Behavior):
    """A payment received.

    While it is made or changed, its AppliedToTxnRet say what it is applied to and the discounts taken;
    postings and links are made from them. A Mod that names any application replaces them all, one that names
    none keeps them (MEMORY: unverified).
    """

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        for name, special in _ACCOUNTS:
            if not fields.has(name):
                fields.append((name, books.refs.reference(account(books, special))))
        if not fields.has("CustomerRef"):
            refuse(3190, field="CustomerRef")
        if _names_applications(request):
            before = books.links.remove(record.key, by_payment=True)
            self._apply(books, fields, {link.target: link.amount for link in before if link.source == record.key})
        if not fields.has("TotalAmount"):
            fields.append(("TotalAmount", money.amount(_applied(fields))))
        total = money.cents(fields.text("TotalAmount"))
        if request.text("IsAutoApply") == "true":
            fields.extend(("AppliedToTxnRet", line) for line in self._automatic(books, record, total))
        self._total(books, record, total)

    def _apply(self, books: Books, fields: Aggregate, before: dict[int, int]) -> None:
        """Bring what a request says into a Ret's form; no amount means as much as before, or nothing."""
        still = Open(books, reference(fields, "CustomerRef"))
        unused: dict[int, int] = {}
        for line in fields.children("AppliedToTxnRet"):
            key = still.find(line.text("TxnID"), OWED)
            target = books.store.target(key)
            assert target is not None
            line.put("TxnType", target.kind)
            line.put("Amount", line.text("PaymentAmount") or money.amount(before.get(key, 0)))
            if money.cents(line.text("DiscountAmount")) and not line.has("DiscountAccountRef"):
                refuse(3150, element="DiscountAccountRef")
            for credit in line.children("SetCredit"):
                source = still.find(credit.text("CreditTxnID"), CREDITS)
                left = unused.get(source, still.left(source))
                unused[source] = left - money.cents(credit.text("AppliedAmount"))
        fields.put("UnusedCredits", money.amount(sum(unused.values())))

    def _total(self, books: Books, record: Record, total: int) -> None:
        """Set the amount, which must cover what is applied, and what is left of it."""
        applied = _applied(record.fields)
        if total < 0 or applied > total:
            refuse(3210, field="TotalAmount", value=money.amount(total), reason=UNCOVERED)
        keep_deposited(books, record, total)
        record.total = total
        remaining(books, record, "TotalAmount")
        record.open = total - applied
        record.fields.put("UnusedPayment", money.amount(record.open))
        if not record.fields.has("UnusedCredits"):
            record.fields.append(("UnusedCredits", "0.00"))

    def _automatic(self, books: Books, record: Record, total: int) -> Iterator[Aggregate]:
        """What QuickBooks applies the money to by itself: an open amount that equals it, then the oldest."""
        books.flush()
        payer = reference(record.fields, "CustomerRef")
        assert payer is not None
        owners = ",".join(str(key) for key in books.store.descendants([payer]))
        kinds = ",".join(f"'{kind}'" for kind in OWED)
        rows = books.connection.execute(
            f"SELECT id, kind, ref_id, open FROM object WHERE entity IN ({owners}) AND kind IN ({kinds})"  # noqa: S608
            " AND open > 0 ORDER BY open <> ?, sort, id",
            (total,),
        ).fetchall()
        for _, kind, ref_id, remains in rows:
            amount = min(total, remains)
            if amount <= 0:
                return
            total -= amount
            yield Aggregate([("TxnID", ref_id), ("TxnType", kind), ("Amount", money.amount(amount))])

    def postings(self, books: Books, record: Record) -> list[Posting]:
        fields = record.fields
        receivable, paid_to = reference(fields, "ARAccountRef"), reference(fields, "DepositToAccountRef")
        assert receivable is not None
        assert paid_to is not None
        assert record.total is not None
        discounts: defaultdict[tuple[int, int | None], int] = defaultdict(int)
        owed: defaultdict[int | None, int] = defaultdict(int)
        for line in fields.children("AppliedToTxnRet"):
            discount = money.cents(line.text("DiscountAmount"))
            discount_account = reference(line, "DiscountAccountRef")
            if discount and discount_account is not None:
                discounts[discount_account, reference(line, "DiscountClassRef")] += discount
            owed[_owner(books, line)] += money.cents(line.text("Amount")) + discount
        owed[record.entity] += record.open or 0
        return [
            Posting(paid_to, record.total, record.entity),
            *(Posting(key, amount, record.entity, None, class_) for (key, class_), amount in discounts.items()),
            *(Posting(receivable, -amount, owner) for owner, amount in owed.items()),
        ]

    def links(self, books: Books, record: Record, request: Aggregate) -> list[Link] | None:
        """What the payment settles; None when a Mod names no application."""
        if not _names_applications(request) and request.text("IsAutoApply") != "true":
            return None
        still = Open(books, record.entity)
        found: dict[int, Link] = {}
        credits_used: list[Link] = []
        for line in record.fields.children("AppliedToTxnRet"):
            key = still.find(line.text("TxnID"), OWED)
            if key in found:
                refuse(3210, field="TxnID", value=line.text("TxnID"), reason=TWICE)
            amount, discount = money.cents(line.text("Amount")), money.cents(line.text("DiscountAmount"))
            still.use(key, amount, "PaymentAmount")
            still.use(key, discount, "DiscountAmount")
            accounts = reference(line, "DiscountAccountRef"), reference(line, "DiscountClassRef")
            found[key] = Link(record.key, key, APPLIED, amount, discount, *accounts, record.key)
            credits_used += credit_links(line.children("SetCredit"), key, record.key, still)
        return [*(link for link in found.values() if link.amount or link.discount), *credits_used]


def _names_applications(request: Aggregate) -> bool:
    return request.has("AppliedToTxnAdd") or request.has("AppliedToTxnMod")


def _applied(fields: Aggregate) -> int:
    """How much of a payment is applied, in hundredths."""
    return sum(money.cents(line.text("Amount")) for line in fields.children("AppliedToTxnRet"))


def _owner(books: Books, line: Aggregate) -> int | None:
    """Whose invoice an application settles: a customer's payment for a job is the job's."""
    row = books.connection.execute(
        "SELECT entity FROM object WHERE id = ?", (ids.key_of(line.text("TxnID")),)
    ).fetchone()
    return row[0] if row is not None else None


class Refund(Behavior):
    """A refund by card of what customers have to their credit (ARRefundCreditCard)."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        if not fields.has("ARAccountRef"):
            fields.append(("ARAccountRef", books.refs.reference(account(books, "AccountsReceivable"))))
        if not fields.has("RefundFromAccountRef"):
            refuse(3150, element="RefundFromAccountRef")
        still = Open(books, reference(fields, "CustomerRef"))
        for line in fields.children("RefundAppliedToTxnRet"):
            key = still.find(line.text("TxnID"), CREDITS)
            still.use(key, money.cents(line.text("RefundAmount")), "RefundAmount")
            self._show(books, line, key, still.left(key))
        record.total = sum(link.amount for link in self.links(books, record, request))
        fields.put("TotalAmount", money.amount(record.total))
        blocks(fields, ("Address",))

    def _show(self, books: Books, line: Aggregate, key: int, left: int) -> None:
        """Complete a RefundAppliedToTxnRet: what it says of the credit is how it stands at this moment."""
        kind, date, number = books.connection.execute(
            "SELECT kind, sort, number FROM object WHERE id = ?", (key,)
        ).fetchone()
        texts = {"TxnType": kind, "TxnDate": date, "RefNumber": number, "CreditRemaining": money.amount(left)}
        for name, text in texts.items():
            if text:
                line.put(name, text)

    def postings(self, books: Books, record: Record) -> list[Posting]:
        fields = record.fields
        receivable, paid_from = reference(fields, "ARAccountRef"), reference(fields, "RefundFromAccountRef")
        assert receivable is not None
        assert paid_from is not None
        assert record.total is not None
        return [
            Posting(receivable, record.total, record.entity),
            Posting(paid_from, -record.total, record.entity),
        ]

    def links(self, books: Books, record: Record, request: Aggregate) -> list[Link]:
        amounts: defaultdict[int, int] = defaultdict(int)
        for line in record.fields.children("RefundAppliedToTxnRet"):
            key = ids.key_of(line.text("TxnID"))
            assert key is not None
            amounts[key] += money.cents(line.text("RefundAmount"))
        return [Link(source, record.key, APPLIED, amount, payment=record.key) for source, amount in amounts.items()]


BEHAVIORS = {"ReceivePayment": ReceivePayment(), "ARRefundCreditCard": Refund()}
