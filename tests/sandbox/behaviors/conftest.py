"""A company that buys: accounts, vendors and items, and short ways to ask for what the tests compare."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qbconnector.qbxml import Aggregate
from qbconnector.sandbox.company import Company

LISTS = """
<AccountAddRq><AccountAdd><Name>Checking</Name><AccountType>Bank</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Savings</Name><AccountType>Bank</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Card</Name><AccountType>CreditCard</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Stock</Name><AccountType>OtherCurrentAsset</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Sales</Name><AccountType>Income</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Discounts</Name><AccountType>Income</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Goods</Name><AccountType>CostOfGoodsSold</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Rent</Name><AccountType>Expense</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Repairs</Name><AccountType>Expense</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Receivables</Name><AccountType>AccountsReceivable</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Payables</Name><AccountType>AccountsPayable</AccountType></AccountAdd></AccountAddRq>
<StandardTermsAddRq><StandardTermsAdd><Name>Three weeks</Name><StdDueDays>21</StdDueDays></StandardTermsAdd>
</StandardTermsAddRq>
<VendorAddRq><VendorAdd><Name>Mill</Name><VendorAddress><Addr1>Mill Inc.</Addr1><City>Marlow</City><State>OH</State>
<PostalCode>44000</PostalCode></VendorAddress><TermsRef><FullName>Three weeks</FullName></TermsRef></VendorAdd>
</VendorAddRq>
<VendorAddRq><VendorAdd><Name>Forge</Name></VendorAdd></VendorAddRq>
<CustomerAddRq><CustomerAdd><Name>Baker</Name></CustomerAdd></CustomerAddRq>
<ItemInventoryAddRq><ItemInventoryAdd><Name>Bolt</Name><SalesPrice>9.00</SalesPrice>
<IncomeAccountRef><FullName>Sales</FullName></IncomeAccountRef><PurchaseDesc>A bolt</PurchaseDesc>
<PurchaseCost>5.00</PurchaseCost><COGSAccountRef><FullName>Goods</FullName></COGSAccountRef>
<AssetAccountRef><FullName>Stock</FullName></AssetAccountRef></ItemInventoryAdd></ItemInventoryAddRq>
<ItemServiceAddRq><ItemServiceAdd><Name>Mending</Name><SalesOrPurchase><Desc>Mended</Desc><Price>40.00</Price>
<AccountRef><FullName>Repairs</FullName></AccountRef></SalesOrPurchase></ItemServiceAdd></ItemServiceAddRq>
<ItemGroupAddRq><ItemGroupAdd><Name>Kit</Name><ItemDesc>A kit</ItemDesc><ItemGroupLine>
<ItemRef><FullName>Bolt</FullName></ItemRef><Quantity>4</Quantity></ItemGroupLine><ItemGroupLine>
<ItemRef><FullName>Mending</FullName></ItemRef><Quantity>0.5</Quantity></ItemGroupLine></ItemGroupAdd></ItemGroupAddRq>
"""


class Buyer:
    """Who buys for the company of the tests, and reads its books."""

    def __init__(self, ask: Callable[..., Any], company: Company) -> None:
        self._ask = ask
        self._company = company
        answers = ask(LISTS)
        assert set(answers.messages) == {"Status OK"}, answers.messages

    def codes(self, requests: str) -> list[int]:
        """The status code of every request."""
        return list(self._ask(requests).codes)

    def ask(self, name: str, children: str) -> tuple[int, str, Aggregate]:
        """One request, as "BillAdd", with the children of its BillAdd: status code, message and answer."""
        ((_, attributes, answer),) = self._ask(f"<{name}Rq><{name}>{children}</{name}></{name}Rq>")
        return int(attributes["statusCode"]), attributes["statusMessage"], answer

    def do(self, name: str, children: str) -> Aggregate:
        """The same where it must succeed: the Ret."""
        code, message, answer = self.ask(name, children)
        assert code == 0, message
        return next(value for _, value in answer if isinstance(value, Aggregate))

    def mod(self, ret: Aggregate, kind: str, children: str) -> Aggregate:
        """Change an object that was answered before."""
        return self.do(f"{kind}Mod", self.head(ret) + children)

    @staticmethod
    def head(ret: Aggregate) -> str:
        """What a Mod begins with."""
        return f"<TxnID>{ret.text('TxnID')}</TxnID><EditSequence>{ret.text('EditSequence')}</EditSequence>"

    def delete(self, ret: Aggregate, kind: str) -> int:
        """Delete a transaction; the status code."""
        return self._txn("Del", ret, kind)

    def void(self, ret: Aggregate, kind: str) -> int:
        """Void a transaction; the status code."""
        return self._txn("Void", ret, kind)

    def _txn(self, verb: str, ret: Aggregate, kind: str) -> int:
        type_ = f"<Txn{verb}Type>{kind}</Txn{verb}Type>"
        return self.codes(f"<Txn{verb}Rq>{type_}<TxnID>{ret.text('TxnID')}</TxnID></Txn{verb}Rq>")[0]

    def query(self, request: str, children: str) -> list[Aggregate]:
        """What a query finds."""
        ((_, _, answer),) = self._ask(f"<{request}Rq>{children}</{request}Rq>")
        return [value for _, value in answer if isinstance(value, Aggregate)]

    def txn(self, ret: Aggregate, kind: str) -> Aggregate:
        """A transaction as it is now, with lines and links."""
        query = f"<TxnID>{ret.text('TxnID')}</TxnID><IncludeLineItems>true</IncludeLineItems>"
        if kind in {"Bill", "VendorCredit", "Check", "ItemReceipt"}:
            query += "<IncludeLinkedTxns>true</IncludeLinkedTxns>"
        return self.query(f"{kind}Query", query)[0]

    def balance(self, kind: str, name: str, element: str = "Balance") -> str:
        """What a list element shows: the balance of an account or vendor, the quantity of an item."""
        return self.query(f"{kind}Query", f"<FullName>{name}</FullName>")[0].text(element)

    def faults(self) -> list[str]:
        """What is wrong with the books."""
        return self._company.verify()


@pytest.fixture
def buyer(ask: Callable[..., Any], company: Company) -> Iterator[Buyer]:
    made = Buyer(ask, company)
    yield made
    assert made.faults() == []


WARES = """
<VendorAddRq><VendorAdd><Name>State</Name></VendorAdd></VendorAddRq>
<VendorAddRq><VendorAdd><Name>County</Name></VendorAdd></VendorAddRq>
<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>State tax</Name><TaxRate>7.25</TaxRate>
<TaxVendorRef><FullName>State</FullName></TaxVendorRef></ItemSalesTaxAdd></ItemSalesTaxAddRq>
<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>County tax</Name><TaxRate>1.1</TaxRate>
<TaxVendorRef><FullName>County</FullName></TaxVendorRef></ItemSalesTaxAdd></ItemSalesTaxAddRq>
<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>Both taxes</Name>
<ItemSalesTaxRef><FullName>State tax</FullName></ItemSalesTaxRef>
<ItemSalesTaxRef><FullName>County tax</FullName></ItemSalesTaxRef></ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>
<StandardTermsAddRq><StandardTermsAdd><Name>Early</Name><StdDueDays>30</StdDueDays>
<StdDiscountDays>10</StdDiscountDays><DiscountPct>2</DiscountPct></StandardTermsAdd></StandardTermsAddRq>
<DateDrivenTermsAddRq><DateDrivenTermsAdd><Name>The 31st</Name><DayOfMonthDue>31</DayOfMonthDue>
<DueNextMonthDays>5</DueNextMonthDays></DateDrivenTermsAdd></DateDrivenTermsAddRq>
<PriceLevelAddRq><PriceLevelAdd><Name>Friends</Name>
<PriceLevelFixedPercentage>-10.00</PriceLevelFixedPercentage></PriceLevelAdd></PriceLevelAddRq>
<CustomerAddRq><CustomerAdd><Name>Ames</Name><BillAddress><Addr1>1 Mill Road</Addr1><City>Marlow</City>
<State>OH</State><PostalCode>44000</PostalCode></BillAddress><TermsRef><FullName>Early</FullName></TermsRef>
<SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<ItemSalesTaxRef><FullName>State tax</FullName></ItemSalesTaxRef></CustomerAdd></CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>Roof</Name><ParentRef><FullName>Ames</FullName></ParentRef></CustomerAdd>
</CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>Exempt</Name><SalesTaxCodeRef><FullName>Non</FullName></SalesTaxCodeRef>
<ItemSalesTaxRef><FullName>State tax</FullName></ItemSalesTaxRef></CustomerAdd></CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>Friend</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<ItemSalesTaxRef><FullName>Both taxes</FullName></ItemSalesTaxRef>
<PriceLevelRef><FullName>Friends</FullName></PriceLevelRef></CustomerAdd></CustomerAddRq>
<ItemServiceAddRq><ItemServiceAdd><Name>Labor</Name><SalesTaxCodeRef><FullName>Non</FullName></SalesTaxCodeRef>
<SalesOrPurchase><Desc>By the hour</Desc><Price>40.00</Price><AccountRef><FullName>Sales</FullName></AccountRef>
</SalesOrPurchase></ItemServiceAdd></ItemServiceAddRq>
<ItemInventoryAddRq><ItemInventoryAdd><Name>Hinge</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<SalesDesc>A hinge</SalesDesc><SalesPrice>12.50</SalesPrice><IncomeAccountRef><FullName>Sales</FullName>
</IncomeAccountRef><PurchaseCost>5.00</PurchaseCost><COGSAccountRef><FullName>Goods</FullName></COGSAccountRef>
<AssetAccountRef><FullName>Stock</FullName></AssetAccountRef><QuantityOnHand>20</QuantityOnHand>
<TotalValue>100.00</TotalValue><InventoryDate>2026-01-01</InventoryDate></ItemInventoryAdd></ItemInventoryAddRq>
<ItemSubtotalAddRq><ItemSubtotalAdd><Name>Sum</Name></ItemSubtotalAdd></ItemSubtotalAddRq>
<ItemDiscountAddRq><ItemDiscountAdd><Name>Rebate</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<DiscountRatePercent>10.00</DiscountRatePercent><AccountRef><FullName>Discounts</FullName></AccountRef>
</ItemDiscountAdd></ItemDiscountAddRq>
<ItemPaymentAddRq><ItemPaymentAdd><Name>Paid</Name></ItemPaymentAdd></ItemPaymentAddRq>
<ItemGroupAddRq><ItemGroupAdd><Name>Door</Name><ItemDesc>A door, hung</ItemDesc>
<IsPrintItemsInGroup>true</IsPrintItemsInGroup>
<ItemGroupLine><ItemRef><FullName>Hinge</FullName></ItemRef><Quantity>3</Quantity></ItemGroupLine>
<ItemGroupLine><ItemRef><FullName>Labor</FullName></ItemRef><Quantity>1.5</Quantity></ItemGroupLine>
</ItemGroupAdd></ItemGroupAddRq>
"""


@pytest.fixture
def seller(buyer: Buyer) -> Buyer:
    """The same company with something to sell, and sales tax."""
    for code in buyer.codes(WARES):
        assert code == 0
    return buyer
