"""The Explorer page: what its address asks for stands in it."""

import html
import re

import pytest

from qbconnector.qbxml import parse
from tests.console.conftest import Console
from tests.console.test_answers import QUERY, send


def text(page: str) -> str:
    found = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def said(page: str) -> str:
    found = re.search(r'id="said">(.*?)</p>', page, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def test_it_begins_with_a_template_or_with_one_object(console: Console) -> None:
    page = console.api.get("/explorer?template=CustomerAddRq&version=qbxml/CA8.0").text
    document = parse(text(page).encode())
    assert (document.names, str(document.version), document.edition) == (("CustomerAddRq",), "8.0", "CA")
    assert '<option value="qbxml/CA8.0" selected>' in page
    page = console.api.get("/explorer?query=InvoiceQueryRq&id=1%262").text
    assert "<TxnID>1&amp;2</TxnID>" in text(page)
    assert text(console.api.get("/explorer").text) == ""


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("template=Nothing", 'There is no template for "Nothing" in qbxml 16.0.'),
        ("query=HostQueryRq&id=1", 'There is no template for "HostQueryRq" in qbxml 16.0.'),
        ("version=qbxml/99.0", 'There is no version "qbxml/99.0".'),
        ("version=other/1.0", 'There is no version "other/1.0".'),
        ("request=12", "Request 12 is not among the last ones any more."),
        ("request=<b>", "Request <b> is not among the last ones any more."),
    ],
)
def test_what_there_is_not_is_said(console: Console, query: str, problem: str) -> None:
    page = console.api.get(f"/explorer?{query}")
    assert (page.status_code, said(page.text), text(page.text)) == (200, problem, "")


def test_it_begins_with_a_request_that_was_kept(console: Console) -> None:
    send(console, QUERY)
    assert "was not kept" in said(console.api.get("/explorer?request=1").text)
    console.api.patch("/api/settings", json={"LogLevel": "Verbose"})
    send(console, QUERY)
    page = console.api.get("/explorer?request=2").text
    assert (text(page), said(page)) == (QUERY, "This is request 2 as the log has it.")
    send(console, QUERY.replace("<MaxReturned>10</MaxReturned>", "<FullName>123-45-6789</FullName>"))
    assert "replaced by ***" in said(console.api.get("/explorer?request=3").text)
    send(console, QUERY + "<!--" + "x" * 70_000 + "-->")
    page = console.api.get("/explorer?request=4").text
    assert "the beginning only" in said(page)
    assert len(text(page)) < 70_000
