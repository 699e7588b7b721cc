"""Documents of sale: their headers, totals and postings. Their lines stand in `sales_lines.py`."""

from collections.abc import Iterable
from dataclasses import dataclass

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox import money
from qbconnector.sandbox.behaviors import orders, tax
from qbconnector.sandbox.behaviors.addresses import blocks
from qbconnector.sandbox.behaviors.facts import (
    CustomerFacts,
    customer,
    is_taxable,
    reference,
    terms,
)
from qbconnector.sandbox.behaviors.numbering import number
from qbconnector.sandbox.behaviors.sales_lines import Lines, flat, line_postings, postings, taxable
from qbconnector.sandbox.behaviors.settlement import Open, credit_links, keep_deposited, remaining
from qbconnector.sandbox.behaviors.stock import Stock
from qbconnector.sandbox.books import Behavior, Books
from qbconnector.sandbox.ledger import Posting
from qbconnector.sandbox.links import Link, shown
from qbconnector.sandbox.refusal import refuse
from qbconnector.sandbox.special import account, preferred
from qbconnector.sandbox.store import Record

_ADDRESSES = ("BillAddress", "ShipAddress")

#: What a document says when nobody else does. That it is to be printed is MEMORY: unverified.
_DEFAULTS = {
    "IsPending": "false",
    "IsFinanceCharge": "false",
    "IsToBePrinted": "true",
    "IsToBeEmailed": "false",
}


@dataclass(frozen=True)
class Sale(Behavior):
    """A document of sale.

    `account` names the element with the account that the total is owed or paid to, `special` which account
    that is when nobody says it; both are "" for a document that posts nothing. `sign` is 1 where the customer
    owes the total and -1 where it is owed to the customer; `opens`: it is open until links settle it.
    """

    account: str = ""
    special: str = ""
    sign: int = 1
    opens: bool = False

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        who = reference(record.fields, "CustomerRef")
        known = customer(books, who) if who is not None else None
        number(books, record, request, record.kind.name)
        orders.take(books, record, request)
        self._head(books, record, known)
        self._dates(books, record, request)
        self._totals(books, record, request, known)
        if not self.account:
            orders.complete(record)

    def _head(self, books: Books, record: Record, known: CustomerFacts | None) -> None:
        """Set what follows from the customer and the company; the customer's own only in a new document."""
        fields, elements = record.fields, record.kind.elements
        given = dict(fields)
        defaults: dict[str, int | None] = {}
        if "TxnID" not in given:
            defaults["ItemSalesTaxRef"] = preferred(books, "SalesTaxPreferences", "DefaultItemSalesTaxRef")
            defaults["TemplateRef"] = template(books, record.kind.name)
            if known is not None:
                defaults |= known.references
                for name, address in known.addresses.items():
                    if name not in given:
                        fields.append((name, address.clone()))
        if self.account and self.account not in given:
            defaults[self.account] = account(books, self.special)
        for name, key in defaults.items():
            if key is not None and name in elements and name not in given:
                fields.append((name, books.refs.reference(key)))
        for name, text in _DEFAULTS.items():
            if name in elements and name not in given:
                fields.append((name, text))
        blocks(fields, _ADDRESSES)

    def _dates(self, books: Books, record: Record, request: Aggregate) -> None:
        """The due date follows from the terms, the date of shipping is the document's."""
        fields, elements = record.fields, record.kind.elements
        issued = fields.text("TxnDate")
        key = reference(fields, "TermsRef")
        rule = terms(books, key) if key is not None else None
        moved = not request.has("DueDate") and (request.has("TermsRef") or request.has("TxnDate"))
        if "DueDate" in elements and (moved or not fields.has("DueDate")):
            fields.put("DueDate", rule.due(issued) if rule is not None else issued)
        if "ShipDate" in elements and not fields.has("ShipDate"):
            fields.append(("ShipDate", issued))
        if "SuggestedDiscountDate" in elements:
            until = rule.discount_until(issued) if rule is not None else ""
            fields.drop("SuggestedDiscountDate")
            if until:
                fields.append(("SuggestedDiscountDate", until))

    def _totals(self, books: Books, record: Record, request: Aggregate, known: CustomerFacts | None) -> None:
        fields, elements = record.fields, record.kind.elements
        lines = f"{record.kind.name}Line"
        if not (fields.has(f"{lines}Ret") or fields.has(f"{lines}GroupRet")):
            refuse(3150, element=f"{lines}Add")
        code = reference(fields, "CustomerSalesTaxCodeRef")
        sums = Lines(books, known, code).complete(record, request)
        taxes = document_taxes(books, record)
        total = sums.subtotal + sum(one.amount for one in taxes) + sums.payments
        if total < 0:
            refuse(3180, what=f"a {record.kind.name}", reason=NEGATIVE)
        if self.special == "UndepositedFunds":
            keep_deposited(books, record, total)
        record.total = total
        record.open = remaining(books, record, "Amount") if self.opens and not is_pending(record) else None
        texts = {
            "Subtotal": money.amount(sums.subtotal),
            "SalesTaxPercentage": money.price(sum(one.rate for one in taxes)),
            "SalesTaxTotal": money.amount(sum(one.amount for one in taxes)),
            "TotalAmount": money.amount(total),
            **shown(total, total if record.open is None else record.open),
        }
        fields.drop(*texts)
        fields.extend((name, text) for name, text in texts.items() if name in elements)
        self._discount(books, fields, total)

    def _discount(self, books: Books, fields: Aggregate, total: int) -> None:
        """What the customer may take off for paying early: a share of the total (MEMORY: unverified)."""
        key = reference(fields, "TermsRef")
        fields.drop("SuggestedDiscountAmount")
        if key is not None and fields.has("SuggestedDiscountDate"):
            share = money.share(total, terms(books, key).percent)
            fields.append(("SuggestedDiscountAmount", money.amount(share)))

    def postings(self, books: Books, record: Record) -> Iterable[Posting]:
        key = reference(record.fields, self.account)
        if key is None or is_pending(record):
            return []
        assert record.total is not None
        header_class = reference(record.fields, "ClassRef")
        return [
            Posting(key, self.sign * record.total, record.entity, None, header_class),
            *postings(books, record, self.sign),
            *(tax.posting(books, one, self.sign, header_class) for one in document_taxes(books, record)),
        ]

    def links(self, books: Books, record: Record, request: Aggregate) -> list[Link] | None:
        """The credits that an invoice uses up."""
        given = request.children("SetCredit")
        if not given:
            return None
        books.links.remove(record.key, by_payment=True)
        still = Open(books, record.entity)
        still.start(record.key, (record.total or 0) - books.links.settled(record.key))
        return credit_links(given, record.key, record.key, still)


