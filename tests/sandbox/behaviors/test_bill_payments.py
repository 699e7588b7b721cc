"""Payments of bills: what they settle, with credits and discounts, and what undoing them restores."""

from typing import Any

import pytest

BILL = "<VendorRef><FullName>Mill</FullName></VendorRef><ExpenseLineAdd><AccountRef><FullName>Rent</FullName>"
MILL = "<PayeeEntityRef><FullName>Mill</FullName></PayeeEntityRef>"
CHECKING = "<BankAccountRef><FullName>Checking</FullName></BankAccountRef><RefNumber>{number}</RefNumber>"
CARD = "<CreditCardAccountRef><FullName>Card</FullName></CreditCardAccountRef>"
DISCOUNT = "<DiscountAmount>{}</DiscountAmount><DiscountAccountRef><FullName>Discounts</FullName></DiscountAccountRef>"


def bill(buyer: Any, amount: str, kind: str = "Bill") -> Any:
    return buyer.do(f"{kind}Add", f"{BILL}</AccountRef><Amount>{amount}</Amount></ExpenseLineAdd>")


def applied(txn: Any, amount: str = "", more: str = "", verb: str = "Add") -> str:
    payment = f"<PaymentAmount>{amount}</PaymentAmount>" if amount else ""
    return f"<AppliedToTxn{verb}><TxnID>{txn.text('TxnID')}</TxnID>{payment}{more}</AppliedToTxn{verb}>"


def credit(txn: Any, amount: str) -> str:
    return (
        f"<SetCredit><CreditTxnID>{txn.text('TxnID')}</CreditTxnID><AppliedAmount>{amount}</AppliedAmount></SetCredit>"
    )


def check(*parts: str, number: str = "501") -> str:
    return MILL + CHECKING.format(number=number) + "".join(parts)


def state(buyer: Any, ret: Any, kind: str = "Bill") -> tuple[str, str]:
    found = buyer.txn(ret, kind)
    return found.text("OpenAmount"), found.text("IsPaid")


def test_a_bill_is_paid_in_parts_and_then_in_full(buyer: Any) -> None:
    owed = bill(buyer, "100.00")
    first = buyer.do("BillPaymentCheckAdd", check(applied(owed, "40.00")))
    assert (first.text("Amount"), first.text("RefNumber"), first.text("IsToBePrinted")) == (
        "40.00",
        "501",
        "false",
    )
    (shown,) = buyer.txn(first, "BillPaymentCheck").children("AppliedToTxnRet")
    assert (shown.text("TxnType"), shown.text("Amount"), shown.text("BalanceRemaining")) == (
        "Bill",
        "40.00",
        "60.00",
    )
    assert state(buyer, owed) == ("60.00", "false")
    buyer.do("BillPaymentCheckAdd", check(applied(owed, "50.00", DISCOUNT.format("10.00")), number="502"))
    assert state(buyer, owed) == ("0.00", "true")
    assert [link.text("TxnType") for link in buyer.txn(owed, "Bill").children("LinkedTxn")] == ["BillPaymentCheck"] * 2
    assert buyer.balance("Account", "Checking") == "-90.00"
    assert buyer.balance("Account", "Discounts") == "10.00"
    assert buyer.balance("Account", "Payables") == "0.00"
    assert buyer.balance("Vendor", "Mill") == "0.00"


def test_a_payment_has_the_vendors_address(buyer: Any) -> None:
    paid = buyer.do("BillPaymentCheckAdd", check(applied(bill(buyer, "1.00"), "1.00")))
    assert paid.child("Address").text("Addr1") == "Mill Inc."
    assert paid.child("AddressBlock").text("Addr2") == "Marlow, OH 44000"


def test_a_check_to_be_printed_has_no_number(buyer: Any) -> None:
    bank = "<BankAccountRef><FullName>Checking</FullName></BankAccountRef><IsToBePrinted>true</IsToBePrinted>"
    paid = buyer.do("BillPaymentCheckAdd", MILL + bank + applied(bill(buyer, "1.00"), "1.00"))
    assert (paid.text("IsToBePrinted"), paid.text("RefNumber")) == ("true", "")
    paid = buyer.mod(paid, "BillPaymentCheck", "<RefNumber>77</RefNumber>")
    assert (paid.text("IsToBePrinted"), paid.text("RefNumber")) == ("false", "77")


