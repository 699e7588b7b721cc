"""TransactionQuery: transactions of all kinds together."""

from collections.abc import Callable

import pytest

from qbconnector.qbxml import Aggregate
from tests.sandbox.conftest import Ask, Clock

BOOKS = (
    "<CustomerAddRq><CustomerAdd><Name>Fern</Name><OpenBalance>12.00</OpenBalance>"
    "<OpenBalanceDate>2026-01-05</OpenBalanceDate></CustomerAdd></CustomerAddRq>"
    "<VendorAddRq><VendorAdd><Name>Mill</Name><OpenBalance>20.00</OpenBalance>"
    "<OpenBalanceDate>2026-02-05</OpenBalanceDate></VendorAdd></VendorAddRq>"
    "<AccountAddRq><AccountAdd><Name>Bank</Name><AccountType>Bank</AccountType><OpenBalance>500.00</OpenBalance>"
    "<OpenBalanceDate>2026-03-05</OpenBalanceDate></AccountAdd></AccountAddRq>"
)

Find = Callable[..., list[Aggregate]]


@pytest.fixture
def find(ask: Ask) -> Find:
    assert set(ask(BOOKS).codes) == {0}

    def send(children: str = "", attributes: str = "") -> list[Aggregate]:
        answers = ask(f"<TransactionQueryRq{attributes}>{children}</TransactionQueryRq>")
        return answers[0][2].children("TransactionRet")

    return send


def test_all_of_them_as_totals(find: Find) -> None:
    found = {one.text("TxnType"): one for one in find()}
    amounts = {name: one.text("Amount") for name, one in found.items()}
    assert amounts == {"JournalEntry": "500.00", "Bill": "-20.00", "Invoice": "12.00"}
    entity, account = found["Invoice"].child("EntityRef"), found["Invoice"].child("AccountRef")
    assert entity is not None
    assert account is not None
    assert (entity.text("FullName"), account.text("FullName")) == ("Fern", "Accounts Receivable")
    assert found["Bill"].text("Memo") == "Opening balance"


@pytest.mark.parametrize(
    ("level", "rows"), [("SummaryOnly", [False]), ("AllExceptSummary", [True, True]), ("All", [False, True, True])]
)
def test_the_levels_of_detail(find: Find, level: str, rows: list[bool]) -> None:
    only = "<TransactionTypeFilter><TxnTypeFilter>JournalEntry</TxnTypeFilter></TransactionTypeFilter>"
    found = find(f"{only}<TransactionDetailLevelFilter>{level}</TransactionDetailLevelFilter>")
    assert [one.has("TxnLineID") for one in found] == rows
    lines = [one.text("Amount") for one in found if one.has("TxnLineID")]
    assert lines in (["500.00", "-500.00"], [])


@pytest.mark.parametrize(
    ("filter_", "kinds"),
    [
        ("<TransactionTypeFilter><TxnTypeFilter>Bill</TxnTypeFilter></TransactionTypeFilter>", {"Bill"}),
        ("<TransactionTypeFilter><TxnTypeFilter>Check</TxnTypeFilter></TransactionTypeFilter>", set()),
        ("<TransactionTypeFilter><TxnTypeFilter>Paycheck</TxnTypeFilter></TransactionTypeFilter>", set()),
        ("<TransactionEntityFilter><FullName>Fern</FullName></TransactionEntityFilter>", {"Invoice"}),
        ("<TransactionAccountFilter><FullName>Bank</FullName></TransactionAccountFilter>", {"JournalEntry"}),
        (
            "<TransactionDateRangeFilter><ToTxnDate>2026-02-05</ToTxnDate></TransactionDateRangeFilter>",
            {"Invoice", "Bill"},
        ),
        ("<TransactionPaidStatusFilter>Open</TransactionPaidStatusFilter>", {"Invoice", "Bill"}),
    ],
)
def test_filters(find: Find, filter_: str, kinds: set[str]) -> None:
    assert {one.text("TxnType") for one in find(filter_)} == kinds


def test_one_by_one(find: Find) -> None:
    wanted = find()[0].text("TxnID")
    assert [one.text("TxnID") for one in find(f"<TxnID>{wanted}</TxnID>")] == [wanted]


def test_a_number_may_be_filtered_further(find: Find, ask: Ask, time: Clock) -> None:
    entry = (
        "<JournalEntryAddRq><JournalEntryAdd><RefNumber>7</RefNumber><JournalDebitLine><AccountRef><FullName>Bank"
        "</FullName></AccountRef><Amount>1.00</Amount></JournalDebitLine><JournalCreditLine><AccountRef><FullName>"
        "Opening Balance Equity</FullName></AccountRef><Amount>1.00</Amount></JournalCreditLine></JournalEntryAdd>"
        "</JournalEntryAddRq>"
    )
    assert ask(entry).codes == [0]
    number = "<RefNumber>7</RefNumber>"
    assert len(find(number)) == 1
    early = "<TransactionDateRangeFilter><ToTxnDate>2026-01-01</ToTxnDate></TransactionDateRangeFilter>"
    assert find(number + early) == []


def test_page_by_page(ask: Ask) -> None:
    ask(BOOKS)
    start = ask('<TransactionQueryRq iterator="Start"><MaxReturned>2</MaxReturned></TransactionQueryRq>')
    assert start[0][1]["iteratorRemainingCount"] == "1"
    assert len(start[0][2]) == 2
