"""The sample company: every request is good qbXML, the story adds up, and the size is what was asked for."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbconnector.errors import SampleRefused
from qbconnector.qbxml import Aggregate, parse
from qbconnector.sandbox.company import Company
from qbconnector.sandbox.sample import NAME, populate
from qbconnector.sandbox.sample.people import customers
from qbconnector.sandbox.sample.story import INVOICES, opened, weeks

TODAY = date(2026, 11, 20)
ANSWER = "<TxnID>{id}</TxnID><BalanceRemaining>480.00</BalanceRemaining><AmountDue>90.00</AmountDue>"


class Clerk:
    """A company that says yes to everything that parses, and remembers it."""

    def __init__(self, refuse: str = "") -> None:
        self.refuse = refuse
        self.bodies: list[bytes] = []
        self.requests: list[tuple[str, Aggregate]] = []

    def execute(self, body: bytes) -> Iterator[bytes]:
        """Answer each request with an id and amounts."""
        self.bodies.append(body)
        yield b"<QBXML><QBXMLMsgsRs>"
        for request in parse(body).requests:
            self.requests.append((request.name, request.fields))
            severity = "Error" if request.name == self.refuse else "Info"
            ret = ANSWER.format(id=f"{len(self.requests):X}-1") + "<TotalAmount>72.50</TotalAmount>"
            answer = f'<Rs statusCode="3100" statusSeverity="{severity}" statusMessage="No."><Ret>{ret}</Ret></Rs>'
            yield answer.encode()
        yield b"</QBXMLMsgsRs></QBXML>"

    def count(self) -> Counter[str]:
        """How many requests of each name there were."""
        return Counter(name for name, _ in self.requests)


def test_every_request_is_good_qbxml_and_every_kind_occurs() -> None:
    clerk = Clerk()
    populate(clerk, today=TODAY)
    count = clerk.count()
    assert count["InvoiceAddRq"] == INVOICES
    assert count["CustomerAddRq"] == len(customers(None)) == 90
    items = {name for name in count if name.startswith("Item")}
    assert len(items) == 10
    assert {"ReceivePaymentAddRq", "DepositAddRq", "BillPaymentCheckAddRq", "CreditMemoAddRq"} <= set(count)


def test_the_same_arguments_make_the_same_requests() -> None:
    first, second = Clerk(), Clerk()
    populate(first, invoices=60, today=TODAY)
    populate(second, invoices=60, today=TODAY)
    assert first.bodies == second.bodies


def test_no_transaction_lies_outside_the_story() -> None:
    clerk = Clerk()
    populate(clerk, invoices=120, today=TODAY)
    added = [fields.child(name.removesuffix("Rq")) for name, fields in clerk.requests]
    days = [day for fields in added if fields and (day := fields.text("TxnDate"))]
    assert min(days) == opened(TODAY).isoformat()
    assert max(days) <= TODAY.isoformat()


def test_a_company_may_be_any_size() -> None:
    clerk = Clerk()
    populate(clerk, customers=3000, invoices=0, today=TODAY)
    assert clerk.count()["CustomerAddRq"] == 3000
    assert not clerk.count()["InvoiceAddRq"]


@settings(max_examples=30, deadline=None)
@given(count=st.integers(0, 5000))
def test_names_of_customers_differ(count: int) -> None:
    names = {buyer.name.lower() for buyer in customers(count)}
    assert len(names) == count
    assert all(len(part) <= 41 for name in names for part in name.split(":"))


@given(today=st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_weeks_are_two_years_without_a_gap(today: date) -> None:
    story = weeks(today)
    assert story[-1].last == today
    assert 730 <= (today - story[0].first).days < 737
    assert all((later.first - earlier.last).days == 1 for earlier, later in pairwise(story))


def test_progress_counts_to_the_end() -> None:
    steps: list[tuple[int, int]] = []
    populate(Clerk(), invoices=20, today=TODAY, progress=lambda done, total: steps.append((done, total)))
    total = steps[0][1]
    assert steps == [(done, total) for done in range(1, total + 1)]


def test_a_refusal_says_which_request_and_why() -> None:
    with pytest.raises(
        SampleRefused, match=r"^VendorAddRq of the sample company ended with status 3100: No\.$"
    ) as refused:
        populate(Clerk(refuse="VendorAddRq"), today=TODAY)
    assert "<Name>Tallgrass Nursery</Name>" in refused.value.request


def query(company: Company, request: str) -> ET.Element:
    """One query's answer."""
    envelope = '<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{}</QBXMLMsgsRq></QBXML>'
    return ET.fromstring(b"".join(company.execute(envelope.format(request).encode())))[0][0]


def total(rets: Iterable[ET.Element], name: str) -> Decimal:
    """The sum of an amount over objects."""
    return sum((Decimal(ret.findtext(name, "0")) for ret in rets), Decimal(0))


def test_the_books_of_the_sample_are_right(tmp_path: Path) -> None:
    with Company.create(tmp_path / "sample.qbsandbox", name=NAME, sample=True) as company:
        populate(company, today=TODAY)
        assert company.verify() == []
        accounts = {ret.findtext("FullName"): ret for ret in query(company, "<AccountQueryRq/>")}
        customers_owe = total(query(company, "<CustomerQueryRq/>"), "Balance")
        vendors_get = total(query(company, "<VendorQueryRq/>"), "Balance")
        stock = query(company, "<ItemInventoryQueryRq/>")
    balance = {name: Decimal(ret.findtext("Balance", "0")) for name, ret in accounts.items()}
    assert balance["Accounts Receivable"] == customers_owe > 0
    assert balance["Accounts Payable"] == vendors_get > 0
    assert balance["Checking"] > 0
    assert balance["Opening Balance Equity"] == 0
    assert all(Decimal(ret.findtext("QuantityOnHand", "0")) >= 0 for ret in stock)
    in_stock = sum(
        Decimal(ret.findtext("QuantityOnHand", "0")) * Decimal(ret.findtext("AverageCost", "0")) for ret in stock
    )
    assert abs(balance["Inventory Asset"] - in_stock) < 1


def test_a_company_of_a_size_has_that_size(tmp_path: Path) -> None:
    with Company.create(tmp_path / "sized.qbsandbox", name=NAME) as company:
        populate(company, customers=250, invoices=60, today=TODAY)
        assert company.verify() == []
        count = {
            kind: query(company, f'<{kind}QueryRq metaData="MetaDataOnly"/>').get("retCount")
            for kind in ("Customer", "Invoice")
        }
    assert count == {"Customer": "250", "Invoice": "60"}
