"""From the first customer to the money in the bank, and what stays true whatever is sold, paid, changed and undone."""

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbconnector.qbxml import Aggregate, parse_response
from qbconnector.sandbox.company import Company

#: A company's first lists.
LISTS = """
<AccountAddRq><AccountAdd><Name>Sales</Name><AccountType>Income</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Bank</Name><AccountType>Bank</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Stock</Name><AccountType>OtherCurrentAsset</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Goods</Name><AccountType>CostOfGoodsSold</AccountType></AccountAdd></AccountAddRq>
<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>State tax</Name><TaxRate>8.875</TaxRate></ItemSalesTaxAdd></ItemSalesTaxAddRq>
<CustomerAddRq><CustomerAdd><Name>Ada</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<ItemSalesTaxRef><FullName>State tax</FullName></ItemSalesTaxRef></CustomerAdd></CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>Roof</Name><ParentRef><FullName>Ada</FullName></ParentRef></CustomerAdd></CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>Bea</Name></CustomerAdd></CustomerAddRq>
<ItemServiceAddRq><ItemServiceAdd><Name>Advice</Name><SalesTaxCodeRef><FullName>Non</FullName></SalesTaxCodeRef>
<SalesOrPurchase><Price>75.00</Price><AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase>
</ItemServiceAdd></ItemServiceAddRq>
<ItemServiceAddRq><ItemServiceAdd><Name>Printing</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<SalesOrPurchase><Price>0.33</Price><AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase>
</ItemServiceAdd></ItemServiceAddRq>
<ItemInventoryAddRq><ItemInventoryAdd><Name>Book</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<SalesPrice>19.95</SalesPrice><IncomeAccountRef><FullName>Sales</FullName></IncomeAccountRef>
<PurchaseCost>7.00</PurchaseCost><COGSAccountRef><FullName>Goods</FullName></COGSAccountRef>
<AssetAccountRef><FullName>Stock</FullName></AssetAccountRef><QuantityOnHand>7</QuantityOnHand>
<TotalValue>50.00</TotalValue><InventoryDate>2026-01-01</InventoryDate></ItemInventoryAdd></ItemInventoryAddRq>
<ItemDiscountAddRq><ItemDiscountAdd><Name>Rebate</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef>
<DiscountRatePercent>15</DiscountRatePercent><AccountRef><FullName>Sales</FullName></AccountRef></ItemDiscountAdd>
</ItemDiscountAddRq>
"""


class Reply(NamedTuple):
    code: int
    message: str
    children: Aggregate

    @property
    def ret(self) -> Aggregate:
        assert self.code == 0, self.message
        return next(value for _, value in self.children if isinstance(value, Aggregate))


def ask(company: Company, requests: str) -> list[Reply]:
    """Send requests; every answer is checked against the specification."""
    document = (
        '<?xml version="1.0"?><?qbxml version="16.0"?><QBXML>'
        f'<QBXMLMsgsRq onError="continueOnError">{requests}</QBXMLMsgsRq></QBXML>'
    )
    answer = b"".join(company.execute(document.encode()))
    return [
        Reply(int(attributes["statusCode"]), attributes["statusMessage"], children)
        for _, attributes, children in parse_response(answer, version="16.0").responses
    ]


def one(company: Company, request: str) -> Reply:
    (reply,) = ask(company, request)
    return reply


def line(kind: str, item: str, more: str = "") -> str:
    return f"<{kind}LineAdd><ItemRef><FullName>{item}</FullName></ItemRef>{more}</{kind}LineAdd>"


def balance(company: Company, kind: str, name: str, element: str = "Balance") -> str:
    return one(company, f"<{kind}QueryRq><FullName>{name}</FullName></{kind}QueryRq>").ret.text(element)


