"""Every filter of queries against an oracle: what Python picks out of everything there is."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import pytest

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import Aggregate, dialect, parse_response
from qbconnector.sandbox.company import Company
from qbconnector.sandbox.periods import period
from tests.sandbox.conftest import Ask, Clock, document

LISTS = """
<AccountAddRq><AccountAdd><Name>Sales</Name><AccountType>Income</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Export</Name><ParentRef><FullName>Sales</FullName></ParentRef>
<AccountType>Income</AccountType></AccountAdd></AccountAddRq>
<AccountAddRq><AccountAdd><Name>Rent</Name><AccountType>Expense</AccountType></AccountAdd></AccountAddRq>
<ClassAddRq><ClassAdd><Name>North</Name></ClassAdd></ClassAddRq>
<ClassAddRq><ClassAdd><Name>Far</Name><ParentRef><FullName>North</FullName></ParentRef></ClassAdd></ClassAddRq>
<ItemServiceAddRq><ItemServiceAdd><Name>Work</Name><SalesOrPurchase><Price>10.00</Price>
<AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase></ItemServiceAdd></ItemServiceAddRq>
<ItemNonInventoryAddRq><ItemNonInventoryAdd><Name>Goods</Name><SalesOrPurchase><Price>5.00</Price>
<AccountRef><FullName>Sales:Export</FullName></AccountRef></SalesOrPurchase></ItemNonInventoryAdd></ItemNonInventoryAddRq>
<CustomerAddRq><CustomerAdd><Name>Ash</Name></CustomerAdd></CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>Roof</Name><ParentRef><FullName>Ash</FullName></ParentRef></CustomerAdd></CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>birch_50%</Name></CustomerAdd></CustomerAddRq>
<CustomerAddRq><CustomerAdd><Name>Cedar</Name><IsActive>false</IsActive></CustomerAdd></CustomerAddRq>
<VendorAddRq><VendorAdd><Name>Mill</Name></VendorAdd></VendorAddRq>
"""

INVOICES = (
    # number, customer, date, item, quantity, class, paid
    ("A-1", "Ash", "2025-12-31", "Work", 1, "North", True),
    ("a-2", "Ash:Roof", "2026-01-01", "Goods", 2, "North:Far", False),
    ("10", "birch_50%", "2026-02-15", "Work", 3, "", True),
    ("9", "Ash", "2026-03-10", "Goods", 4, "North", False),
    ("100", "Ash:Roof", "2026-03-16", "Work", 5, "", False),
)


def invoice(number: str, customer: str, day: str, item: str, quantity: int, class_: str, paid: bool) -> str:
    reference = f"<ClassRef><FullName>{class_}</FullName></ClassRef>" if class_ else ""
    customer_ref = f"<CustomerRef><FullName>{customer}</FullName></CustomerRef>"
    payment = (
        f"<ReceivePaymentAddRq><ReceivePaymentAdd>{customer_ref}<AppliedToTxnAdd><TxnID useMacro='TxnID:{number}'/>"
        f"<PaymentAmount>{quantity * 10 if item == 'Work' else quantity * 5}.00</PaymentAmount></AppliedToTxnAdd>"
        "</ReceivePaymentAdd></ReceivePaymentAddRq>"
    )
    return (
        f"<InvoiceAddRq><InvoiceAdd defMacro='TxnID:{number}'>{customer_ref}{reference}<TxnDate>{day}</TxnDate>"
        f"<RefNumber>{number}</RefNumber><InvoiceLineAdd><ItemRef><FullName>{item}</FullName></ItemRef>"
        f"<Quantity>{quantity}</Quantity></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>{payment if paid else ''}"
    )


@pytest.fixture
def trade(ask: Ask, time: Clock) -> Ask:
    assert set(ask(LISTS).codes) == {0}
    for one in INVOICES:
        time.pass_(3600)
        answers = ask(invoice(*one))
        assert set(answers.codes) == {0}, answers.messages
    return ask


def found(ask: Ask, request: str, filters: str, name: str) -> list[str]:
    return [
        ret.text(name) for _, ret in ask(f"<{request}Rq>{filters}</{request}Rq>")[0][2] if isinstance(ret, Aggregate)
    ]


Oracle = Callable[[Aggregate], bool]


def referred(ret: Aggregate, name: str) -> str:
    child = ret.child(name)
    return child.text("FullName") if child else ""


def customer(ret: Aggregate) -> str:
    return referred(ret, "CustomerRef")


def item(ret: Aggregate) -> str:
    (line,) = ret.children("InvoiceLineRet")
    return referred(line, "ItemRef")


TRANSACTIONS: dict[str, Oracle] = {
    "<TxnDateRangeFilter><FromTxnDate>2026-01-01</FromTxnDate><ToTxnDate>2026-03-10</ToTxnDate></TxnDateRangeFilter>": (
        lambda ret: "2026-01-01" <= ret.text("TxnDate") <= "2026-03-10"
    ),
    "<TxnDateRangeFilter><FromTxnDate>2026-02-15</FromTxnDate></TxnDateRangeFilter>": (
        lambda ret: ret.text("TxnDate") >= "2026-02-15"
    ),
    "<EntityFilter><FullName>Ash</FullName></EntityFilter>": lambda ret: customer(ret) == "Ash",
    "<EntityFilter><FullName>ash</FullName><FullName>birch_50%</FullName></EntityFilter>": (
        lambda ret: customer(ret) in {"Ash", "birch_50%"}
    ),
    "<EntityFilter><FullNameWithChildren>Ash</FullNameWithChildren></EntityFilter>": (
        lambda ret: customer(ret).startswith("Ash")
    ),
    "<AccountFilter><FullName>Sales</FullName></AccountFilter>": lambda ret: item(ret) == "Work",
    "<AccountFilter><FullNameWithChildren>Sales</FullNameWithChildren></AccountFilter>": lambda ret: True,
    "<AccountFilter><FullName>Rent</FullName></AccountFilter>": lambda ret: False,
    "<RefNumberFilter><MatchCriterion>StartsWith</MatchCriterion><RefNumber>A-</RefNumber></RefNumberFilter>": (
        lambda ret: ret.text("RefNumber").lower().startswith("a-")
    ),
    "<RefNumberFilter><MatchCriterion>EndsWith</MatchCriterion><RefNumber>0</RefNumber></RefNumberFilter>": (
        lambda ret: ret.text("RefNumber").endswith("0")
    ),
    "<RefNumberFilter><MatchCriterion>Contains</MatchCriterion><RefNumber>-</RefNumber></RefNumberFilter>": (
        lambda ret: "-" in ret.text("RefNumber")
    ),
    "<RefNumberRangeFilter><FromRefNumber>9</FromRefNumber><ToRefNumber>50</ToRefNumber></RefNumberRangeFilter>": (
        lambda ret: ret.text("RefNumber").isdecimal() and 9 <= int(ret.text("RefNumber")) <= 50
    ),
    "<PaidStatus>PaidOnly</PaidStatus>": lambda ret: ret.text("IsPaid") == "true",
    "<PaidStatus>NotPaidOnly</PaidStatus>": lambda ret: ret.text("IsPaid") == "false",
    "<PaidStatus>All</PaidStatus>": lambda ret: True,
    "<ModifiedDateRangeFilter><FromModifiedDate>2026-03-16T07:30:00-05:00</FromModifiedDate>"
    "<ToModifiedDate>2026-03-16T09:00:00-05:00</ToModifiedDate></ModifiedDateRangeFilter>": (
        lambda ret: "T07:30" <= ret.text("TimeModified")[10:16] <= "T09:00"
    ),
    "<MaxReturned>2</MaxReturned>": lambda ret: ret.text("TxnDate") <= "2026-01-01",
}


@pytest.mark.parametrize("filters", TRANSACTIONS)
def test_transactions(trade: Ask, filters: str) -> None:
    whole = trade("<InvoiceQueryRq><IncludeLineItems>true</IncludeLineItems></InvoiceQueryRq>")[0][2]
    wanted = [ret.text("RefNumber") for _, ret in whole if isinstance(ret, Aggregate) and TRANSACTIONS[filters](ret)]
    assert len(whole) == len(INVOICES)
    assert found(trade, "InvoiceQuery", filters, "RefNumber") == wanted


def test_every_date_macro(trade: Ask, time: Clock) -> None:
    filters = dialect("qbxml").messages["InvoiceQueryRq"].content.elements["TxnDateRangeFilter"]
    for macro in filters.elements["DateMacro"].enum:
        first, last = period(macro, time.now.date())
        wanted = [
            number
            for number, _, day, *_ in INVOICES
            if (first or date.min).isoformat() <= day <= (last or date.max).isoformat()
        ]
        filters_text = f"<TxnDateRangeFilter><DateMacro>{macro}</DateMacro></TxnDateRangeFilter>"
        assert found(trade, "InvoiceQuery", filters_text, "RefNumber") == wanted, macro


LIST_FILTERS: dict[str, Oracle] = {
    "": lambda ret: ret.text("IsActive") == "true",
    "<ActiveStatus>All</ActiveStatus>": lambda ret: True,
    "<ActiveStatus>InactiveOnly</ActiveStatus>": lambda ret: ret.text("IsActive") == "false",
    "<NameFilter><MatchCriterion>StartsWith</MatchCriterion><Name>aS</Name></NameFilter>": (
        lambda ret: ret.text("FullName").lower().startswith("as")
    ),
    "<NameFilter><MatchCriterion>Contains</MatchCriterion><Name>_50%</Name></NameFilter>": (
        lambda ret: "_50%" in ret.text("FullName")
    ),
    "<NameRangeFilter><FromName>B</FromName><ToName>Z</ToName></NameRangeFilter>": (
        lambda ret: ret.text("FullName").lower() >= "b" and ret.text("IsActive") == "true"
    ),
    "<FromModifiedDate>2026-03-17</FromModifiedDate>": lambda ret: False,
    "<ToModifiedDate>2026-03-16</ToModifiedDate>": lambda ret: ret.text("IsActive") == "true",
    "<TotalBalanceFilter><Operator>GreaterThan</Operator><Amount>30.00</Amount></TotalBalanceFilter>": (
        lambda ret: float(ret.text("TotalBalance")) > 30 and ret.text("IsActive") == "true"
    ),
    "<TotalBalanceFilter><Operator>Equal</Operator><Amount>0.00</Amount></TotalBalanceFilter>": (
        lambda ret: float(ret.text("TotalBalance")) == 0 and ret.text("IsActive") == "true"
    ),
}


@pytest.mark.parametrize("filters", LIST_FILTERS)
def test_lists(trade: Ask, filters: str) -> None:
    whole = trade("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")[0][2]
    wanted = [ret.text("FullName") for _, ret in whole if isinstance(ret, Aggregate) and LIST_FILTERS[filters](ret)]
    assert found(trade, "CustomerQuery", filters, "FullName") == wanted


@pytest.mark.parametrize(
    ("selector", "numbers", "code"),
    [
        ("<RefNumber>A-2</RefNumber>", ["a-2"], 0),
        ("<RefNumber>10</RefNumber><RefNumber>9</RefNumber>", ["10", "9"], 0),
        ("<RefNumberCaseSensitive>A-2</RefNumberCaseSensitive>", [], 500),
        ("<RefNumberCaseSensitive>a-2</RefNumberCaseSensitive>", ["a-2"], 0),
        ("<RefNumber>9</RefNumber><RefNumber>none</RefNumber>", ["9"], 500),
        ("<TxnID>1-1</TxnID>", [], 500),
        ("<TxnID>nonsense</TxnID>", [], 3000),
        ("<EntityFilter><FullName>Nobody</FullName></EntityFilter>", [], 500),
        (
            "<TxnDateRangeFilter><FromTxnDate>2026-02-01</FromTxnDate><ToTxnDate>2026-01-01</ToTxnDate>"
            "</TxnDateRangeFilter>",
            [],
            3030,
        ),
        (
            "<RefNumberRangeFilter><FromRefNumber>9</FromRefNumber><ToRefNumber>1</ToRefNumber></RefNumberRangeFilter>",
            [],
            3031,
        ),
        ("<TxnDateRangeFilter><FromTxnDate>2026-02-30</FromTxnDate></TxnDateRangeFilter>", [], 3020),
        ("<PaidStatus>PaidOnly</PaidStatus><IncludeLineItems>false</IncludeLineItems>", ["A-1", "10"], 0),
        ("<EntityFilter><FullName>Mill</FullName></EntityFilter>", [], 1),
    ],
)
def test_selectors_and_statuses(trade: Ask, selector: str, numbers: list[str], code: int) -> None:
    answers = trade(f"<InvoiceQueryRq>{selector}</InvoiceQueryRq>")
    assert answers.codes == [code]
    assert [ret.text("RefNumber") for _, ret in answers[0][2] if isinstance(ret, Aggregate)] == numbers


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ("<TransactionTypeFilter><TxnTypeFilter>Invoice</TxnTypeFilter></TransactionTypeFilter>", 5),
        ("<TransactionTypeFilter><TxnTypeFilter>ReceivePayment</TxnTypeFilter></TransactionTypeFilter>", 2),
        (
            "<TransactionEntityFilter><FullNameWithChildren>Ash</FullNameWithChildren></TransactionEntityFilter>"
            "<TransactionTypeFilter><TxnTypeFilter>Invoice</TxnTypeFilter></TransactionTypeFilter>",
            4,
        ),
        (
            "<TransactionItemFilter><FullName>Goods</FullName></TransactionItemFilter>"
            "<TransactionTypeFilter><TxnTypeFilter>Invoice</TxnTypeFilter></TransactionTypeFilter>",
            2,
        ),
        (
            "<TransactionClassFilter><FullNameWithChildren>North</FullNameWithChildren></TransactionClassFilter>"
            "<TransactionTypeFilter><TxnTypeFilter>Invoice</TxnTypeFilter></TransactionTypeFilter>",
            3,
        ),
        ("<TransactionPaidStatusFilter>Open</TransactionPaidStatusFilter>", 3),
    ],
)
def test_transactions_of_every_kind(trade: Ask, filters: str, numbers: int) -> None:
    ids = found(trade, "TransactionQuery", filters, "TxnID")
    assert len(set(ids)) == numbers


def test_elements_and_lines_are_returned_as_asked(trade: Ask) -> None:
    one = "<RefNumber>9</RefNumber>"
    assert trade(f"<InvoiceQueryRq>{one}</InvoiceQueryRq>").ret().children("InvoiceLineRet") == []
    lines = trade(f"<InvoiceQueryRq>{one}<IncludeLineItems>true</IncludeLineItems></InvoiceQueryRq>").ret()
    assert len(lines.children("InvoiceLineRet")) == 1
    paid = "<RefNumber>10</RefNumber>"
    assert trade(f"<InvoiceQueryRq>{paid}</InvoiceQueryRq>").ret().children("LinkedTxn") == []
    linked = trade(f"<InvoiceQueryRq>{paid}<IncludeLinkedTxns>true</IncludeLinkedTxns></InvoiceQueryRq>").ret()
    assert [link.text("TxnType") for link in linked.children("LinkedTxn")] == ["ReceivePayment"]


def test_only_the_elements_named_are_returned(trade: Ask, company: Company) -> None:
    query = (
        "<InvoiceQueryRq><RefNumber>9</RefNumber><IncludeRetElement>RefNumber</IncludeRetElement>"
        "<IncludeRetElement>CustomerRef</IncludeRetElement></InvoiceQueryRq>"
    )
    body = b"".join(company.execute(document(query)))
    ((_, _, children),) = parse_response(body, partial=True).responses
    ret = children[0][1]
    assert isinstance(ret, Aggregate)
    assert [name for name, _ in ret] == ["CustomerRef", "RefNumber"]


def pages(company: Company, size: int) -> Iterator[tuple[list[str], int]]:
    """An iterator from its start to its end: the numbers of each page, and what remains."""
    session, attributes = company.session(), 'iterator="Start"'
    while True:
        query = f"<InvoiceQueryRq {attributes}><MaxReturned>{size}</MaxReturned></InvoiceQueryRq>"
        body = b"".join(company.execute(document(query), session))
        ((_, answered, children),) = parse_response(body).responses
        left = int(answered["iteratorRemainingCount"])
        yield [ret.text("RefNumber") for _, ret in children if isinstance(ret, Aggregate)], left
        if not left:
            return
        attributes = f'iterator="Continue" iteratorID="{answered["iteratorID"]}"'


@pytest.mark.parametrize("size", [1, 2, 4, 5, 100])
def test_an_iterator_returns_everything_once(trade: Ask, company: Company, size: int) -> None:
    turns = list(pages(company, size))
    assert [number for numbers, _ in turns for number in numbers] == [number for number, *_ in INVOICES]
    assert [left for _, left in turns] == [max(0, 5 - size * turn) for turn in range(1, len(turns) + 1)]


def test_an_iterator_ends_with_its_session(trade: Ask, company: Company) -> None:
    start = "<InvoiceQueryRq iterator='Start'><MaxReturned>1</MaxReturned></InvoiceQueryRq>"
    identity = trade(start)[0][1]["iteratorID"]
    again = f"<InvoiceQueryRq iterator='Continue' iteratorID='{identity}'><MaxReturned>1</MaxReturned></InvoiceQueryRq>"
    assert trade(again).codes == [3000]
    assert trade(start + start).codes == [0, 0]


def test_an_iterator_that_was_stopped_is_gone(trade: Ask, company: Company) -> None:
    session = company.session()

    def ask(attributes: str) -> Mapping[str, str]:
        query = f"<InvoiceQueryRq {attributes}><MaxReturned>1</MaxReturned></InvoiceQueryRq>"
        return parse_response(b"".join(company.execute(document(query), session))).responses[0][1]

    identity = ask('iterator="Start"')["iteratorID"]
    assert ask(f'iterator="Stop" iteratorID="{identity}"')["statusCode"] == "0"
    assert ask(f'iterator="Continue" iteratorID="{identity}"')["statusCode"] == "3000"


@pytest.mark.parametrize("request_name", ["AccountQuery", "ClassQuery", "HostQuery"])
def test_requests_without_iterators_refuse_them(company: Company, request_name: str) -> None:
    with pytest.raises(QbxmlRefused, match="0x80040400") as refusal:
        list(company.execute(document(f"<{request_name}Rq iterator='Start'/>")))
    assert "iterator" in refusal.value.problem


def test_counts_come_with_the_data_or_without(trade: Ask) -> None:
    both, only, plain = trade(
        "<InvoiceQueryRq metaData='MetaDataAndResponseData'/><InvoiceQueryRq metaData='MetaDataOnly'/><InvoiceQueryRq/>"
    )
    assert (both[1]["retCount"], len(both[2])) == ("5", 5)
    assert (only[1]["retCount"], len(only[2])) == ("5", 0)
    assert "retCount" not in plain[1]