def test_several_bills_by_card(buyer: Any) -> None:
    owed = [bill(buyer, "30.00"), bill(buyer, "20.00")]
    paid = buyer.do("BillPaymentCreditCardAdd", MILL + CARD + applied(owed[0], "30.00") + applied(owed[1], "5.00"))
    assert paid.text("Amount") == "35.00"
    assert [state(buyer, one) for one in owed] == [("0.00", "true"), ("15.00", "false")]
    assert buyer.balance("Account", "Card") == "35.00"
    assert buyer.balance("Vendor", "Mill") == "15.00"


def test_credits_pay_without_money(buyer: Any) -> None:
    owed, returned = bill(buyer, "50.00"), bill(buyer, "20.00", "VendorCredit")
    paid = buyer.do("BillPaymentCheckAdd", check(applied(owed, "25.00", credit(returned, "20.00"))))
    assert paid.text("Amount") == "25.00"
    assert state(buyer, owed) == ("5.00", "false")
    assert buyer.txn(returned, "VendorCredit").text("OpenAmount") == "0.00"
    assert buyer.balance("Account", "Payables") == "5.00"
    assert buyer.delete(paid, "BillPaymentCheck") == 0
    assert state(buyer, owed) == ("50.00", "false")
    assert buyer.txn(returned, "VendorCredit").text("OpenAmount") == "20.00"


@pytest.mark.parametrize("undo", ["delete", "void"])
def test_an_undone_payment_opens_its_bills_again(buyer: Any, undo: str) -> None:
    owed = bill(buyer, "100.00")
    paid = buyer.do("BillPaymentCheckAdd", check(applied(owed, "90.00", DISCOUNT.format("10.00"))))
    assert getattr(buyer, undo)(paid, "BillPaymentCheck") == 0
    assert state(buyer, owed) == ("100.00", "false")
    assert buyer.balance("Account", "Checking") == "0.00"
    assert buyer.balance("Account", "Discounts") == "0.00"
    assert buyer.balance("Vendor", "Mill") == "100.00"


@pytest.mark.parametrize("undo", ["delete", "void"])
def test_the_payment_of_a_bill_that_is_gone_is_a_credit(buyer: Any, undo: str) -> None:
    gone, owed = bill(buyer, "30.00"), bill(buyer, "40.00")
    paid = buyer.do("BillPaymentCheckAdd", check(applied(gone, "30.00")))
    assert getattr(buyer, undo)(gone, "Bill") == 0
    assert buyer.balance("Vendor", "Mill") == "10.00"
    found = buyer.query("BillToPayQuery", MILL)
    to_pay, to_apply = found[0].child("BillToPay"), found[1].child("CreditToApply")
    assert (to_pay.text("TxnID"), to_pay.text("AmountDue")) == (owed.text("TxnID"), "40.00")
    assert (to_apply.text("TxnID"), to_apply.text("CreditRemaining")) == (paid.text("TxnID"), "30.00")
    buyer.do("BillPaymentCheckAdd", check(applied(owed, "10.00", credit(paid, "30.00")), number="502"))
    assert state(buyer, owed) == ("0.00", "true")
    assert buyer.query("BillToPayQuery", MILL) == []


def test_a_mod_applies_anew_or_leaves_what_is_applied(buyer: Any) -> None:
    first, second = bill(buyer, "30.00"), bill(buyer, "40.00")
    paid = buyer.do("BillPaymentCheckAdd", check(applied(first, "25.00", DISCOUNT.format("5.00"))))
    paid = buyer.mod(paid, "BillPaymentCheck", "<Memo>Thank you</Memo>")
    assert state(buyer, first) == ("0.00", "true")
    assert buyer.balance("Account", "Discounts") == "5.00"
    paid = buyer.mod(
        paid, "BillPaymentCheck", applied(first, "10.00", verb="Mod") + applied(second, "40.00", verb="Mod")
    )
    assert paid.text("Amount") == "50.00"
    assert (state(buyer, first), state(buyer, second)) == (("20.00", "false"), ("0.00", "true"))
    assert buyer.balance("Account", "Discounts") == "0.00"
    assert buyer.balance("Account", "Checking") == "-50.00"
    code, _, _ = buyer.ask("BillPaymentCheckMod", buyer.head(paid) + "<Amount>49.99</Amount>")
    assert code == 3210


def test_a_paid_bill_cannot_come_to_less_than_its_payments(buyer: Any) -> None:
    owed = bill(buyer, "30.00")
    buyer.do("BillPaymentCheckAdd", check(applied(owed, "30.00")))
    owed = buyer.txn(owed, "Bill")
    (line,) = owed.children("ExpenseLineRet")
    change = "<ExpenseLineMod><TxnLineID>{}</TxnLineID><Amount>{}</Amount></ExpenseLineMod>"
    code, _, _ = buyer.ask("BillMod", buyer.head(owed) + change.format(line.text("TxnLineID"), "29.99"))
    assert code == 3210
    buyer.mod(owed, "Bill", change.format(line.text("TxnLineID"), "31.00"))
    assert state(buyer, owed) == ("1.00", "false")


