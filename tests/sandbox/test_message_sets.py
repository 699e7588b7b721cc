"""Message sets: order, onError, requestID, macros, error recovery, and the text around the answers."""

import pytest

from qbconnector.sandbox.company import Company

from .conftest import Ask, Clock, document

ADD = "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq>"


def test_the_envelope_is_quickbooks_own(company: Company) -> None:
    answer = b"".join(
        company.execute(document("<CustomerQueryRq requestID='7'><FullName>A &amp; é</FullName></CustomerQueryRq>"))
    )
    assert answer == (
        b'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<CustomerQueryRs requestID="7" statusCode="500"'
        b' statusSeverity="Warn" statusMessage="The query request has not been fully completed. There was a required'
        b' element (&quot;A &amp; &#233;&quot;) that could not be found in QuickBooks." />\n'
        b"</QBXMLMsgsRs>\n</QBXML>\n"
    )


def test_continue_on_error_goes_on(ask: Ask) -> None:
    assert ask(ADD.format("A") + ADD.format("A") + ADD.format("B")).codes == [0, 3100, 0]


def test_stop_on_error_stops(ask: Ask) -> None:
    answers = ask(ADD.format("A") + ADD.format("A") + ADD.format("B"), on_error="stopOnError")
    assert answers.codes == [0, 3100, 3231]
    assert answers.messages[2] == "The request has not been processed."
    assert ask("<CustomerQueryRq/>").codes == [0]


def test_a_warning_does_not_stop(ask: Ask) -> None:
    answers = ask(
        "<CustomerQueryRq><FullName>none</FullName></CustomerQueryRq>" + ADD.format("A"), on_error="stopOnError"
    )
    assert answers.codes == [500, 0]


def test_a_request_id_is_echoed_up_to_fifty_characters(ask: Ask) -> None:
    request = '<CustomerQueryRq requestID="{}"/>'
    assert ask(request.format("x" * 50))[0][1]["requestID"] == "x" * 50
    assert ask(request.format("x" * 51)).codes == [1060]


def test_recovery_answers_a_set_once(ask: Ask, time: Clock) -> None:
    recovery = ' newMessageSetID="set-1"'
    first = ask(ADD.format("A"), more=recovery)
    time.pass_(60)
    assert ask(ADD.format("A"), more=recovery) == first
    assert ask(ADD.format("B"), more=recovery) == []
    assert ask('<CustomerQueryRq metaData="MetaDataOnly"/>')[0][1]["retCount"] == "1"


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        (' newMessageSetID="new"', 0),
        (' newMessageSetID="known"', 9001),
        (f' newMessageSetID="{"x" * 25}"', 9004),
        (' oldMessageSetID="known" newMessageSetID="other"', 0),
    ],
)
def test_recovery_statuses_of_a_set_with_requests(company: Company, attributes: str, status: int) -> None:
    list(company.execute(document(ADD.format("A"), more=' newMessageSetID="known"')))
    answer = b"".join(company.execute(document(ADD.format("B"), more=attributes))).decode()
    assert f'messageSetStatusCode="{status}"' in answer


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        (' oldMessageSetID="known" newMessageSetID="known"', 0),
        (' oldMessageSetID="other" newMessageSetID="other"', 9002),
        (' oldMessageSetID="known"', 0),
        (' oldMessageSetID="other"', 600),
        (' oldMessageSetID="ClearAllMessageSets"', 0),
    ],
)
def test_recovery_statuses_of_a_set_without_requests(company: Company, attributes: str, status: int) -> None:
    list(company.execute(document(ADD.format("A"), more=' newMessageSetID="known"')))
    answer = b"".join(company.execute(document("", more=attributes))).decode()
    assert f'messageSetStatusCode="{status}"' in answer


def test_a_long_set_cut_short_goes_on_where_it_stopped(company: Company, ask: Ask) -> None:
    body = document("".join(ADD.format(f"C{number}") for number in range(250)), more=' newMessageSetID="long"')
    whole = b"".join(company.execute(body))
    assert whole.count(b'statusCode="0"') == 250
    assert b"".join(company.execute(body)) == whole
    assert ask('<CustomerQueryRq metaData="MetaDataOnly"/>')[0][1]["retCount"] == "250"


def test_include_none_answers_without_data(ask: Ask) -> None:
    answers = ask(ADD.format("A"), more=' responseData="includeNone"')
    assert answers.codes == [0]
    assert answers[0][2] == []


def test_a_request_undone_in_the_middle_leaves_its_neighbours(ask: Ask, company: Company) -> None:
    """A deposit whose cash back names no account is refused when it is stored already."""
    accounts = "".join(
        f"<AccountAddRq><AccountAdd><Name>{name}</Name><AccountType>{kind}</AccountType></AccountAdd></AccountAddRq>"
        for name, kind in (("Cash", "Bank"), ("Sales", "Income"))
    )
    deposit = (
        "<DepositAddRq><DepositAdd><DepositToAccountRef><FullName>Cash</FullName></DepositToAccountRef>{}"
        "<DepositLineAdd><AccountRef><FullName>Sales</FullName></AccountRef><Amount>5.00</Amount></DepositLineAdd>"
        "</DepositAdd></DepositAddRq>"
    )
    broken = deposit.format("<CashBackInfoAdd><AccountRef/><Amount>1.00</Amount></CashBackInfoAdd>")
    answers = ask(accounts + deposit.format("") + broken + deposit.format("") + ADD.format("A"))
    assert answers.codes == [0, 0, 0, 3150, 0, 0]
    assert len(ask("<DepositQueryRq/>")[0][2]) == 2
    assert company.verify() == []