def test_from_the_first_customer_to_a_paid_invoice(tmp_path: Path) -> None:
    path = tmp_path / "first.qbsandbox"
    with Company.create(path, name="First") as company:
        assert {reply.code for reply in ask(company, LISTS)} == {0}
        invoice = one(
            company,
            "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Ada</FullName></CustomerRef>"
            + line("Invoice", "Advice", "<Quantity>2</Quantity>")
            + line("Invoice", "Printing", "<Quantity>100</Quantity>")
            + "</InvoiceAdd></InvoiceAddRq>",
        ).ret
        # 150.00 of advice is not taxed, 33.00 of printing is: 8.875 % of it are 2.93.
        assert [invoice.text(name) for name in ("Subtotal", "SalesTaxTotal", "BalanceRemaining")] == [
            "183.00",
            "2.93",
            "185.93",
        ]
        txn_id = invoice.text("TxnID")
        query = f"<InvoiceQueryRq><TxnID>{txn_id}</TxnID><IncludeLineItems>true</IncludeLineItems></InvoiceQueryRq>"
        found = one(company, query).ret
        assert [made.text("Amount") for made in found.children("InvoiceLineRet")] == ["150.00", "33.00"]
        assert found.text("IsPaid") == "false"
        payment = one(
            company,
            "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>Ada</FullName></CustomerRef>"
            f"<TotalAmount>185.93</TotalAmount><AppliedToTxnAdd><TxnID>{txn_id}</TxnID>"
            "<PaymentAmount>185.93</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>",
        )
        assert payment.ret.text("UnusedPayment") == "0.00"
        _is_paid(company, query)
    with Company.open(path) as company:
        _is_paid(company, query)
        assert company.verify() == []


def _is_paid(company: Company, query: str) -> None:
    invoice = one(company, query).ret
    assert (invoice.text("IsPaid"), invoice.text("BalanceRemaining")) == ("true", "0.00")
    expected = {
        "Accounts Receivable": "0.00",
        "Undeposited Funds": "185.93",
        "Sales": "183.00",
        "Sales Tax Payable": "2.93",
    }
    assert {name: balance(company, "Account", name) for name in expected} == expected
    assert balance(company, "Customer", "Ada") == "0.00"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prepared") / "prepared.qbsandbox"
    with Company.create(path, name="Prepared") as company:
        assert {reply.code for reply in ask(company, LISTS)} == {0}
    return path


CUSTOMERS = ("Ada", "Ada:Roof", "Bea")
KINDS = {"Invoice": "BalanceRemaining", "CreditMemo": "CreditRemaining", "SalesReceipt": "TotalAmount"}
Step = tuple[str, int, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(("sell", "sell", "pay", "pay by itself", "credit", "deposit", "change", "void", "delete")),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(1, 30000),
    ),
    min_size=3,
    max_size=14,
)


