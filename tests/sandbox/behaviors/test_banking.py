"""Checks, card charges and credits, transfers and cleared statuses."""

from typing import Any

import pytest

CHECKING = "<AccountRef><FullName>Checking</FullName></AccountRef>"
BAKER = "<CustomerRef><FullName>Baker</FullName></CustomerRef>"
CARD = "<AccountRef><FullName>Card</FullName></AccountRef>"


def payee(name: str) -> str:
    return f"<PayeeEntityRef><FullName>{name}</FullName></PayeeEntityRef>"


def expense(account: str, amount: str, more: str = "") -> str:
    return (
        f"<ExpenseLineAdd><AccountRef><FullName>{account}</FullName></AccountRef><Amount>{amount}</Amount>{more}"
        "</ExpenseLineAdd>"
    )


def bolts(quantity: str) -> str:
    return f"<ItemLineAdd><ItemRef><FullName>Bolt</FullName></ItemRef><Quantity>{quantity}</Quantity></ItemLineAdd>"


def test_a_check_pays_its_lines(buyer: Any) -> None:
    check = buyer.do("CheckAdd", CHECKING + payee("Mill") + expense("Rent", "40.00") + bolts("2"))
    assert check.text("Amount") == "50.00"
    assert check.child("Address").text("Addr1") == "Mill Inc."
    assert check.child("AddressBlock").text("Addr2") == "Marlow, OH 44000"
    assert buyer.balance("Account", "Checking") == "-50.00"
    assert buyer.balance("Account", "Rent") == "40.00"
    assert buyer.balance("Account", "Stock") == "10.00"
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "2"
    assert buyer.balance("Vendor", "Mill") == "0.00"


def test_checks_are_numbered_by_account(buyer: Any) -> None:
    savings = CHECKING.replace("Checking", "Savings")
    sent = [
        (CHECKING + "<RefNumber>500</RefNumber>", "500"),
        (CHECKING, "501"),
        (savings, "1"),
        (CHECKING + "<RefNumber/>", ""),
        (CHECKING + "<RefNumber>A7</RefNumber>", "A7"),
        (CHECKING + "<IsToBePrinted>true</IsToBePrinted>", ""),
        (CHECKING + "<RefNumber>100</RefNumber>", "100"),
        (CHECKING, "502"),
    ]
    numbers = [buyer.do("CheckAdd", head + expense("Rent", "1.00")).text("RefNumber") for head, _ in sent]
    assert numbers == [number for _, number in sent]


def test_bill_payments_take_numbers_from_the_same_series(buyer: Any) -> None:
    buyer.do("CheckAdd", CHECKING + "<RefNumber>500</RefNumber>" + expense("Rent", "1.00"))
    bill = buyer.do("BillAdd", "<VendorRef><FullName>Mill</FullName></VendorRef>" + expense("Rent", "5.00"))
    bank = "<BankAccountRef><FullName>Checking</FullName></BankAccountRef><IsToBePrinted>false</IsToBePrinted>"
    applied = (
        f"<AppliedToTxnAdd><TxnID>{bill.text('TxnID')}</TxnID><PaymentAmount>5.00</PaymentAmount></AppliedToTxnAdd>"
    )
    assert buyer.do("BillPaymentCheckAdd", payee("Mill") + bank + applied).text("RefNumber") == "501"


def test_card_charges_and_credits_mirror_each_other(buyer: Any) -> None:
    charge = buyer.do("CreditCardChargeAdd", CARD + payee("Forge") + expense("Rent", "30.00"))
    assert charge.text("Amount") == "30.00"
    assert (buyer.balance("Account", "Card"), buyer.balance("Account", "Rent")) == ("30.00", "30.00")
    buyer.do("CreditCardCreditAdd", CARD + expense("Rent", "12.00"))
    assert (buyer.balance("Account", "Card"), buyer.balance("Account", "Rent")) == ("18.00", "18.00")
    charge = buyer.txn(charge, "CreditCardCharge")
    (line,) = charge.children("ExpenseLineRet")
    change = f"<ExpenseLineMod><TxnLineID>{line.text('TxnLineID')}</TxnLineID><Amount>20.00</Amount></ExpenseLineMod>"
    assert buyer.mod(charge, "CreditCardCharge", change).text("Amount") == "20.00"
    assert buyer.balance("Account", "Card") == "8.00"
    assert buyer.delete(charge, "CreditCardCharge") == 0
    assert buyer.balance("Account", "Card") == "-12.00"


def test_a_check_on_payables_settles_a_bill(buyer: Any) -> None:
    bill = buyer.do("BillAdd", "<VendorRef><FullName>Mill</FullName></VendorRef>" + expense("Rent", "70.00"))
    applied = f"<ApplyCheckToTxnAdd><TxnID>{bill.text('TxnID')}</TxnID><Amount>50.00</Amount></ApplyCheckToTxnAdd>"
    check = buyer.do("CheckAdd", CHECKING + payee("Mill") + applied + expense("Payables", "50.00"))
    assert buyer.balance("Vendor", "Mill") == "20.00"
    assert buyer.txn(bill, "Bill").text("OpenAmount") == "20.00"
    (link,) = buyer.txn(check, "Check").children("LinkedTxn")
    assert link.text("TxnID") == bill.text("TxnID")
    check = buyer.mod(check, "Check", "<Memo>Kept</Memo>")
    assert buyer.txn(bill, "Bill").text("OpenAmount") == "20.00"
    again = applied.replace("Add>", "Mod>").replace("50.00", "10.00")
    buyer.mod(check, "Check", again)
    assert buyer.txn(bill, "Bill").text("OpenAmount") == "60.00"
    assert buyer.void(check, "Check") == 0
    assert buyer.txn(bill, "Bill").text("OpenAmount") == "70.00"


