"""Invoices, sales receipts, credit memos and charges: defaults, lines, totals, tax, and what they enter."""

from typing import Any

import pytest

from qbconnector.qbxml import Aggregate


def customer(name: str) -> str:
    return f"<CustomerRef><FullName>{name}</FullName></CustomerRef>"


def line(item: str, more: str = "", kind: str = "Invoice") -> str:
    return f"<{kind}LineAdd><ItemRef><FullName>{item}</FullName></ItemRef>{more}</{kind}LineAdd>"


def quantity(number: str) -> str:
    return f"<Quantity>{number}</Quantity>"


def lines(ret: Aggregate, kind: str = "Invoice") -> list[Aggregate]:
    return ret.children(f"{kind}LineRet")


def amounts(ret: Aggregate, kind: str = "Invoice") -> list[str]:
    return [one.text("Amount") for one in lines(ret, kind)]


def test_an_invoice_takes_what_it_does_not_say_from_the_customer(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", customer("Ames") + "<TxnDate>2026-03-01</TxnDate>" + line("Labor"))
    assert invoice.child("BillAddress").text("City") == "Marlow"
    assert invoice.child("BillAddressBlock").text("Addr2") == "Marlow, OH 44000"
    assert invoice.child("TermsRef").text("FullName") == "Early"
    assert invoice.child("ItemSalesTaxRef").text("FullName") == "State tax"
    assert invoice.child("CustomerSalesTaxCodeRef").text("FullName") == "Tax"
    assert invoice.child("ARAccountRef").text("FullName") == "Receivables"
    assert (invoice.text("DueDate"), invoice.text("ShipDate")) == ("2026-03-31", "2026-03-01")
    assert (invoice.text("SuggestedDiscountDate"), invoice.text("SuggestedDiscountAmount")) == (
        "2026-03-11",
        "0.80",
    )
    assert [invoice.text(name) for name in ("IsPending", "IsFinanceCharge", "IsPaid", "IsToBeEmailed")] == ["false"] * 4


def test_a_job_takes_what_it_does_not_say_from_its_customer(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", customer("Ames:Roof") + line("Labor"))
    assert invoice.child("TermsRef").text("FullName") == "Early"
    assert invoice.child("ItemSalesTaxRef").text("FullName") == "State tax"


def test_a_line_takes_text_rate_and_tax_code_from_its_item(seller: Any) -> None:
    (made,) = lines(seller.do("InvoiceAdd", customer("Ames") + line("Labor", quantity("2.5"))))
    assert (made.text("Desc"), made.text("Rate"), made.text("Amount")) == ("By the hour", "40.00", "100.00")
    assert (made.child("SalesTaxCodeRef") or Aggregate()).text("FullName") == "Non"


@pytest.mark.parametrize(
    ("given", "rate", "amount"),
    [
        ("<Rate>12.345</Rate>", "12.345", "12.35"),
        ("<Quantity>3</Quantity><Rate>0.005</Rate>", "0.005", "0.02"),
        ("<Quantity>3</Quantity><Amount>10.00</Amount>", "3.33333", "10.00"),
        ("<Amount>7.00</Amount>", "7.00", "7.00"),
        ("<Quantity>2</Quantity><Rate>5.00</Rate><Amount>11.00</Amount>", "5.50", "11.00"),
        ("<Quantity>0</Quantity>", "40.00", "0.00"),
        ("<Quantity>-1</Quantity><Rate>1</Rate>", "1.00", "-1.00"),
    ],
)
def test_rate_and_amount_follow_from_each_other(seller: Any, given: str, rate: str, amount: str) -> None:
    made = lines(seller.do("InvoiceAdd", customer("Ames") + line("Labor", given) + line("Labor")))[0]
    assert (made.text("Rate"), made.text("Amount")) == (rate, amount)


def test_a_text_between_the_lines_costs_nothing(seller: Any) -> None:
    text = "<InvoiceLineAdd><Desc>For the barn</Desc></InvoiceLineAdd>"
    invoice = seller.do("InvoiceAdd", customer("Ames") + text + line("Labor"))
    assert lines(invoice)[0].text("Desc") == "For the barn"
    assert invoice.text("Subtotal") == "40.00"


def test_an_amount_needs_an_item(seller: Any) -> None:
    text = "<InvoiceLineAdd><Amount>5.00</Amount></InvoiceLineAdd>"
    assert seller.ask("InvoiceAdd", customer("Ames") + text)[:2] == (
        3150,
        'There is a missing element: "ItemRef".',
    )


def test_subtotals_and_percentages(seller: Any) -> None:
    invoice = seller.do(
        "InvoiceAdd",
        customer("Exempt")
        + line("Labor", quantity("2"))
        + line("Labor")
        + line("Sum")
        + line("Rebate")
        + line("Sum")
        + line("Labor")
        + line("Rebate", "<Amount>5.00</Amount>")
        + line("Sum")
        + line("Sum"),
    )
    expected = ["80.00", "40.00", "120.00", "-12.00", "108.00", "40.00", "-5.00", "35.00", "143.00"]
    assert amounts(invoice) == expected
    assert lines(invoice)[3].text("RatePercent") == "-10.00"
    assert invoice.text("BalanceRemaining") == "143.00"
    assert seller.balance("Account", "Discounts") == "-17.00"


def test_a_group_becomes_its_members(seller: Any) -> None:
    group = "<InvoiceLineGroupAdd><ItemGroupRef><FullName>Door</FullName></ItemGroupRef>{}</InvoiceLineGroupAdd>"
    invoice = seller.do("InvoiceAdd", customer("Ames") + group.format(quantity("2")))
    (made,) = invoice.children("InvoiceLineGroupRet")
    assert (made.text("Desc"), made.text("TotalAmount")) == ("A door, hung", "195.00")
    assert made.text("IsPrintItemsInGroup") == "true"
    assert [(one.text("Quantity"), one.text("Amount")) for one in lines(made)] == [
        ("6", "75.00"),
        ("3", "120.00"),
    ]
    assert (invoice.text("Subtotal"), invoice.text("SalesTaxTotal")) == ("195.00", "5.44")
    changed = (
        f"<InvoiceLineGroupMod><TxnLineID>{made.text('TxnLineID')}</TxnLineID>{quantity('1')}</InvoiceLineGroupMod>"
    )
    invoice = seller.mod(invoice, "Invoice", changed)
    assert invoice.children("InvoiceLineGroupRet")[0].text("TotalAmount") == "97.50"
    assert seller.balance("ItemInventory", "Hinge", "QuantityOnHand") == "17"


def test_a_price_level_lowers_what_the_customer_pays(seller: Any) -> None:
    level = "<PriceLevelRef><FullName>Friends</FullName></PriceLevelRef>"
    own = seller.do("InvoiceAdd", customer("Friend") + line("Hinge") + line("Hinge", "<Rate>20.00</Rate>"))
    assert [one.text("Rate") for one in lines(own)] == ["11.25", "20.00"]
    asked = seller.do("InvoiceAdd", customer("Ames") + line("Hinge", quantity("2") + level))
    assert amounts(asked) == ["22.50"]


def test_what_was_paid_already_is_taken_off_and_waits_to_be_deposited(seller: Any) -> None:
    paid = line("Paid", "<Amount>15.00</Amount>")
    invoice = seller.do("InvoiceAdd", customer("Exempt") + line("Labor") + paid)
    assert (invoice.text("Subtotal"), invoice.text("BalanceRemaining")) == ("40.00", "25.00")
    assert seller.balance("Account", "Undeposited Funds") == "15.00"


def test_goods_leave_the_stock_at_average_cost_and_come_back(seller: Any) -> None:
    seller.do("InvoiceAdd", customer("Exempt") + line("Hinge", quantity("3")))
    assert seller.balance("ItemInventory", "Hinge", "QuantityOnHand") == "17"
    assert seller.balance("Account", "Goods") == "15.00"
    assert seller.balance("Account", "Stock") == "85.00"
    memo = seller.do("CreditMemoAdd", customer("Exempt") + line("Hinge", quantity("1"), "CreditMemo"))
    assert (memo.text("TotalAmount"), memo.text("CreditRemaining")) == ("12.50", "12.50")
    assert seller.balance("Account", "Stock") == "90.00"
    assert seller.balance("Customer", "Exempt") == "25.00"


def test_a_sales_receipt_waits_in_undeposited_funds(seller: Any) -> None:
    receipt = seller.do("SalesReceiptAdd", customer("Ames") + line("Hinge", quantity("4"), "SalesReceipt"))
    assert receipt.child("DepositToAccountRef").text("FullName") == "Undeposited Funds"
    assert (receipt.text("Subtotal"), receipt.text("TotalAmount")) == ("50.00", "53.63")
    assert seller.balance("Account", "Undeposited Funds") == "53.63"
    assert seller.balance("Customer", "Ames") == "0.00"


def test_a_sales_receipt_needs_no_customer(seller: Any) -> None:
    receipt = seller.do("SalesReceiptAdd", line("Labor", kind="SalesReceipt"))
    assert receipt.text("TotalAmount") == "40.00"


def test_pending_posts_nothing_until_it_is_not(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", customer("Exempt") + "<IsPending>true</IsPending>" + line("Labor"))
    assert (invoice.text("IsPaid"), invoice.text("BalanceRemaining")) == ("false", "40.00")
    assert seller.balance("Customer", "Exempt") == "0.00"
    seller.mod(invoice, "Invoice", "<IsPending>false</IsPending>")
    assert seller.balance("Customer", "Exempt") == "40.00"


def test_numbers_go_on_from_the_last(seller: Any) -> None:
    def number(more: str = "") -> str:
        return str(seller.do("InvoiceAdd", customer("Ames") + more + line("Labor")).text("RefNumber"))

    assert number() == "1"
    assert number("<RefNumber>2041</RefNumber>") == "2041"
    assert number() == "2042"
    assert number("<RefNumber></RefNumber>") == ""
    assert number("<RefNumber>A7</RefNumber>") == "A7"
    assert number() == "2043"


def test_terms_that_name_a_day_of_the_month(seller: Any) -> None:
    def due(date: str) -> str:
        terms = "<TermsRef><FullName>The 31st</FullName></TermsRef>"
        head = f"{customer('Exempt')}<TxnDate>{date}</TxnDate>{terms}"
        return str(seller.do("InvoiceAdd", head + line("Labor")).text("DueDate"))

    assert due("2026-01-10") == "2026-01-31"
    assert due("2026-01-27") == "2026-02-28"
    assert due("2026-12-31") == "2027-01-31"


def test_a_change_recomputes_what_follows(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", customer("Ames") + line("Labor") + line("Hinge", quantity("2")))
    ids = [one.text("TxnLineID") for one in lines(invoice)]
    changed = seller.mod(
        invoice,
        "Invoice",
        "<TxnDate>2026-02-01</TxnDate>"
        f"<InvoiceLineMod><TxnLineID>{ids[1]}</TxnLineID>{quantity('4')}</InvoiceLineMod>"
        "<InvoiceLineMod><TxnLineID>-1</TxnLineID><ItemRef><FullName>Labor</FullName></ItemRef></InvoiceLineMod>",
    )
    assert amounts(changed) == ["50.00", "40.00"]
    assert lines(changed)[0].text("TxnLineID") == ids[1]
    assert (changed.text("Subtotal"), changed.text("SalesTaxTotal")) == ("90.00", "3.63")
    assert changed.text("DueDate") == "2026-03-03"
    assert seller.balance("Account", "Receivables") == "93.63"
    assert seller.balance("ItemInventory", "Hinge", "QuantityOnHand") == "16"


def test_an_account_of_its_own_survives_a_change(seller: Any) -> None:
    other = "<OverrideItemAccountRef><FullName>Discounts</FullName></OverrideItemAccountRef>"
    invoice = seller.do("InvoiceAdd", customer("Exempt") + line("Labor", other))
    seller.mod(invoice, "Invoice", "<Memo>again</Memo>")
    assert seller.balance("Account", "Discounts") == "40.00"


def test_void_and_delete_give_everything_back(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", customer("Ames") + line("Hinge", quantity("2")))
    assert seller.void(invoice, "Invoice") == 0
    voided = seller.txn(invoice, "Invoice")
    assert (voided.text("Subtotal"), voided.text("IsPaid"), voided.text("Memo")) == ("0.00", "true", "VOID:")
    receipt = seller.do("SalesReceiptAdd", customer("Ames") + line("Hinge", quantity("2"), "SalesReceipt"))
    assert seller.delete(receipt, "SalesReceipt") == 0
    assert seller.balance("Customer", "Ames") == "0.00"
    assert seller.balance("ItemInventory", "Hinge", "QuantityOnHand") == "20"
    assert seller.balance("Account", "Sales") == "0.00"
    assert seller.balance("Account", "Sales Tax Payable") == "0.00"


def test_a_change_of_what_is_void_posts_nothing(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", customer("Ames") + line("Hinge", quantity("2")))
    assert seller.void(invoice, "Invoice") == 0
    changed = seller.mod(seller.txn(invoice, "Invoice"), "Invoice", "<Memo>VOID: twice</Memo>")
    assert changed.text("BalanceRemaining") == "0.00"
    assert seller.balance("ItemInventory", "Hinge", "QuantityOnHand") == "20"


def test_an_invoice_needs_lines_and_must_not_be_negative(seller: Any) -> None:
    assert seller.ask("InvoiceAdd", customer("Ames"))[:2] == (
        3150,
        'There is a missing element: "InvoiceLineAdd".',
    )
    code, message, _ = seller.ask("InvoiceAdd", customer("Ames") + line("Labor", quantity("-1")))
    assert code == 3180
    assert message.endswith("Transaction amount must be positive.")


def test_a_statement_charge(seller: Any) -> None:
    charge = seller.do("ChargeAdd", customer("Ames") + "<ItemRef><FullName>Labor</FullName></ItemRef>" + quantity("2"))
    assert [charge.text(name) for name in ("Rate", "Amount", "BalanceRemaining", "IsPaid", "Desc")] == [
        "40.00",
        "80.00",
        "80.00",
        "false",
        "By the hour",
    ]
    assert seller.balance("Customer", "Ames") == "80.00"


def test_an_estimate_and_an_order_post_nothing(seller: Any) -> None:
    estimate = seller.do("EstimateAdd", customer("Ames") + line("Hinge", quantity("2"), "Estimate"))
    assert (estimate.text("Subtotal"), estimate.text("TotalAmount")) == ("25.00", "26.81")
    order = seller.do("SalesOrderAdd", customer("Ames") + line("Hinge", quantity("2"), "SalesOrder"))
    assert [order.text(name) for name in ("TotalAmount", "IsFullyInvoiced", "IsManuallyClosed")] == [
        "26.81",
        "false",
        "false",
    ]
    assert lines(order, "SalesOrder")[0].text("Invoiced") == "0"
    assert seller.balance("Customer", "Ames") == "0.00"
    assert seller.balance("ItemInventory", "Hinge", "QuantityOnHand") == "20"


def test_an_invoice_takes_the_lines_of_an_order(seller: Any) -> None:
    group = "<SalesOrderLineGroupAdd><ItemGroupRef><FullName>Door</FullName></ItemGroupRef></SalesOrderLineGroupAdd>"
    order = seller.do(
        "SalesOrderAdd", customer("Ames") + line("Hinge", quantity("2") + "<Rate>11.00</Rate>", "SalesOrder") + group
    )
    link = f"<LinkToTxnID>{order.text('TxnID')}</LinkToTxnID>"
    invoice = seller.do("InvoiceAdd", customer("Ames") + link + line("Labor"))
    assert amounts(invoice) == ["40.00", "22.00"]
    (made,) = invoice.children("InvoiceLineGroupRet")
    assert made.text("TotalAmount") == "97.50"
    known = {one.text("TxnLineID") for one in [*lines(order, "SalesOrder"), *lines(invoice), *lines(made)]}
    assert len(known) == 5
    assert seller.balance("ItemInventory", "Hinge", "QuantityOnHand") == "15"
    assert seller.ask("InvoiceAdd", customer("Exempt") + link)[0] == 3120
    assert seller.ask("InvoiceAdd", customer("Ames") + "<LinkToTxnID>none</LinkToTxnID>")[0] == 3000


def test_a_line_takes_what_it_does_not_say_from_the_line_of_an_estimate(seller: Any) -> None:
    estimate = seller.do(
        "EstimateAdd", customer("Ames") + line("Hinge", quantity("4") + "<Rate>11.00</Rate>", "Estimate")
    )
    txn_id, line_id = estimate.text("TxnID"), lines(estimate, "Estimate")[0].text("TxnLineID")

    def linked(more: str, line_id: str = line_id) -> str:
        link = f"<LinkToTxn><TxnID>{txn_id}</TxnID><TxnLineID>{line_id}</TxnLineID></LinkToTxn>"
        return customer("Ames") + f"<InvoiceLineAdd>{more}{link}</InvoiceLineAdd>"

    assert amounts(seller.do("InvoiceAdd", linked(""))) == ["44.00"]
    (made,) = lines(seller.do("InvoiceAdd", linked(quantity("1"))))
    assert (made.text("Rate"), made.text("Amount"), made.text("Desc")) == ("11.00", "11.00", "A hinge")
    assert seller.ask("InvoiceAdd", linked("", "1-1700000000"))[0] == 3120