class Story:
    """A company to which random things happen; it remembers what was made."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.made: list[tuple[str, str]] = []

    def pick(self, number: int, *kinds: str) -> str:
        """One of the transactions made; an unknown one when there is none of these kinds."""
        known = [txn_id for kind, txn_id in self.made if kind in kinds]
        return known[number % len(known)] if known else "7FFFFF-1700000000"

    def request(self, step: Step) -> str:
        what, first, second, cents = step
        customer = f"<CustomerRef><FullName>{CUSTOMERS[first % 3]}</FullName></CustomerRef>"
        amount = f"{cents // 100}.{cents % 100:02d}"
        match what:
            case "sell":
                kind = list(KINDS)[second % 3]
                lines = (
                    line(kind, "Book", f"<Quantity>{second + 1}</Quantity>")
                    + line(kind, "Rebate")
                    + line(kind, "Printing", f"<Amount>{amount}</Amount>")
                )
                return f"<{kind}AddRq><{kind}Add>{customer}{lines}</{kind}Add></{kind}AddRq>"
            case "pay":
                applied = f"<TxnID>{self.pick(second, 'Invoice')}</TxnID><PaymentAmount>{amount}</PaymentAmount>"
                return self._payment(customer, amount, f"<AppliedToTxnAdd>{applied}</AppliedToTxnAdd>")
            case "pay by itself":
                return self._payment(customer, amount, "<IsAutoApply>true</IsAutoApply>")
            case "credit":
                used = f"<CreditTxnID>{self.pick(first, 'CreditMemo', 'ReceivePayment')}</CreditTxnID>"
                applied = (
                    f"<TxnID>{self.pick(second, 'Invoice')}</TxnID>"
                    f"<SetCredit>{used}<AppliedAmount>{amount}</AppliedAmount></SetCredit>"
                )
                return self._payment(customer, "0.00", f"<AppliedToTxnAdd>{applied}</AppliedToTxnAdd>")
            case "deposit":
                taken = f"<PaymentTxnID>{self.pick(second, 'ReceivePayment', 'SalesReceipt')}</PaymentTxnID>"
                return (
                    "<DepositAddRq><DepositAdd><DepositToAccountRef><FullName>Bank</FullName></DepositToAccountRef>"
                    f"<DepositLineAdd>{taken}</DepositLineAdd></DepositAdd></DepositAddRq>"
                )
            case "change":
                return self._change(second, amount)
            case _:
                kind, txn_id = self.made[second % len(self.made)] if self.made else ("Invoice", "1-1700000000")
                verb = "Void" if what == "void" and kind != "ReceivePayment" else "Del"
                return f"<Txn{verb}Rq><Txn{verb}Type>{kind}</Txn{verb}Type><TxnID>{txn_id}</TxnID></Txn{verb}Rq>"

    def _payment(self, customer: str, amount: str, rest: str) -> str:
        fields = f"{customer}<TotalAmount>{amount}</TotalAmount>{rest}"
        return f"<ReceivePaymentAddRq><ReceivePaymentAdd>{fields}</ReceivePaymentAdd></ReceivePaymentAddRq>"

    def _change(self, number: int, amount: str) -> str:
        """Another quantity and amount for an invoice."""
        txn_id = self.pick(number, "Invoice")
        known = one(
            self.company,
            f"<InvoiceQueryRq><TxnID>{txn_id}</TxnID><IncludeLineItems>true</IncludeLineItems></InvoiceQueryRq>",
        )
        sequence = known.ret.text("EditSequence") if known.code == 0 else "0"
        old = known.ret.children("InvoiceLineRet")[0].text("TxnLineID") if known.code == 0 else "1-1700000000"
        lines = (
            f"<InvoiceLineMod><TxnLineID>{old}</TxnLineID><Quantity>{number + 2}</Quantity></InvoiceLineMod>"
            "<InvoiceLineMod><TxnLineID>-1</TxnLineID><ItemRef><FullName>Advice</FullName></ItemRef>"
            f"<Amount>{amount}</Amount></InvoiceLineMod>"
        )
        head = f"<TxnID>{txn_id}</TxnID><EditSequence>{sequence}</EditSequence>"
        return f"<InvoiceModRq><InvoiceMod>{head}{lines}</InvoiceMod></InvoiceModRq>"

    def happen(self, step: Step) -> None:
        request = self.request(step)
        reply = one(self.company, request)
        assert reply.code in {0, 3120, 3175, 3180, 3200, 3210}, (request, reply)
        kind = request[1 : request.index("Rq>")]
        if reply.code == 0 and kind.endswith("Add"):
            self.made.append((kind.removesuffix("Add"), reply.ret.text("TxnID")))


@settings(max_examples=25, deadline=None)
@given(steps)
def test_the_books_stay_right_whatever_happens(prepared: Path, happenings: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.qbsandbox"
        shutil.copy(prepared, path)
        with Company.open(path) as company:
            story = Story(company)
            for step in happenings:
                story.happen(step)
            assert company.verify() == []
            owed = [balance(company, "Customer", name, "TotalBalance") for name in ("Ada", "Bea")]
            receivable = one(company, "<AccountQueryRq><AccountType>AccountsReceivable</AccountType></AccountQueryRq>")
            shown = receivable.ret.text("Balance") if receivable.code == 0 else "0.00"
            assert sum(map(_cents, owed)) == _cents(shown)
            assert sum(map(_cents, _open(company))) == _cents(shown)


def _open(company: Company) -> list[str]:
    """What is open of every transaction with customers, credits negative."""
    found: list[str] = []
    for kind, element, sign in (
        ("Invoice", "BalanceRemaining", ""),
        ("CreditMemo", "CreditRemaining", "-"),
        ("ReceivePayment", "UnusedPayment", "-"),
    ):
        (reply,) = ask(company, f"<{kind}QueryRq></{kind}QueryRq>")
        found += [sign + ret.text(element) for _, ret in reply.children if isinstance(ret, Aggregate)]
    return found


def _cents(amount: str) -> int:
    return int(amount.replace(".", "").replace("--", ""))
