"""Bills, vendor credits and item receipts: lines, defaults, totals and what they enter in the books."""

from typing import Any

import pytest

MILL = "<VendorRef><FullName>Mill</FullName></VendorRef>"
FORGE = "<VendorRef><FullName>Forge</FullName></VendorRef>"
BAKER = "<CustomerRef><FullName>Baker</FullName></CustomerRef>"


def expense(account: str, amount: str, more: str = "") -> str:
    return (
        f"<ExpenseLineAdd><AccountRef><FullName>{account}</FullName></AccountRef><Amount>{amount}</Amount>{more}"
        "</ExpenseLineAdd>"
    )


def item(name: str, children: str = "") -> str:
    return f"<ItemLineAdd><ItemRef><FullName>{name}</FullName></ItemRef>{children}</ItemLineAdd>"


def bolts(quantity: str, cost: str) -> str:
    return item("Bolt", f"<Quantity>{quantity}</Quantity><Cost>{cost}</Cost>")


def test_a_bill_takes_address_terms_and_due_date_from_the_vendor(buyer: Any) -> None:
    bill = buyer.do("BillAdd", MILL + "<TxnDate>2026-03-01</TxnDate>" + expense("Rent", "120.00"))
    assert bill.child("VendorAddress").text("City") == "Marlow"
    assert bill.child("TermsRef").text("FullName") == "Three weeks"
    assert bill.text("DueDate") == "2026-03-22"
    assert (bill.text("AmountDue"), bill.text("OpenAmount"), bill.text("IsPaid")) == (
        "120.00",
        "120.00",
        "false",
    )
    assert bill.child("APAccountRef").text("FullName") == "Payables"
    assert buyer.balance("Account", "Payables") == "120.00"
    assert buyer.balance("Account", "Rent") == "120.00"
    assert buyer.balance("Vendor", "Mill") == "120.00"


def test_without_terms_a_bill_is_due_after_the_days_of_the_preferences(buyer: Any) -> None:
    bill = buyer.do("BillAdd", FORGE + "<TxnDate>2026-03-25</TxnDate>" + expense("Rent", "1.00"))
    assert bill.text("DueDate") == "2026-04-04"
    assert bill.child("TermsRef") is None


def test_a_mod_of_the_date_moves_the_due_date_unless_it_is_given(buyer: Any) -> None:
    bill = buyer.do("BillAdd", MILL + "<TxnDate>2026-03-01</TxnDate>" + expense("Rent", "1.00"))
    bill = buyer.mod(bill, "Bill", "<TxnDate>2026-03-02</TxnDate>")
    assert bill.text("DueDate") == "2026-03-23"
    bill = buyer.mod(bill, "Bill", "<TxnDate>2026-03-03</TxnDate><DueDate>2026-05-01</DueDate>")
    assert bill.text("DueDate") == "2026-05-01"


def test_another_vendor_brings_its_own_address_and_terms(buyer: Any) -> None:
    bill = buyer.do("BillAdd", MILL + expense("Rent", "10.00"))
    bill = buyer.mod(bill, "Bill", FORGE)
    assert bill.child("VendorAddress") is None
    assert bill.child("TermsRef") is None
    assert (buyer.balance("Vendor", "Mill"), buyer.balance("Vendor", "Forge")) == ("0.00", "10.00")


def test_item_lines_take_description_and_cost_from_the_item(buyer: Any) -> None:
    bill = buyer.do("BillAdd", MILL + item("Bolt", "<Quantity>3</Quantity>") + item("Mending"))
    bill = buyer.txn(bill, "Bill")
    bolt, mending = bill.children("ItemLineRet")
    assert (bolt.text("Desc"), bolt.text("Cost"), bolt.text("Amount")) == ("A bolt", "5.00", "15.00")
    assert (mending.text("Desc"), mending.text("Amount")) == ("Mended", "40.00")
    assert bill.text("AmountDue") == "55.00"
    assert buyer.balance("Account", "Stock") == "15.00"
    assert buyer.balance("Account", "Repairs") == "40.00"
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "3"
    assert buyer.balance("ItemInventory", "Bolt", "AverageCost") == "5.00"


