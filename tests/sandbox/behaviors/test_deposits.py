"""Deposits: what waits in Undeposited Funds, what a deposit takes out of it, and cash back."""

from typing import Any

from qbconnector.qbxml import Aggregate

CHECKING = "<DepositToAccountRef><FullName>Checking</FullName></DepositToAccountRef>"
AMES = "<CustomerRef><FullName>Ames</FullName></CustomerRef>"


def payment(seller: Any, amount: str = "80.00", more: str = "") -> Aggregate:
    ret = seller.do(
        "ReceivePaymentAdd",
        f"{AMES}<RefNumber>1234</RefNumber><TotalAmount>{amount}</TotalAmount>{more}<IsAutoApply>false</IsAutoApply>",
    )
    assert isinstance(ret, Aggregate)
    return ret


def receipt(seller: Any) -> Aggregate:
    line = "<SalesReceiptLineAdd><ItemRef><FullName>Labor</FullName></ItemRef></SalesReceiptLineAdd>"
    ret = seller.do("SalesReceiptAdd", AMES + line)
    assert isinstance(ret, Aggregate)
    return ret


def take(*payments: Aggregate) -> str:
    lines = (f"<PaymentTxnID>{one.text('TxnID')}</PaymentTxnID>" for one in payments)
    return CHECKING + "".join(f"<DepositLineAdd>{line}</DepositLineAdd>" for line in lines)


def waiting(seller: Any) -> list[tuple[str, str, str]]:
    return [
        (ret.text("TxnType"), ret.text("TxnID"), ret.text("Amount"))
        for ret in seller.query("ReceivePaymentToDepositQuery", "")
    ]


def test_a_deposit_needs_a_line(seller: Any) -> None:
    assert seller.ask("DepositAdd", CHECKING)[:2] == (
        3150,
        'There is a missing element: "DepositLineAdd".',
    )


def test_payments_and_receipts_wait_until_they_are_deposited(seller: Any) -> None:
    assert waiting(seller) == []
    paid, sold = payment(seller), receipt(seller)
    assert waiting(seller) == [
        ("ReceivePayment", paid.text("TxnID"), "80.00"),
        ("SalesReceipt", sold.text("TxnID"), "40.00"),
    ]
    deposit = seller.do("DepositAdd", take(paid, sold))
    assert deposit.text("DepositTotal") == "120.00"
    first, second = deposit.children("DepositLineRet")
    assert [first.text(name) for name in ("TxnType", "TxnID", "CheckNumber", "Amount")] == [
        "ReceivePayment",
        paid.text("TxnID"),
        "1234",
        "80.00",
    ]
    assert first.child("EntityRef").text("FullName") == "Ames"
    assert second.child("AccountRef").text("FullName") == "Undeposited Funds"
    assert waiting(seller) == []
    assert seller.balance("Account", "Undeposited Funds") == "0.00"
    assert seller.balance("Account", "Checking") == "120.00"


def test_nothing_is_deposited_twice(seller: Any) -> None:
    paid = payment(seller)
    assert seller.ask("DepositAdd", take(paid, paid))[0] == 3120
    deposit = seller.do("DepositAdd", take(paid))
    assert seller.ask("DepositAdd", take(paid))[0] == 3120
    assert seller.delete(paid, "ReceivePayment") == 3175
    assert seller.ask("ReceivePaymentMod", seller.head(paid) + "<TotalAmount>90.00</TotalAmount>")[0] == 3175
    assert seller.mod(paid, "ReceivePayment", "<Memo>fine</Memo>").text("Memo") == "fine"
    assert seller.delete(deposit, "Deposit") == 0
    assert [one[1] for one in waiting(seller)] == [paid.text("TxnID")]
    assert seller.delete(paid, "ReceivePayment") == 0


def test_what_is_not_in_undeposited_funds_is_not_found(seller: Any) -> None:
    elsewhere = payment(seller, more="<DepositToAccountRef><FullName>Savings</FullName></DepositToAccountRef>")
    assert seller.ask("DepositAdd", take(elsewhere))[0] == 3120
    assert seller.ask("DepositAdd", take(Aggregate([("TxnID", "no id")])))[0] == 3000


def test_other_money_and_cash_back(seller: Any) -> None:
    back = (
        "<CashBackInfoAdd><AccountRef><FullName>Savings</FullName></AccountRef><Amount>20.00</Amount></CashBackInfoAdd>"
    )
    other = (
        "<DepositLineAdd><EntityRef><FullName>Ames</FullName></EntityRef><AccountRef><FullName>Sales</FullName>"
        "</AccountRef><Memo>Scrap</Memo><Amount>50.00</Amount></DepositLineAdd>"
    )
    deposit = seller.do("DepositAdd", CHECKING + back + other)
    assert deposit.text("DepositTotal") == "30.00"
    assert deposit.child("CashBackInfoRet").text("Amount") == "20.00"
    assert [seller.balance("Account", name) for name in ("Checking", "Savings", "Sales")] == [
        "30.00",
        "20.00",
        "50.00",
    ]
    too_much = CHECKING + back + other.replace("50.00", "10.00")
    assert seller.ask("DepositAdd", too_much)[0] == 3210


def test_a_change_of_the_lines(seller: Any) -> None:
    paid, other = payment(seller), payment(seller, "15.00")
    deposit = seller.do("DepositAdd", take(paid))
    line = deposit.children("DepositLineRet")[0].text("TxnLineID")
    keep = f"<DepositLineMod><TxnLineID>{line}</TxnLineID></DepositLineMod>"

    def more(line_id: str) -> str:
        payment_id = f"<PaymentTxnID>{other.text('TxnID')}</PaymentTxnID>"
        return f"<DepositLineMod><TxnLineID>{line_id}</TxnLineID>{payment_id}</DepositLineMod>"

    changed = seller.mod(deposit, "Deposit", keep + more("-1"))
    assert changed.text("DepositTotal") == "95.00"
    assert waiting(seller) == []
    changed = seller.mod(changed, "Deposit", more(changed.children("DepositLineRet")[1].text("TxnLineID")))
    assert changed.text("DepositTotal") == "15.00"
    assert [one[1] for one in waiting(seller)] == [paid.text("TxnID")]


def test_a_change_of_the_cash_back(seller: Any) -> None:
    back = "<CashBackInfo{0}>{1}<Amount>{2}</Amount></CashBackInfo{0}>"
    account = "<AccountRef><FullName>Savings</FullName></AccountRef>"
    made = take(payment(seller)).replace("<DepositLineAdd>", back.format("Add", account, "20.00") + "<DepositLineAdd>")
    deposit = seller.do("DepositAdd", made)
    assert deposit.text("DepositTotal") == "60.00"
    changed = seller.mod(deposit, "Deposit", back.format("Mod", "", "25.00"))
    assert changed.text("DepositTotal") == "55.00"
    assert seller.balance("Account", "Savings") == "25.00"
