"""Payments received: what they settle, by request or by themselves; credits, discounts, refunds."""

from collections.abc import Callable
from typing import Any

import pytest

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.company import Company

AMES = "<CustomerRef><FullName>Ames</FullName></CustomerRef>"
EXEMPT = "<CustomerRef><FullName>Exempt</FullName></CustomerRef>"
AUTOMATIC = "<IsAutoApply>true</IsAutoApply>"

Invoice = Callable[..., Aggregate]


@pytest.fixture
def invoice(seller: Any) -> Invoice:
    def make(amount: str, customer: str = "Exempt", date: str = "2026-03-01", more: str = "") -> Aggregate:
        ret = seller.do(
            "InvoiceAdd",
            f"<CustomerRef><FullName>{customer}</FullName></CustomerRef><TxnDate>{date}</TxnDate>{more}"
            f"<InvoiceLineAdd><ItemRef><FullName>Labor</FullName></ItemRef><Amount>{amount}</Amount></InvoiceLineAdd>",
        )
        assert isinstance(ret, Aggregate)
        return ret

    return make


def total(amount: str) -> str:
    return f"<TotalAmount>{amount}</TotalAmount>"


def apply(invoice: Aggregate, amount: str, more: str = "", verb: str = "Add") -> str:
    paid = f"<PaymentAmount>{amount}</PaymentAmount>" if amount else ""
    return f"<AppliedToTxn{verb}><TxnID>{invoice.text('TxnID')}</TxnID>{paid}{more}</AppliedToTxn{verb}>"


def state(seller: Any, invoice: Aggregate) -> tuple[str, str, str]:
    now = seller.txn(invoice, "Invoice")
    return now.text("AppliedAmount"), now.text("BalanceRemaining"), now.text("IsPaid")


def applied(payment: Aggregate) -> list[tuple[str, str, str]]:
    return [
        (line.text("TxnID"), line.text("Amount"), line.text("BalanceRemaining"))
        for line in payment.children("AppliedToTxnRet")
    ]


def test_a_payment_settles_an_invoice(seller: Any, invoice: Invoice) -> None:
    owed = invoice("100.00")
    payment = seller.do("ReceivePaymentAdd", EXEMPT + total("100.00") + apply(owed, "100.00"))
    assert applied(payment) == [(owed.text("TxnID"), "100.00", "0.00")]
    assert payment.child("DepositToAccountRef").text("FullName") == "Undeposited Funds"
    assert (payment.text("UnusedPayment"), payment.text("UnusedCredits")) == ("0.00", "0.00")
    assert state(seller, owed) == ("-100.00", "0.00", "true")
    linked = seller.query(
        "InvoiceQuery", f"<TxnID>{owed.text('TxnID')}</TxnID><IncludeLinkedTxns>true</IncludeLinkedTxns>"
    )[0].child("LinkedTxn")
    assert [linked.text(name) for name in ("TxnID", "TxnType", "LinkType", "Amount")] == [
        payment.text("TxnID"),
        "ReceivePayment",
        "AMTTYPE",
        "-100.00",
    ]
    assert seller.balance("Customer", "Exempt") == "0.00"
    assert seller.balance("Account", "Undeposited Funds") == "100.00"


def test_without_a_total_it_is_what_is_applied(seller: Any, invoice: Invoice) -> None:
    first, second = invoice("100.00"), invoice("50.00")
    payment = seller.do("ReceivePaymentAdd", EXEMPT + apply(first, "70.00") + apply(second, "50.00"))
    assert payment.text("TotalAmount") == "120.00"
    assert state(seller, first) == ("-70.00", "30.00", "false")
    assert state(seller, second)[2] == "true"


def test_what_is_not_applied_stays_unused(seller: Any, invoice: Invoice) -> None:
    payment = seller.do("ReceivePaymentAdd", EXEMPT + total("80.00") + apply(invoice("50.00"), "50.00"))
    assert payment.text("UnusedPayment") == "30.00"
    assert seller.balance("Customer", "Exempt") == "-30.00"


def test_by_itself_it_settles_the_oldest_first(seller: Any, invoice: Invoice) -> None:
    late, early = invoice("60.00", date="2026-03-05"), invoice("40.00", date="2026-03-02")
    payment = seller.do("ReceivePaymentAdd", EXEMPT + total("70.00") + AUTOMATIC)
    assert {line[:2] for line in applied(payment)} == {
        (early.text("TxnID"), "40.00"),
        (late.text("TxnID"), "30.00"),
    }


def test_by_itself_it_settles_what_has_its_amount(seller: Any, invoice: Invoice) -> None:
    invoice("40.00", date="2026-03-02")
    exact = invoice("60.00", date="2026-03-05")
    payment = seller.do("ReceivePaymentAdd", EXEMPT + total("60.00") + AUTOMATIC)
    assert applied(payment) == [(exact.text("TxnID"), "60.00", "0.00")]


