"""Problems: all of them, the first as the port has it."""

import pytest
from hypothesis import example, given

from qbconnector.errors import QbxmlRefused, UnsupportedVersion
from qbconnector.qbxml import parse
from qbconnector.qbxml.assist.problems import MOST, Problem, problems, to_bytes
from tests.qbxml.assist.texts import ANY_TEXT, HEAD, document


def messages(text: str) -> list[str]:
    return [one.message for one in problems(text)]


def marked(text: str, one: Problem) -> str:
    return text[one.start : one.end]


def test_a_valid_document_has_none() -> None:
    assert problems(document("<CustomerQueryRq/>")) == []


def test_mistakes_of_several_requests() -> None:
    text = document(
        "<CustomerAddRq><CustomerAdd><Name>x</Name><IsActive>maybe</IsActive><Sublevel/></CustomerAdd></CustomerAddRq>",
        "<CustmerQueryRq/>",
        "<InvoiceAddRq><InvoiceAdd></InvoiceAdd></InvoiceAddRq>",
    )
    found = problems(text)
    assert [(one.line, marked(text, one)) for one in found] == [
        (5, "maybe"),
        (5, "<Sublevel"),
        (6, "<CustmerQueryRq"),
        (7, "</InvoiceAdd"),
    ]
    assert found[2].message == "CustmerQueryRq is not a request; did you mean CustomerQueryRq?"
    assert found[3].expected == ("CustomerRef",)
    assert found[3].remedy == "Write CustomerRef before it."


def test_one_mistake_of_order_is_one_problem() -> None:
    """What stands inside of the elements after it is still looked at."""
    text = document(
        "<CustomerAddRq><CustomerAdd><CompanyName>x</CompanyName><Phone>1</Phone><IsActive>maybe</IsActive>",
        "<BillAddress><City>x</City><Addr1>y</Addr1></BillAddress></CustomerAdd></CustomerAddRq>",
    )
    assert messages(text) == [
        "CompanyName is not allowed in CustomerAdd",
        'IsActive does not take "maybe": it takes true, false, 1 or 0',
        "Addr1 is not allowed after City in BillAddress: it belongs before City",
    ]


def test_what_stands_in_an_unknown_element_is_passed_over() -> None:
    text = document("<CustomerQueryRq><Wish><MaxReturned>x</MaxReturned></Wish>y</CustomerQueryRq>")
    assert messages(text) == [
        "Wish is not allowed in CustomerQueryRq",
        'the text "y" stands between the elements of CustomerQueryRq',
    ]


def test_an_element_in_a_text() -> None:
    text = document(
        "<CustomerQueryRq><MaxReturned>1<b>2</b>3</MaxReturned><ActiveStatus>No</ActiveStatus></CustomerQueryRq>"
    )
    assert messages(text) == [
        "b stands in MaxReturned, which takes a text only",
        'ActiveStatus does not take "No": it takes one of ActiveOnly, InactiveOnly, All',
    ]


def test_attributes_and_macros() -> None:
    text = document(
        '<CustomerQueryRq iterator="Begin" colour="1"><MaxReturned useMacro="TxnID:a">1</MaxReturned></CustomerQueryRq>'
    )
    found = messages(text)
    assert found[0].startswith('iterator of CustomerQueryRq does not take "Begin"')
    assert found[1] == "MaxReturned has no attribute useMacro"


def test_broken_xml_ends_the_search() -> None:
    text = document("<CustomerQueryRq><MaxReturned>x</MaxReturned></CustomerQuery>", "<CustmerQueryRq/>")
    found = problems(text)
    assert [one.line for one in found] == [5, 5]
    assert "mismatched tag" in found[1].message


def test_what_only_the_request_fails_for_is_a_warning() -> None:
    text = document(
        f"<CustomerAddRq><CustomerAdd><Name>{'x' * 42}</Name><JobStartDate>2026-02-30</JobStartDate></CustomerAdd>",
        "</CustomerAddRq>",
    )
    assert parse(text.encode()).names
    found = problems(text)
    assert [one.severity for one in found] == ["warning", "warning"]
    assert found[0].message == "Name has 42 characters; QuickBooks takes 41 at most"
    assert marked(text, found[1]) == "2026-02-30"


def test_the_version() -> None:
    text = document("<CustomerQueryRq/>").replace("13.0", "99.0")
    (found,) = problems(text)
    assert marked(text, found) == '<?qbxml version="99.0"?>'
    assert found.expected[0] == "16.0"
    (missing,) = problems("<QBXML/>")
    assert missing.message.startswith("no <?qbxml")
    assert problems(text, "qbposxml")[0].message == "this is a qbxml document; qbposxml was expected"


def test_there_is_an_end_to_it() -> None:
    text = document(*["<CustmerQueryRq/>"] * (MOST + 50))
    assert len(problems(text)) == MOST


def test_columns_count_characters() -> None:
    (found,) = problems(document("<!-- \u00e9\U0001f600 --><CustmerQueryRq/>"))
    assert (found.line, found.column) == (5, 12)


@pytest.mark.parametrize(
    ("declared", "encoded"),
    [("ISO-8859-1", b"\xe9 &#8364;"), ("utf-8", "\u00e9 \u20ac".encode()), ("EBCDIC", "\u00e9 \u20ac".encode())],
)
def test_a_document_is_sent_in_the_encoding_it_declares(declared: str, encoded: bytes) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n\u00e9 \u20ac'
    assert to_bytes(text).endswith(encoded)


@given(ANY_TEXT)
@example("\ufeff" + HEAD)
@example('<?xml version="1.0" encoding="EBCDIC"?><a/>')
@example('<?xml version="1.0" encoding="utf-16"?><a/>')
def test_the_first_is_what_the_port_answers(text: str) -> None:
    for dialect in ("qbxml", "qbposxml"):
        found = [one for one in problems(text, dialect) if one.severity == "error"]
        assert all(0 <= one.start <= one.end <= len(text) for one in found)
        assert [one.message for one in found[:1]] == refusal(text, dialect)


def refusal(text: str, dialect: str) -> list[str]:
    """What refuses the document, if something does."""
    try:
        parse(to_bytes(text), dialect)
    except QbxmlRefused as refused:
        return [refused.problem]
    except UnsupportedVersion as refused:
        return [f'the version "{refused.version}" is not supported or not known']
    return []


def test_the_place_is_the_ports() -> None:
    text = document("<CustomerAddRq>\n  <CustomerAdd><Name>x</Name>\n\t<IsActive> no</IsActive>")
    with pytest.raises(QbxmlRefused) as refused:
        parse(text.encode())
    (first, *_) = problems(text)
    assert (first.line, first.column) == (refused.value.line, refused.value.column) == (7, 13)