def test_a_check_pays_a_customers_credit_out(buyer: Any) -> None:
    credit = buyer.do(
        "CreditMemoAdd",
        "<CustomerRef><FullName>Baker</FullName></CustomerRef><CreditMemoLineAdd>"
        "<ItemRef><FullName>Mending</FullName></ItemRef></CreditMemoLineAdd>",
    )
    assert buyer.balance("Customer", "Baker") == "-40.00"
    applied = f"<ApplyCheckToTxnAdd><TxnID>{credit.text('TxnID')}</TxnID></ApplyCheckToTxnAdd>"
    buyer.do("CheckAdd", CHECKING + payee("Baker") + applied + expense("Receivables", "40.00"))
    assert buyer.balance("Customer", "Baker") == "0.00"
    assert buyer.txn(credit, "CreditMemo").text("CreditRemaining") == "0.00"


@pytest.mark.parametrize(
    ("amount", "line", "who", "code"),
    [
        ("70.01", "80.00", "Mill", 3210),
        ("60.00", "50.00", "Mill", 3210),
        ("0.00", "50.00", "Mill", 3210),
        ("50.00", "50.00", "Forge", 3120),
    ],
)
def test_checks_that_cannot_be_applied(buyer: Any, amount: str, line: str, who: str, code: int) -> None:
    bill = buyer.do("BillAdd", "<VendorRef><FullName>Mill</FullName></VendorRef>" + expense("Rent", "70.00"))
    applied = f"<ApplyCheckToTxnAdd><TxnID>{bill.text('TxnID')}</TxnID><Amount>{amount}</Amount></ApplyCheckToTxnAdd>"
    found, message, _ = buyer.ask("CheckAdd", CHECKING + payee(who) + applied + expense("Payables", line))
    assert found == code, message
    assert buyer.txn(bill, "Bill").text("OpenAmount") == "70.00"


@pytest.mark.parametrize(
    ("children", "code"),
    [
        (CARD + expense("Rent", "1.00"), 3210),
        (CHECKING + expense("Rent", "-1.00"), 3180),
        (CHECKING + expense("Receivables", "1.00"), 3140),
        (CHECKING + payee("Baker") + expense("Payables", "1.00"), 3140),
        (CHECKING + payee("Mill") + expense("Payables", "1.00") + expense("Receivables", "1.00", BAKER), 3180),
    ],
)
def test_checks_that_are_refused(buyer: Any, children: str, code: int) -> None:
    assert buyer.ask("CheckAdd", children)[0] == code
    assert buyer.balance("Account", "Checking") == "0.00"


def test_a_line_on_receivables_needs_a_customer(buyer: Any) -> None:
    _, message, _ = buyer.ask("CreditCardCreditAdd", CARD + expense("Receivables", "1.00"))
    assert message == (
        'There is an invalid reference to QuickBooks Customer "" in the CreditCardCredit.  '
        "QuickBooks error message: This line item requires a customer or job."
    )
    buyer.do("CreditCardCreditAdd", CARD + expense("Receivables", "1.00", BAKER))
    assert buyer.balance("Customer", "Baker") == "-1.00"


ENDS = (
    "<TransferFromAccountRef><FullName>{}</FullName></TransferFromAccountRef>"
    "<TransferToAccountRef><FullName>{}</FullName></TransferToAccountRef>"
)


def test_a_transfer_moves_money(buyer: Any) -> None:
    moved = buyer.do("TransferAdd", ENDS.format("Checking", "Savings") + "<Amount>25.00</Amount>")
    assert (buyer.balance("Account", "Checking"), buyer.balance("Account", "Savings")) == ("-25.00", "25.00")
    buyer.mod(moved, "Transfer", "<Amount>5.00</Amount>")
    assert (buyer.balance("Account", "Checking"), buyer.balance("Account", "Savings")) == ("-5.00", "5.00")


@pytest.mark.parametrize(
    ("children", "code"),
    [
        (ENDS.format("Checking", "Checking") + "<Amount>1.00</Amount>", 3210),
        (ENDS.format("Checking", "Savings"), 3150),
        ("<Amount>1.00</Amount>", 3150),
    ],
)
def test_transfers_that_are_refused(buyer: Any, children: str, code: int) -> None:
    assert buyer.ask("TransferAdd", children)[0] == code


def test_a_cleared_status_needs_its_transaction_and_line(buyer: Any) -> None:
    check = buyer.txn(buyer.do("CheckAdd", CHECKING + expense("Rent", "1.00")), "Check")
    (line,) = check.children("ExpenseLineRet")
    cleared = "<ClearedStatusModRq><ClearedStatusMod><TxnID>{}</TxnID>{}<ClearedStatus>Cleared</ClearedStatus>"
    asked = [
        (check.text("TxnID"), "", 0),
        (check.text("TxnID"), line.text("TxnLineID"), 0),
        (check.text("TxnID"), "FFFF-1700000000", 3120),
        ("FFFF-1700000000", "", 3120),
        ("nothing", "", 3000),
    ]
    lines = [(txn, f"<TxnLineID>{line_id}</TxnLineID>" if line_id else "") for txn, line_id, _ in asked]
    requests = "".join(f"{cleared.format(*one)}</ClearedStatusMod></ClearedStatusModRq>" for one in lines)
    assert buyer.codes(requests) == [code for _, _, code in asked]