def test_what_is_open_again_is_settled_again(seller: Any, invoice: Invoice) -> None:
    owed = invoice("40.00")
    first = seller.do("ReceivePaymentAdd", EXEMPT + total("40.00") + AUTOMATIC)
    assert seller.delete(first, "ReceivePayment") == 0
    assert state(seller, owed) == ("0.00", "40.00", "false")
    again = seller.do("ReceivePaymentAdd", EXEMPT + total("40.00") + AUTOMATIC)
    assert applied(again) == [(owed.text("TxnID"), "40.00", "0.00")]


def test_a_customer_pays_for_a_job(seller: Any, invoice: Invoice) -> None:
    owed = invoice("100.00", "Ames:Roof")
    seller.do("ReceivePaymentAdd", AMES + total("130.00") + AUTOMATIC)
    assert state(seller, owed)[2] == "true"
    assert seller.balance("Customer", "Ames:Roof") == "0.00"
    assert seller.balance("Customer", "Ames") == "-30.00"
    assert seller.balance("Customer", "Ames", "TotalBalance") == "-30.00"


def test_a_discount_for_paying_early(seller: Any, invoice: Invoice) -> None:
    owed = invoice("100.00")
    discount = (
        "<DiscountAmount>2.00</DiscountAmount><DiscountAccountRef><FullName>Discounts</FullName></DiscountAccountRef>"
    )
    payment = seller.do("ReceivePaymentAdd", EXEMPT + total("98.00") + apply(owed, "98.00", discount))
    (line,) = payment.children("AppliedToTxnRet")
    assert (line.text("DiscountAmount"), line.text("BalanceRemaining")) == ("2.00", "0.00")
    assert seller.balance("Account", "Discounts") == "-2.00"
    assert seller.balance("Customer", "Exempt") == "0.00"
    missing = apply(invoice("10.00"), "9.00", "<DiscountAmount>1.00</DiscountAmount>")
    assert seller.ask("ReceivePaymentAdd", EXEMPT + missing)[0] == 3150


def credit(seller: Any, amount: str) -> Aggregate:
    ret = seller.do(
        "CreditMemoAdd",
        EXEMPT + "<CreditMemoLineAdd><ItemRef><FullName>Labor</FullName></ItemRef>"
        f"<Amount>{amount}</Amount></CreditMemoLineAdd>",
    )
    assert isinstance(ret, Aggregate)
    return ret


def use(memo: Aggregate, amount: str) -> str:
    return (
        f"<SetCredit><CreditTxnID>{memo.text('TxnID')}</CreditTxnID><AppliedAmount>{amount}</AppliedAmount></SetCredit>"
    )


def test_a_credit_pays_a_part(seller: Any, invoice: Invoice) -> None:
    owed, memo = invoice("100.00"), credit(seller, "30.00")
    payment = seller.do("ReceivePaymentAdd", EXEMPT + apply(owed, "80.00", use(memo, "20.00")))
    assert (payment.text("TotalAmount"), payment.text("UnusedCredits")) == ("80.00", "10.00")
    assert state(seller, owed) == ("-100.00", "0.00", "true")
    assert seller.txn(memo, "CreditMemo").text("CreditRemaining") == "10.00"
    assert seller.delete(payment, "ReceivePayment") == 0
    assert seller.txn(memo, "CreditMemo").text("CreditRemaining") == "30.00"
    assert state(seller, owed) == ("0.00", "100.00", "false")


def test_an_invoice_uses_a_credit_at_once(seller: Any, invoice: Invoice) -> None:
    memo = credit(seller, "30.00")
    owed = invoice("100.00", more=use(memo, "30.00"))
    assert owed.text("BalanceRemaining") == "70.00"
    assert seller.txn(memo, "CreditMemo").text("CreditRemaining") == "0.00"
    more = EXEMPT + use(memo, "1.00")
    line = "<InvoiceLineAdd><ItemRef><FullName>Labor</FullName></ItemRef></InvoiceLineAdd>"
    assert seller.ask("InvoiceAdd", more + line)[0] == 3210