@pytest.mark.parametrize(
    ("said", "cost", "amount"),
    [
        ("<Quantity>3</Quantity><Cost>1.005</Cost>", "1.005", "3.02"),
        ("<Quantity>4</Quantity><Amount>10.00</Amount>", "2.50", "10.00"),
        ("<Quantity>3</Quantity><Amount>10.00</Amount>", "3.33333", "10.00"),
        ("<Amount>7.00</Amount>", "", "7.00"),
        ("<Cost>6.00</Cost>", "6.00", "6.00"),
    ],
)
def test_cost_and_amount_follow_from_each_other(buyer: Any, said: str, cost: str, amount: str) -> None:
    bill = buyer.txn(buyer.do("BillAdd", MILL + item("Mending", said)), "Bill")
    (line,) = bill.children("ItemLineRet")
    assert (line.text("Cost"), line.text("Amount"), bill.text("AmountDue")) == (cost, amount, amount)


def test_an_override_account_survives_a_mod(buyer: Any) -> None:
    override = "<OverrideItemAccountRef><FullName>Rent</FullName></OverrideItemAccountRef>"
    bill = buyer.do("BillAdd", MILL + item("Mending", f"<Amount>9.00</Amount>{override}"))
    assert (buyer.balance("Account", "Rent"), buyer.balance("Account", "Repairs")) == ("9.00", "0.00")
    buyer.mod(bill, "Bill", "<Memo>Still the same</Memo>")
    assert (buyer.balance("Account", "Rent"), buyer.balance("Account", "Repairs")) == ("9.00", "0.00")


def test_a_group_is_written_out(buyer: Any) -> None:
    kit = "<ItemGroupRef><FullName>Kit</FullName></ItemGroupRef><Quantity>2</Quantity>"
    group = f"<ItemGroupLineAdd>{kit}</ItemGroupLineAdd>"
    bill = buyer.txn(buyer.do("BillAdd", MILL + group), "Bill")
    (line,) = bill.children("ItemGroupLineRet")
    assert (line.text("Desc"), line.text("TotalAmount"), bill.text("AmountDue")) == (
        "A kit",
        "80.00",
        "80.00",
    )
    assert [member.text("Quantity") for member in line.children("ItemLineRet")] == ["8", "1"]
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "8"


def test_lines_for_a_customer_are_billable(buyer: Any) -> None:
    not_billable = BAKER + "<BillableStatus>NotBillable</BillableStatus>"
    lines = expense("Rent", "1.00", BAKER) + expense("Rent", "1.00", not_billable) + expense("Rent", "1.00")
    bill = buyer.txn(buyer.do("BillAdd", MILL + lines), "Bill")
    assert [line.text("BillableStatus") for line in bill.children("ExpenseLineRet")] == [
        "Billable",
        "NotBillable",
        "",
    ]


def test_the_average_cost_of_two_purchases_is_what_a_sale_costs(buyer: Any) -> None:
    buyer.do("BillAdd", MILL + bolts("10", "5.00"))
    buyer.do("BillAdd", MILL + bolts("10", "7.00"))
    assert buyer.balance("ItemInventory", "Bolt", "AverageCost") == "6.00"
    buyer.do(
        "InvoiceAdd",
        BAKER + "<InvoiceLineAdd><ItemRef><FullName>Bolt</FullName></ItemRef><Quantity>5</Quantity></InvoiceLineAdd>",
    )
    assert buyer.balance("Account", "Goods") == "30.00"
    assert buyer.balance("Account", "Stock") == "90.00"
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "15"


def test_stock_that_goes_back_leaves_at_average_cost(buyer: Any) -> None:
    buyer.do("BillAdd", MILL + bolts("10", "5.00"))
    buyer.do("BillAdd", MILL + bolts("10", "7.00"))
    credit = buyer.do("VendorCreditAdd", MILL + bolts("4", "7.00"))
    assert (credit.text("CreditAmount"), credit.text("OpenAmount")) == ("28.00", "28.00")
    assert buyer.balance("Account", "Stock") == "96.00"
    assert buyer.balance("Account", "Goods") == "-4.00"
    assert buyer.balance("Vendor", "Mill") == "92.00"


