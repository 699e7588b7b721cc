"""Payments of bills, by check or by card, and the list of what there is to pay."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import ids, money
from qbconnector.sandbox.answer import Answer, Call
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.kinds import kinds
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.links import APPLIED, Link
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.rets import several
from qbconnector.sandbox.special import account as special_account
from qbconnector.sandbox.store import Record

from .addresses import block
from .facts import reference
from .numbering import number_check
from .payees import copy, payee
from .purchases import check_account

BILLS = ("Bill",)
CREDITS = ("VendorCredit", "BillPaymentCheck", "BillPaymentCreditCard")
"""What a vendor is owed, and what pays it without new money: credits, and payments of bills that are gone."""

TOO_MUCH = "You cannot pay more than the amount due."
"""Certainty CODE, with the name of the field in QuickBooks' own words."""

EMPTY = "You cannot create an empty transaction."
"""MEMORY: unverified, as is its status."""


@dataclass(frozen=True)
class BillPayment(Behavior):
    """A payment of one vendor's bills. `account` names the element with the account it is paid from."""

    account: str
    account_type: str
    by_check: bool

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        if not fields.has("APAccountRef"):
            fields.append(("APAccountRef", books.refs.reference(special_account(books, "AccountsPayable"))))
        check_account(books, fields, "APAccountRef", ("AccountsPayable",))
        check_account(books, fields, self.account, (self.account_type,))
        self._settle(books, record, request)
        if self.by_check:
            self._address(books, record, request)

    def _address(self, books: Books, record: Record, request: Aggregate) -> None:
        """The vendor's address and the check's number: a check that is still to be printed has none."""
        fields = record.fields
        vendor = reference(fields, "PayeeEntityRef")
        assert vendor is not None
        if vendor != record.entity:
            copy(fields, request, "Address", payee(books, vendor).address)
        if address := fields.child("Address"):
            fields.put("AddressBlock", block(address))
        number_check(books, record, request, reference(fields, self.account))

    def _settle(self, books: Books, record: Record, request: Aggregate) -> None:
        """Set the amount: what is applied, or what a Mod says if that is more."""
        applied = self.links(books, record, request)
        own = [link for link in applied or () if link.source == record.key]
        if record.open is not None:
            before = books.links.of_source(record.key)
            own += [link for link in before if applied is None or link.payment != record.key]
        used = total = sum(link.amount for link in own)
        if request.has("Amount") or applied is None:
            total = money.cents(record.fields.text("Amount"))
        if total < used:
            refuse(3210, field="Amount", value=money.amount(total), reason=TOO_MUCH)
        record.total, record.open = total, total - used
        record.fields.put("Amount", money.amount(total))
        record.fields.drop("AppliedToTxnRet")
        record.fields.extend(("AppliedToTxnRet", _shown(books, link)) for link in own)

    def links(self, books: Books, record: Record, request: Aggregate) -> list[Link] | None:
        """The links a request asks for; None where a Mod leaves those there are."""
        asked = request.children("AppliedToTxnAdd") + request.children("AppliedToTxnMod")
        if not asked:
            return None
        settlement = Settlement(books, record)
        for one in asked:
            settlement.apply(one)
        return list(settlement.links.values())

    def postings(self, books: Books, record: Record) -> list[Posting]:
        fields = record.fields
        payable, paid_from = reference(fields, "APAccountRef"), reference(fields, self.account)
        assert payable is not None
        assert paid_from is not None
        assert record.total is not None
        discounts: defaultdict[tuple[int, int | None], int] = defaultdict(int)
        for applied in fields.children("AppliedToTxnRet"):
            account = reference(applied, "DiscountAccountRef")
            if account is not None:
                discounts[account, reference(applied, "DiscountClassRef")] += money.cents(
                    applied.text("DiscountAmount")
                )
        return [
            Posting(paid_from, -record.total, record.entity),
            *(
                Posting(account, -amount, record.entity, None, class_)
                for (account, class_), amount in discounts.items()
            ),
            Posting(payable, record.total + sum(discounts.values()), record.entity),
        ]


