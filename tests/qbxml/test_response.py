import pytest

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import parse_response

EMPTY = (
    b'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n'
    b'<DepositAddRs statusCode="3150" statusSeverity="Error" '
    b'statusMessage="There is a missing element: &quot;DepositLineAdd&quot;." />\n</QBXMLMsgsRs>\n</QBXML>\n'
)


def answer(inside: str) -> bytes:
    status = 'statusCode="0" statusSeverity="Info" statusMessage="Status OK"'
    rs = f"<CustomerQueryRs {status}>\n{inside}</CustomerQueryRs>"
    return f"<QBXML><QBXMLMsgsRs>{rs}</QBXMLMsgsRs></QBXML>".encode()


def test_a_response_is_read_without_an_instruction() -> None:
    read = parse_response(EMPTY)
    (response,) = read.responses
    assert (read.message_set, read.attributes) == ("QBXMLMsgsRs", {})
    assert response.name == "DepositAddRs"
    assert response.attributes == {
        "statusCode": "3150",
        "statusSeverity": "Error",
        "statusMessage": 'There is a missing element: "DepositLineAdd".',
    }
    assert response.fields == []


def test_recovery_attributes_stand_on_the_message_set() -> None:
    body = b'<QBXML><QBXMLMsgsRs newMessageSetID="a" messageSetStatusCode="0"></QBXMLMsgsRs></QBXML>'
    assert parse_response(body).attributes == {"newMessageSetID": "a", "messageSetStatusCode": "0"}


def test_what_is_required_is_required_unless_the_answer_is_partial() -> None:
    body = answer("<CustomerRet><Name>a</Name><FullName>a</FullName></CustomerRet>")
    with pytest.raises(QbxmlRefused) as caught:
        parse_response(body)
    assert caught.value.expected == ("ListID",)
    assert len(parse_response(body, partial=True).responses) == 1


def test_elements_newer_than_the_version_asked_in_are_refused() -> None:
    body = answer("<CustomerRet><JobTitle>a</JobTitle></CustomerRet>")
    assert parse_response(body, partial=True, version="12.0").responses
    with pytest.raises(QbxmlRefused):
        parse_response(body, partial=True, version="11.0")