def test_the_last_of_the_stock_takes_what_value_is_left(buyer: Any) -> None:
    buyer.do("BillAdd", MILL + item("Bolt", "<Quantity>3</Quantity><Amount>10.00</Amount>"))
    buyer.do(
        "VendorCreditAdd",
        MILL + item("Bolt", "<Quantity>1</Quantity>") + item("Bolt", "<Quantity>2</Quantity>"),
    )
    assert buyer.balance("Account", "Stock") == "0.00"
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "0"


def test_an_item_receipt_is_owed_and_not_to_be_paid(buyer: Any) -> None:
    receipt = buyer.do("ItemReceiptAdd", MILL + bolts("2", "5.00"))
    assert receipt.text("TotalAmount") == "10.00"
    assert buyer.balance("Vendor", "Mill") == "10.00"
    payee = "<PayeeEntityRef><FullName>Mill</FullName></PayeeEntityRef>"
    assert buyer.query("BillToPayQuery", payee) == []


def test_a_mod_replaces_the_lines_it_names(buyer: Any) -> None:
    bill = buyer.txn(buyer.do("BillAdd", MILL + expense("Rent", "5.00") + bolts("2", "5.00")), "Bill")
    (line,) = bill.children("ItemLineRet")
    change = (
        f"<ItemLineMod><TxnLineID>{line.text('TxnLineID')}</TxnLineID><Quantity>3</Quantity></ItemLineMod>"
        "<ItemLineMod><TxnLineID>-1</TxnLineID><ItemRef><FullName>Mending</FullName></ItemRef></ItemLineMod>"
    )
    assert buyer.mod(bill, "Bill", change).text("AmountDue") == "60.00"
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "3"
    bill = buyer.txn(bill, "Bill")
    bill = buyer.mod(bill, "Bill", "<ClearItemLines>true</ClearItemLines>")
    assert bill.text("AmountDue") == "5.00"
    assert buyer.balance("Account", "Stock") == "0.00"


@pytest.mark.parametrize("undo", ["delete", "void"])
def test_undone_purchases_leave_nothing_in_the_books(buyer: Any, undo: str) -> None:
    bill = buyer.do("BillAdd", MILL + expense("Rent", "3.00") + bolts("2", "5.00"))
    credit = buyer.do("VendorCreditAdd", MILL + expense("Rent", "1.00"))
    assert getattr(buyer, undo)(bill, "Bill") == 0
    assert getattr(buyer, undo)(credit, "VendorCredit") == 0
    for account in ("Payables", "Stock", "Rent"):
        assert buyer.balance("Account", account) == "0.00"
    assert buyer.balance("Vendor", "Mill") == "0.00"
    assert buyer.balance("ItemInventory", "Bolt", "QuantityOnHand") == "0"


@pytest.mark.parametrize(
    ("children", "code"),
    [
        (MILL + expense("Rent", "-5.00"), 3180),
        (MILL + "<APAccountRef><FullName>Rent</FullName></APAccountRef>" + expense("Rent", "5.00"), 3210),
        (MILL + "<ExpenseLineAdd><Amount>5.00</Amount></ExpenseLineAdd>", 3150),
        (MILL + "<ItemLineAdd><Amount>5.00</Amount></ItemLineAdd>", 3150),
        (MILL + expense("Nothing", "5.00"), 3140),
        (MILL + expense("Receivables", "5.00"), 3140),
        (MILL + expense("Receivables", "5.00", BAKER), 3180),
        ("<VendorRef><FullName>Baker</FullName></VendorRef>" + expense("Rent", "5.00"), 3140),
    ],
)
def test_what_is_refused_changes_nothing(buyer: Any, children: str, code: int) -> None:
    found, message, _ = buyer.ask("BillAdd", children)
    assert (found, message.endswith(".") or code == 3210) == (code, True), message
    assert buyer.balance("Account", "Payables") == "0.00"