class Settlement:
    """What one payment applies to bills, money and credits, as far as both sides have something left."""

    def __init__(self, books: Books, record: Record) -> None:
        self.links: dict[tuple[int, int], Link] = {}
        self._books = books
        self._payment = record.key
        self._payee = reference(record.fields, "PayeeEntityRef")
        self._payable = reference(record.fields, "APAccountRef")
        self._left: dict[int, int] = {}

    def apply(self, asked: Aggregate) -> None:
        """Apply what an AppliedToTxn says: money, credits and a discount."""
        bill = self._find(asked.text("TxnID"), BILLS)
        amount, discount = money.cents(asked.text("PaymentAmount")), money.cents(asked.text("DiscountAmount"))
        credited = asked.children("SetCredit")
        if not (amount or discount or credited):
            refuse(3180, what="a bill payment", reason=EMPTY)
        for credit in credited:
            source = self._find(credit.text("CreditTxnID"), CREDITS)
            applied = money.cents(credit.text("AppliedAmount"))
            self._take(source, applied, "SetCredit applied amount")
            self._take(bill, applied, "SetCredit applied amount")
            self._link(Link(source, bill, APPLIED, applied, payment=self._payment))
        self._take(bill, amount, "AppliedToTxnAdd payment amount")
        self._take(bill, discount, "AppliedToTxnAdd discount amount")
        account = self._discount_account(asked) if discount else None
        class_ = self._resolve(asked, "DiscountClassRef") if discount else None
        self._link(Link(self._payment, bill, APPLIED, amount, discount, account, class_, self._payment))

    def _find(self, text: str, of: tuple[str, ...]) -> int:
        """The key of an open bill or credit of this vendor, on this payable account; status 3120 for others."""
        key = ids.key_of(text)
        if key is None:
            refuse(3000, value=text, field="TxnID")
        row = self._books.connection.execute(
            "SELECT kind, ref_id, entity, total"
            " - (SELECT ifnull(sum(amount + discount), 0) FROM link"
            "    WHERE target = object.id AND type = 'AMTTYPE' AND payment <> ?2)"
            " - (SELECT ifnull(sum(amount), 0) FROM link"
            "    WHERE source = object.id AND type = 'AMTTYPE' AND payment <> ?2)"
            " FROM object WHERE id = ?1"
            " AND EXISTS (SELECT 1 FROM uses WHERE source = object.id AND target = ?3)",
            (key, self._payment, self._payable),
        ).fetchone()
        if row is None or row[0] not in of or row[1] != text or row[2] != self._payee or row[3] <= 0:
            refuse(3120, id=text)
        self._left.setdefault(key, row[3])
        return key

    def _take(self, key: int, amount: int, field: str) -> None:
        """Use part of what is left of a bill or credit."""
        if not 0 <= amount <= self._left[key]:
            refuse(3210, field=field, value=money.amount(amount), reason=TOO_MUCH)
        self._left[key] -= amount

    def _link(self, link: Link) -> None:
        """Note a link; a bill that is named twice gets one."""
        before = self.links.get(link[:2])
        if before is not None:
            link = link._replace(amount=before.amount + link.amount, discount=before.discount + link.discount)
        self.links[link[:2]] = link

    def _discount_account(self, asked: Aggregate) -> int:
        """The account of a discount: the one that is named, or the one the preferences name."""
        account = self._resolve(asked, "DiscountAccountRef")
        if account is None:
            preferences = self._books.preferences.child("PurchasesAndVendorsPreferences") or Aggregate()
            account = reference(preferences, "DefaultDiscountAccountRef")
        if account is None:
            refuse(3150, element="DiscountAccountRef")
        return account

    def _resolve(self, asked: Aggregate, name: str) -> int | None:
        found = asked.child(name)
        target = self._books.refs.resolve(name, found, kinds()["Bill"], "BillPayment") if found else None
        return target.key if target is not None else None


def _shown(books: Books, link: Link) -> Aggregate:
    """An AppliedToTxnRet, as far as postings and references need it; the links write the rest of it."""
    target = books.store.target(link.target)
    assert target is not None
    fields = Aggregate([("TxnID", target.ref_id), ("TxnType", target.kind), ("Amount", money.amount(link.amount))])
    if link.discount:
        fields.append(("DiscountAmount", money.amount(link.discount)))
    for name, key in (
        ("DiscountAccountRef", link.discount_account),
        ("DiscountClassRef", link.discount_class),
    ):
        if key is not None:
            fields.append((name, books.refs.reference(key)))
    return fields


def to_pay(call: Call) -> Answer:
    """BillToPayQuery: a vendor's open bills, only those due by a DueDate, and the credits to apply."""
    fields, where = call.request.fields, "BillToPayQuery"
    resolve, kind = call.books.refs.resolve, kinds()["Bill"]
    payee = resolve("PayeeEntityRef", fields.child("PayeeEntityRef") or Aggregate(), kind, where)
    payable = resolve("APAccountRef", fields.child("APAccountRef") or Aggregate(), kind, where)
    account = payable.key if payable is not None else special_account(call.books, "AccountsPayable")
    if payee is None:
        refuse(3150, element="PayeeEntityRef")
    return several(call, _open(call.books, payee.key, account, fields.text("DueDate")))


def _open(books: Books, payee: int, account: int, due: str) -> Iterator[Aggregate]:
    """The children of each BillToPayRet, bills first. That AmountDue is what remains is MEMORY."""
    rows = books.connection.execute(
        "SELECT id, open FROM object WHERE entity = ?1 AND open > 0"
        " AND kind IN (SELECT value FROM json_each(?2))"
        " AND EXISTS (SELECT 1 FROM uses WHERE source = object.id AND target = ?3)"
        " ORDER BY kind <> 'Bill', sort, id",
        (payee, json.dumps(BILLS + CREDITS), account),
    ).fetchall()
    for key, remaining in rows:
        record = books.store.read(key)
        assert record is not None
        name, element = (
            ("BillToPay", "AmountDue") if record.kind.name in BILLS else ("CreditToApply", "CreditRemaining")
        )
        if due and name == "BillToPay" and record.fields.text("DueDate") > due:
            continue
        shown = [(child, value) for child, value in record.fields if child in _SHOWN]
        shown += [("TxnType", record.kind.name), (element, money.amount(remaining))]
        yield Aggregate([(name, Aggregate(shown))])


_SHOWN = ("TxnID", "APAccountRef", "TxnDate", "RefNumber", "DueDate")

BEHAVIORS = {
    "BillPaymentCheck": BillPayment("BankAccountRef", "Bank", by_check=True),
    "BillPaymentCreditCard": BillPayment("CreditCardAccountRef", "CreditCard", by_check=False),
}

HANDLERS = {"BillToPayQueryRq": to_pay}