NEGATIVE = "Transaction amount must be positive."
"""Certainty CODE: the text as a third party reports it, with "an error when saving a Invoice" before it."""


def is_pending(record: Record) -> bool:
    """Whether a document waits for approval: it posts nothing and nothing can be applied to it."""
    return record.fields.text("IsPending") == "true"


def document_taxes(books: Books, record: Record) -> list[tax.Tax]:
    """The sales taxes of a document whose lines are complete: nothing for a customer who pays none."""
    code = reference(record.fields, "CustomerSalesTaxCodeRef")
    exempt = code is not None and not is_taxable(books, code)
    amount = 0 if exempt else taxable(books, flat(record))
    return tax.taxes(books, reference(record.fields, "ItemSalesTaxRef"), amount)


def template(books: Books, kind: str) -> int | None:
    """The first template for this kind of document."""
    cached = books.facts.get(((template, kind), 0), False)
    if cached is False:
        row = books.connection.execute(
            "SELECT id FROM object WHERE kind = 'Template' AND active AND instr(head, ?) ORDER BY sort LIMIT 1",
            (f"\n<TemplateType>{kind}</TemplateType>\n".encode("ascii"),),
        ).fetchone()
        cached = books.facts[(template, kind), 0] = row[0] if row is not None else None
    assert cached is None or isinstance(cached, int)
    return cached


class Charge(Behavior):
    """A statement charge: one line that is owed without an invoice, and without sales tax."""

    def fill(self, books: Books, record: Record, request: Aggregate) -> None:
        fields = record.fields
        if not fields.has("ARAccountRef"):
            fields.append(("ARAccountRef", books.refs.reference(account(books, "AccountsReceivable"))))
        who = reference(fields, "CustomerRef")
        Lines(books, customer(books, who) if who is not None else None, None).line(fields)
        fields.drop("SalesTaxCodeRef")
        record.total = money.cents(fields.text("Amount"))
        if record.total < 0:
            refuse(3180, what="a Charge", reason=NEGATIVE)
        record.open = remaining(books, record, "Amount")
        for name in ("BilledDate", "DueDate"):
            if not fields.has(name):
                fields.append((name, fields.text("TxnDate")))
        for name, text in shown(record.total, record.open).items():
            if name in record.kind.elements:
                fields.put(name, text)

    def postings(self, books: Books, record: Record) -> list[Posting]:
        fields = record.fields
        receivable, class_ = reference(fields, "ARAccountRef"), reference(fields, "ClassRef")
        assert receivable is not None
        assert record.total is not None
        return [
            Posting(receivable, record.total, record.entity, None, class_),
            *line_postings(books, fields, record.entity, class_, 1, Stock(books)),
        ]


BEHAVIORS = {
    "Invoice": Sale("ARAccountRef", "AccountsReceivable", opens=True),
    "CreditMemo": Sale("ARAccountRef", "AccountsReceivable", sign=-1, opens=True),
    "SalesReceipt": Sale("DepositToAccountRef", "UndepositedFunds"),
    "Charge": Charge(),
    "Estimate": Sale(),
    "SalesOrder": Sale(),
}