def test_bills_to_pay_are_those_due(buyer: Any) -> None:
    for day in ("2026-01-10", "2026-02-10"):
        buyer.do(
            "BillAdd",
            f"<VendorRef><FullName>Mill</FullName></VendorRef><DueDate>{day}</DueDate><ExpenseLineAdd>"
            "<AccountRef><FullName>Rent</FullName></AccountRef><Amount>5.00</Amount></ExpenseLineAdd>",
        )
    bill(buyer, "3.00", "VendorCredit")
    assert len(buyer.query("BillToPayQuery", MILL)) == 3
    found = buyer.query("BillToPayQuery", MILL + "<DueDate>2026-01-31</DueDate>")
    assert [one[0][0] for one in found] == ["BillToPay", "CreditToApply"]
    assert found[0].child("BillToPay").text("DueDate") == "2026-01-10"


def test_a_renamed_discount_account_is_renamed_in_the_payment(buyer: Any) -> None:
    paid = buyer.do("BillPaymentCheckAdd", check(applied(bill(buyer, "9.00"), "8.00", DISCOUNT.format("1.00"))))
    account = buyer.query("AccountQuery", "<FullName>Discounts</FullName>")[0]
    ids = f"<ListID>{account.text('ListID')}</ListID><EditSequence>{account.text('EditSequence')}</EditSequence>"
    buyer.do("AccountMod", f"{ids}<Name>Taken early</Name>")
    (shown,) = buyer.txn(paid, "BillPaymentCheck").children("AppliedToTxnRet")
    assert shown.child("DiscountAccountRef").text("FullName") == "Taken early"


@pytest.mark.parametrize(
    ("amount", "more", "code"),
    [
        ("10.01", "", 3210),
        ("10.00", DISCOUNT.format("0.01"), 3210),
        ("-1.00", "", 3210),
        ("", "", 3180),
        ("5.00", "<DiscountAmount>5.00</DiscountAmount>", 3150),
    ],
)
def test_amounts_that_cannot_be_applied(buyer: Any, amount: str, more: str, code: int) -> None:
    found, message, _ = buyer.ask("BillPaymentCheckAdd", check(applied(bill(buyer, "10.00"), amount, more)))
    assert found == code, message
    assert buyer.balance("Vendor", "Mill") == "10.00"


def test_only_open_bills_of_the_vendor_are_paid(buyer: Any) -> None:
    owed, returned = bill(buyer, "10.00"), bill(buyer, "10.00", "VendorCredit")
    other = MILL.replace("Mill", "Forge") + CHECKING.format(number="1")
    assert buyer.ask("BillPaymentCheckAdd", other + applied(owed, "1.00"))[0] == 3120
    assert buyer.ask("BillPaymentCheckAdd", check(applied(returned, "1.00")))[0] == 3120
    unknown = "<AppliedToTxnAdd><TxnID>FFFF-1700000000</TxnID><PaymentAmount>1.00</PaymentAmount></AppliedToTxnAdd>"
    assert buyer.ask("BillPaymentCheckAdd", check(unknown))[0] == 3120
    invalid = unknown.replace("FFFF-1700000000", "none")
    assert buyer.ask("BillPaymentCheckAdd", check(invalid))[0] == 3000
    twice = applied(owed, "6.00") + applied(owed, "6.00")
    assert buyer.ask("BillPaymentCheckAdd", check(twice))[0] == 3210
    twice = applied(owed, "6.00") + applied(owed, "4.00")
    assert buyer.do("BillPaymentCheckAdd", check(twice)).text("Amount") == "10.00"


def test_more_than_is_due_is_refused_in_quickbooks_words(buyer: Any) -> None:
    _, message, _ = buyer.ask("BillPaymentCheckAdd", check(applied(bill(buyer, "10.00"), "10.01")))
    assert message == (
        'The "AppliedToTxnAdd payment amount" field has an invalid value "10.01".  '
        "QuickBooks error message: You cannot pay more than the amount due."
    )


def test_a_paid_bill_is_not_found(buyer: Any) -> None:
    owed = bill(buyer, "10.00")
    buyer.do("BillPaymentCheckAdd", check(applied(owed, "10.00")))
    assert buyer.ask("BillPaymentCheckAdd", check(applied(owed, "1.00")))[0] == 3120