@pytest.mark.parametrize(
    ("code", "request_"),
    [
        (3210, lambda owed: total("200.00") + apply(owed, "100.01")),
        (3210, lambda owed: total("50.00") + apply(owed, "60.00")),
        (3210, lambda owed: apply(owed, "60.00") + apply(owed, "10.00")),
        (3210, lambda owed: total("-5.00") + AUTOMATIC),
        (3120, lambda owed: apply(Aggregate([("TxnID", "FFFF-1700000000")]), "10.00")),
        (3000, lambda owed: apply(Aggregate([("TxnID", "no id")]), "10.00")),
    ],
)
def test_what_cannot_be_applied(seller: Any, invoice: Invoice, code: int, request_: Callable[[Aggregate], str]) -> None:
    owed = invoice("100.00")
    assert seller.ask("ReceivePaymentAdd", EXEMPT + request_(owed))[0] == code
    assert state(seller, owed) == ("0.00", "100.00", "false")
    assert seller.balance("Customer", "Exempt") == "100.00"


def test_another_customers_invoice_is_not_found(seller: Any, invoice: Invoice) -> None:
    assert seller.ask("ReceivePaymentAdd", AMES + apply(invoice("10.00"), "10.00"))[0] == 3120


def test_a_change_applies_anew_or_leaves_what_is_applied(seller: Any, invoice: Invoice) -> None:
    first, second = invoice("100.00"), invoice("100.00")
    payment = seller.do("ReceivePaymentAdd", EXEMPT + total("100.00") + apply(first, "100.00"))
    payment = seller.mod(payment, "ReceivePayment", "<Memo>checked</Memo>")
    assert applied(payment) == [(first.text("TxnID"), "100.00", "0.00")]
    payment = seller.mod(payment, "ReceivePayment", total("150.00") + apply(second, "90.00", verb="Mod"))
    assert applied(payment) == [(second.text("TxnID"), "90.00", "10.00")]
    assert payment.text("UnusedPayment") == "60.00"
    assert state(seller, first) == ("0.00", "100.00", "false")
    code, _, _ = seller.ask("ReceivePaymentMod", seller.head(payment) + total("80.00"))
    assert code == 3210


def test_an_invoice_cannot_fall_below_what_is_paid(seller: Any, invoice: Invoice) -> None:
    owed = invoice("100.00")
    seller.do("ReceivePaymentAdd", EXEMPT + apply(owed, "60.00"))
    now = seller.txn(owed, "Invoice")
    line = now.children("InvoiceLineRet")[0].text("TxnLineID")

    def change(amount: str) -> str:
        return f"<InvoiceLineMod><TxnLineID>{line}</TxnLineID><Amount>{amount}</Amount></InvoiceLineMod>"

    assert seller.ask("InvoiceMod", seller.head(now) + change("59.99"))[0] == 3210
    assert seller.ask("InvoiceMod", seller.head(now) + AMES)[0] == 3210
    assert seller.mod(now, "Invoice", change("60.00")).text("IsPaid") == "true"


def test_voiding_a_paid_invoice_frees_the_payment(seller: Any, invoice: Invoice) -> None:
    owed = invoice("100.00")
    payment = seller.do("ReceivePaymentAdd", EXEMPT + apply(owed, "100.00"))
    assert seller.void(owed, "Invoice") == 0
    assert seller.txn(payment, "ReceivePayment").text("UnusedPayment") == "100.00"
    assert applied(seller.txn(payment, "ReceivePayment")) == []
    assert seller.balance("Customer", "Exempt") == "-100.00"


def test_a_refund_by_card_uses_up_a_credit(seller: Any) -> None:
    memo = credit(seller, "30.00")
    refund = seller.do(
        "ARRefundCreditCardAdd",
        EXEMPT + "<RefundFromAccountRef><FullName>Checking</FullName></RefundFromAccountRef>"
        f"<RefundAppliedToTxnAdd><TxnID>{memo.text('TxnID')}</TxnID><RefundAmount>25.00</RefundAmount>"
        "</RefundAppliedToTxnAdd>",
    )
    (line,) = refund.children("RefundAppliedToTxnRet")
    assert (refund.text("TotalAmount"), line.text("CreditRemaining")) == ("25.00", "5.00")
    assert seller.txn(memo, "CreditMemo").text("CreditRemaining") == "5.00"
    assert seller.balance("Customer", "Exempt") == "-5.00"
    assert seller.balance("Account", "Checking") == "-25.00"


@pytest.mark.parametrize("verb", ["delete", "void"])
def test_a_discount_goes_with_the_invoice_it_was_given_on(
    seller: Any, invoice: Invoice, company: Company, verb: str
) -> None:
    owed = invoice("100.00")
    discount = (
        "<DiscountAmount>4.00</DiscountAmount><DiscountAccountRef><FullName>Discounts</FullName></DiscountAccountRef>"
    )
    seller.do("ReceivePaymentAdd", EXEMPT + total("96.00") + apply(owed, "96.00", discount))
    assert getattr(seller, verb)(owed, "Invoice") == 0
    assert seller.balance("Customer", "Exempt") == "-96.00"
    assert seller.balance("Account", "Discounts") == "0.00"
    assert company.verify() == []
