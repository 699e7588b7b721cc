"""Deposits: what waits in Undeposited Funds, and other money, taken to the bank."""

from collections.abc import Iterable

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.answer import Answer, Call
from qbconnector.sandbox.behaviors.facts import reference
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.links import DEPOSITED, Link
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.rets import several
from qbconnector.sandbox.special import account, find
from qbconnector.sandbox.store import Record

#: The text of status 3210 for cash back that is more than the deposit. MEMORY: QuickBooks' own is not known.
TOO_MUCH_BACK = "The cash back is more than what is deposited."

_WAITING = (
    "SELECT o.id, o.kind, o.ref_id, o.sort, o.number, o.entity, sum(p.amount) FROM object AS o"
    " JOIN posting AS p ON p.txn = o.id WHERE p.account = ?1 AND o.kind <> 'Deposit'"
    " AND NOT EXISTS (SELECT 1 FROM link WHERE source = o.id AND type = 'DEPOSIT' AND target <> ?2)"
)


class Deposit(Behavior):
    """A deposit. Its lines with a TxnID are payments out of Undeposited Funds; the others name an account."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        lines = fields.children("DepositLineRet")
        if not lines:
            refuse(3150, element="DepositLineAdd")
        taken: set[str] = set()
        for line in lines:
            if payment := line.text("PaymentTxnID") or line.text("TxnID"):
                if payment in taken:
                    refuse(3120, id=payment)
                taken.add(payment)
                self._take(books, record, line, payment)
            elif not line.has("AccountRef"):
                refuse(3150, element="AccountRef")
            elif not line.has("Amount"):
                line.append(("Amount", "0.00"))
        back = fields.child("CashBackInfoRet") or Aggregate()
        record.total = sum(money.cents(line.text("Amount")) for line in lines) - money.cents(back.text("Amount"))
        if record.total < 0:
            refuse(3210, field="Amount", value=back.text("Amount"), reason=TOO_MUCH_BACK)
        fields.put("DepositTotal", money.amount(record.total))

    def _take(self, books: Books, record: Record, line: Aggregate, payment: str) -> None:
        """Complete the line of a payment; status 3120 when it is not there or in another deposit."""
        key = ids.key_of(payment)
        if key is None:
            refuse(3000, value=payment, field="PaymentTxnID")
        funds = account(books, "UndepositedFunds")
        row = books.connection.execute(f"{_WAITING} AND o.id = ?3 GROUP BY o.id", (funds, record.key, key)).fetchone()
        if row is None or row[2] != payment:
            refuse(3120, id=payment)
        _, kind, _, _, number, entity, amount = row
        line.drop("PaymentTxnID", "EntityRef", "AccountRef", "Amount")
        line.put("TxnType", kind)
        line.put("TxnID", payment)
        if entity is not None:
            line.append(("EntityRef", books.refs.reference(entity)))
        line.append(("AccountRef", books.refs.reference(funds)))
        line.append(("Amount", money.amount(amount)))
        paid = books.store.read(key)
        method = paid.fields.child("PaymentMethodRef") if paid is not None else None
        if method is not None and not line.has("PaymentMethodRef"):
            line.append(("PaymentMethodRef", method))
        if number and not line.has("CheckNumber"):
            line.append(("CheckNumber", number))
        for override, name in _OVERRIDES.items():
            if line.has(override):
                line.put(name, line.get(override) or "")
                line.drop(override)

    def postings(self, books: Books, record: Record) -> Iterable[Posting]:
        fields = record.fields
        bank = reference(fields, "DepositToAccountRef")
        assert bank is not None
        assert record.total is not None
        yield Posting(bank, record.total)
        back = fields.child("CashBackInfoRet")
        if back is not None:
            back_account = reference(back, "AccountRef")
            if back_account is None:
                refuse(3150, element="AccountRef")
            yield Posting(back_account, money.cents(back.text("Amount")))
        for line in fields.children("DepositLineRet"):
            source = reference(line, "AccountRef")
            if source is None:
                refuse(3150, element="AccountRef")
            class_ = reference(line, "ClassRef")
            yield Posting(source, -money.cents(line.text("Amount")), reference(line, "EntityRef"), None, class_)

    def links(self, books: Books, record: Record, request: Aggregate) -> list[Link]:
        """The payments that this deposit took to the bank."""
        lines = record.fields.children("DepositLineRet")
        taken = {ids.key_of(line.text("TxnID")): money.cents(line.text("Amount")) for line in lines}
        return [
            Link(key, record.key, DEPOSITED, amount, payment=record.key)
            for key, amount in taken.items()
            if key is not None
        ]


#: What a deposit says of a payment instead of the payment itself.
_OVERRIDES = {
    "OverrideMemo": "Memo",
    "OverrideCheckNumber": "CheckNumber",
    "OverrideClassRef": "ClassRef",
}


def waiting(call: Call) -> Answer:
    """ReceivePaymentToDepositQuery: whatever lies in Undeposited Funds and no deposit took, oldest first."""
    books = call.books
    funds = find(books, "UndepositedFunds")
    rows = books.connection.execute(f"{_WAITING} GROUP BY o.id ORDER BY o.sort, o.id", (funds, 0)).fetchall()
    return several(call, (_waiting_ret(books, row) for row in rows))


def _waiting_ret(books: Books, row: tuple[int, str, str, str, str | None, int | None, int]) -> Aggregate:
    _, kind, ref_id, date, number, entity, amount = row
    fields = Aggregate([("TxnID", ref_id), ("TxnType", kind), ("TxnDate", date), ("Amount", money.amount(amount))])
    if entity is not None:
        fields.append(("CustomerRef", books.refs.reference(entity)))
    if number:
        fields.append(("RefNumber", number))
    return fields


BEHAVIORS = {"Deposit": Deposit()}
HANDLERS = {"ReceivePaymentToDepositQueryRq": waiting}
