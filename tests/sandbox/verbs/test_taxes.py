"""SalesTaxPayableQuery: what is owed to whom."""

from tests.sandbox.conftest import Ask

SALE = """
<VendorAddRq><VendorAdd><Name>State</Name></VendorAdd></VendorAddRq>
<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>State Tax</Name><TaxRate>10</TaxRate>
<TaxVendorRef><FullName>State</FullName></TaxVendorRef></ItemSalesTaxAdd></ItemSalesTaxAddRq>
<AccountAddRq><AccountAdd><Name>Sales</Name><AccountType>Income</AccountType></AccountAdd></AccountAddRq>
<ItemNonInventoryAddRq><ItemNonInventoryAdd><Name>Paint</Name><SalesOrPurchase><Price>20.00</Price>
<AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase></ItemNonInventoryAdd></ItemNonInventoryAddRq>
<CustomerAddRq><CustomerAdd><Name>Fern</Name><ItemSalesTaxRef><FullName>State Tax</FullName></ItemSalesTaxRef>
</CustomerAdd></CustomerAddRq>
<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Fern</FullName></CustomerRef><TxnDate>2026-03-01</TxnDate>
<InvoiceLineAdd><ItemRef><FullName>Paint</FullName></ItemRef><Quantity>3</Quantity></InvoiceLineAdd></InvoiceAdd>
</InvoiceAddRq>
"""


def test_what_is_owed_is_shown_by_vendor_and_tax(ask: Ask) -> None:
    assert set(ask(SALE).codes) == {0}
    ret = ask("<SalesTaxPayableQueryRq/>").ret()
    payee, line = ret.child("PayeeEntityRef"), ret.child("SalesTaxPayableLineRet")
    assert payee is not None
    assert line is not None
    tax = line.child("ItemSalesTaxRef")
    assert tax is not None
    assert (payee.text("FullName"), tax.text("FullName")) == ("State", "State Tax")
    assert (ret.text("Amount"), line.text("Amount")) == ("6.00", "6.00")


def test_a_day_before_the_sale_nothing_is_owed(ask: Ask) -> None:
    assert ask("<SalesTaxPayableQueryRq/>").codes == [1]
    ask(SALE)
    assert ask("<SalesTaxPayableQueryRq><AsOfDate>2026-02-28</AsOfDate></SalesTaxPayableQueryRq>").codes == [1]
