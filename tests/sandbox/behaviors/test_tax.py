"""Sales tax: rates, groups, who is exempt, and whom it is owed to."""

from typing import Any


def sale(customer: str, *lines: tuple[str, str], more: str = "") -> str:
    text = f"<CustomerRef><FullName>{customer}</FullName></CustomerRef>{more}"
    for item, rest in lines:
        text += f"<InvoiceLineAdd><ItemRef><FullName>{item}</FullName></ItemRef>{rest}</InvoiceLineAdd>"
    return text


def test_only_what_is_taxable_is_taxed(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", sale("Ames", ("Labor", ""), ("Hinge", "<Amount>100.00</Amount>")))
    assert [invoice.text(name) for name in ("Subtotal", "SalesTaxPercentage", "SalesTaxTotal")] == [
        "140.00",
        "7.25",
        "7.25",
    ]
    assert invoice.text("BalanceRemaining") == "147.25"
    assert seller.balance("Account", "Sales Tax Payable") == "7.25"


def test_every_tax_of_a_group_is_rounded_by_itself(seller: Any) -> None:
    line = ("Hinge", "<Amount>10.30</Amount>")
    invoice = seller.do("InvoiceAdd", sale("Friend", line))
    assert (invoice.text("SalesTaxPercentage"), invoice.text("SalesTaxTotal")) == ("8.35", "0.86")
    many = seller.do("InvoiceAdd", sale("Friend", ("Hinge", "<Amount>10.40</Amount>")))
    assert many.text("SalesTaxTotal") == "0.86"


def test_a_customer_who_pays_no_tax(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", sale("Exempt", ("Hinge", "")))
    (line,) = invoice.children("InvoiceLineRet")
    assert line.child("SalesTaxCodeRef").text("FullName") == "Non"
    assert (invoice.text("SalesTaxTotal"), invoice.text("BalanceRemaining")) == ("0.00", "12.50")


def test_a_taxable_discount_lowers_the_tax(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", sale("Ames", ("Hinge", "<Amount>100.00</Amount>"), ("Rebate", "")))
    assert (invoice.text("Subtotal"), invoice.text("SalesTaxTotal")) == ("90.00", "6.53")


def test_a_tax_among_the_lines(seller: Any) -> None:
    none = "<CustomerSalesTaxCodeRef><FullName>Non</FullName></CustomerSalesTaxCodeRef>"
    lines = (("Hinge", "<Amount>100.00</Amount>"), ("Both taxes", ""))
    invoice = seller.do("InvoiceAdd", sale("Ames", *lines, more=none))
    assert invoice.text("Subtotal") == "108.35"
    assert invoice.text("SalesTaxTotal") == "0.00"
    assert seller.balance("Account", "Sales Tax Payable") == "8.35"


def test_a_change_of_the_tax(seller: Any) -> None:
    invoice = seller.do("InvoiceAdd", sale("Ames", ("Hinge", "<Amount>100.00</Amount>")))
    tax = "<ItemSalesTaxRef><FullName>County tax</FullName></ItemSalesTaxRef>"
    assert seller.mod(invoice, "Invoice", tax).text("SalesTaxTotal") == "1.10"
    assert seller.balance("Account", "Sales Tax Payable") == "1.10"
