"""Responses as tables, CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import Aggregate, ElementDecl, Message, dialect, render_element
from qbconnector.qbxml.assist.answers import DEEPEST, Head, heads
from qbconnector.qbxml.assist.answers import read as read_answer
from qbconnector.qbxml.assist.structure import to_json
from qbconnector.qbxml.assist.tables import Table, tabulate, to_csv
from qbconnector.qbxml.states import grammar
from tests.qbxml.generate import Drawn, Path, requests


def answer(*responses: str) -> bytes:
    return f'<?xml version="1.0" ?>\n<QBXML><QBXMLMsgsRs>\n{"".join(responses)}</QBXMLMsgsRs></QBXML>\n'.encode()


INVOICES = answer(
    '<InvoiceQueryRs requestID="7" statusCode="0" statusSeverity="Info" statusMessage="Status OK">',
    "<InvoiceRet><TxnID>1-1</TxnID><CustomerRef><ListID>8-1</ListID><FullName>Oak</FullName></CustomerRef>",
    "<IsPaid>true</IsPaid>",
    "<InvoiceLineRet><TxnLineID>1-2</TxnLineID><Quantity>2</Quantity><Amount>10.50</Amount></InvoiceLineRet>",
    "<InvoiceLineRet><TxnLineID>1-3</TxnLineID><Amount>3.00</Amount></InvoiceLineRet></InvoiceRet>",
    "<InvoiceRet><TxnID>2-1</TxnID><RefNumber>=2+5</RefNumber><BalanceRemaining>-4.00</BalanceRemaining></InvoiceRet>",
    "</InvoiceQueryRs>",
    '<HostQueryRs statusCode="1"/>',
)


def named(name: str, body: bytes = INVOICES) -> Table:
    return next(table for table in tabulate(body).tables if table.name == name)


def rows(body: bytes, table: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(to_csv(body, table)), newline="")))


def as_json(body: bytes) -> Any:
    return json.loads("".join(to_json(body)))


def test_objects_are_rows_and_what_is_nested_is_dotted() -> None:
    found = tabulate(INVOICES)
    assert [(one.name, one.attributes["statusCode"]) for one in found.responses] == [
        ("InvoiceQueryRs", "0"),
        ("HostQueryRs", "1"),
    ]
    table = named("InvoiceRet")
    # In the order of the language, also when a later row brings them.
    assert table.columns == [
        "TxnID",
        "CustomerRef.ListID",
        "CustomerRef.FullName",
        "RefNumber",
        "BalanceRemaining",
        "IsPaid",
    ]
    assert table.rows[1] == {"TxnID": "2-1", "RefNumber": "=2+5", "BalanceRemaining": "-4.00"}


def test_lines_are_a_table_that_begins_with_their_key() -> None:
    table = named("InvoiceLineRet")
    assert table.columns[:3] == ["InvoiceRet.TxnID", "TxnLineID", "Quantity"]
    assert [row["InvoiceRet.TxnID"] for row in table.rows] == ["1-1", "1-1"]


def test_a_table_shows_its_first_rows_and_counts_them_all() -> None:
    (table,) = tabulate(
        answer('<ClassQueryRs statusCode="0">', "<ClassRet><Name>a</Name></ClassRet>" * 5, "</ClassQueryRs>"), most=2
    ).tables
    assert (len(table.rows), table.total) == (2, 5)


def test_repeated_texts_are_a_table_too() -> None:
    body = answer(
        '<HostQueryRs statusCode="0"><HostRet><ProductName>x</ProductName><MajorVersion>1</MajorVersion>',
        "<SupportedQBXMLVersion>1.0</SupportedQBXMLVersion><SupportedQBXMLVersion>2.0</SupportedQBXMLVersion>",
        "</HostRet></HostQueryRs>",
    )
    assert [row["value"] for row in named("SupportedQBXMLVersion", body).rows] == ["1.0", "2.0"]


def test_a_report_is_a_table_under_its_own_titles() -> None:
    body = answer(
        '<GeneralSummaryReportQueryRs statusCode="0"><ReportRet><ReportTitle>Profit &amp; Loss</ReportTitle>',
        '<ColDesc colID="1" dataType="STRTYPE"><ColTitle titleRow="1"/><ColType>Blank</ColType></ColDesc>',
        '<ColDesc colID="2" dataType="AMTTYPE"><ColTitle titleRow="1" value="Jan"/><ColTitle titleRow="2" value="26"/>',
        '<ColType>Amount</ColType></ColDesc><ReportData><TextRow rowNumber="0" value="Income"/><DataRow rowNumber="1">',
        '<RowData rowType="account" value="Sales"/><ColData colID="1" value="Sales"/><ColData colID="2" value="9.00"/>',
        "</DataRow></ReportData></ReportRet></GeneralSummaryReportQueryRs>",
    )
    table = named("ReportData", body)
    assert table.columns == ["Row", "Text", "account", "Column 1", "Jan 26"]
    assert table.rows[1] == {"Row": "Data", "account": "Sales", "Column 1": "Sales", "Jan 26": "9.00"}
    assert named("ReportRet", body).rows == [{"ReportTitle": "Profit & Loss"}]


def test_csv_disarms_formulas_and_keeps_amounts() -> None:
    lines = rows(INVOICES, named("InvoiceRet"))
    assert lines[0] == named("InvoiceRet").columns
    assert dict(zip(lines[0], lines[2], strict=True)) == {
        "TxnID": "2-1",
        "CustomerRef.ListID": "",
        "CustomerRef.FullName": "",
        "RefNumber": "'=2+5",
        "BalanceRemaining": "-4.00",
        "IsPaid": "",
    }


def test_json_has_lists_where_something_may_repeat() -> None:
    responses = as_json(INVOICES)["responses"]
    assert (responses[0]["name"], responses[0]["statusCode"], responses[1]["results"]) == ("InvoiceQueryRs", 0, [])
    first, second = responses[0]["results"]
    assert first["type"] == "InvoiceRet"
    assert first["IsPaid"] is True
    assert first["CustomerRef"] == {"ListID": "8-1", "FullName": "Oak"}
    assert [line["Amount"] for line in first["InvoiceLineRet"]] == ["10.50", "3.00"]
    assert second["BalanceRemaining"] == "-4.00"


def test_what_the_language_does_not_know_is_taken_as_it_stands() -> None:
    body = answer('<NewRs statusCode="0"><NewRet a="1"><B>x</B><B>y</B><C><D>z</D></C></NewRet></NewRs>')
    assert named("NewRet", body).rows == [{"@a": "1", "C.D": "z"}]
    assert as_json(body)["responses"][0]["results"] == [{"type": "NewRet", "@a": "1", "B": ["x", "y"], "C": {"D": "z"}}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a>",
        b"<a/><b/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a>" * (DEEPEST + 1),
        b'<?xml version="1.0" encoding="EBCDIC"?><a/>',
        b"\xff\xfe",
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(QbxmlRefused):
        tabulate(body)
    with pytest.raises(QbxmlRefused):
        "".join(to_json(body))


# Whatever may be answered. Of a report's columns the tables show the titles, not the types.

NOT_REPORTS = [one for one in requests() if not one.object.endswith("Report")]


class Answered(Drawn):
    """What is drawn for responses, where an enumeration may have values that nobody listed."""

    def text(self, path: Path, decl: ElementDecl) -> str:
        return super().text(path, decl) if decl.enum or decl.type != "ENUM" else "Other"


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    def response(message: Message) -> str:
        content = message.response.content
        assert content is not None
        rules = grammar("qbxml", dialect("qbxml").versions[-1], "US", responses=True)
        built = Aggregate([("@statusCode", "0"), *Answered(rules, draw).build(content.items, ())])
        return render_element(message.response, built, keep_empty=True)

    return answer(*(response(one) for one in draw(st.lists(st.sampled_from(NOT_REPORTS), min_size=1, max_size=2))))


def texts(element: ET.Element) -> Iterator[str]:
    """The texts of what stands in responses."""
    for one in element.iterfind("*/*//*"):
        if not len(one) and one.text:
            yield one.text


@given(answers())
def test_no_text_is_lost(body: bytes) -> None:
    wanted = sorted(texts(ET.fromstring(body)))
    tables = tabulate(body).tables
    shown = [text for table in tables for row in table.rows for text in row.values() if text]
    assert len(shown) >= len(wanted)
    assert set(wanted) <= set(shown)
    for table in tables:
        assert len(rows(body, table)) == table.total + 1
    as_json(body)


@given(answers(), st.integers(1, 300))
def test_the_heads_are_found_however_the_answer_comes(body: bytes, size: int) -> None:
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert list(heads(chunks)) == [part for part in read_answer(body) if isinstance(part, Head)]


def test_a_head_is_taken_for_what_it_is() -> None:
    body = b"""<QBXML><QBXMLMsgsRs><HostQueryRs statusCode = '0' statusMessage='"a" &amp; b' ><x>statusCode="1"</x>"""
    assert list(heads([body])) == [Head("HostQueryRs", {"statusCode": "0", "statusMessage": '"a" & b'})]


@given(st.binary(max_size=80))
def test_any_bytes(body: bytes) -> None:
    list(heads([b"<aRs statusCode=", body, b">"]))
    for read in (lambda: tabulate(body), lambda: "".join(to_json(body))):
        with suppress(QbxmlRefused):
            read()
