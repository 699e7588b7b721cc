import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import Aggregate, Message, parse
from qbconnector.qbxml.assist.templates import requests, template
from qbconnector.qbxml.assist.tidy import tidy
from tests.qbxml.assist.texts import ANY_TEXT, TARGETS, document
from tests.qbxml.generate import document as generated
from tests.qbxml.generate import valid_requests


def test_one_element_on_a_line() -> None:
    assert tidy(
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
        "<CustomerAddRq><CustomerAdd><Name> a\n b </Name><BillAddress>\n</BillAddress></CustomerAdd></CustomerAddRq>"
        "<HostQueryRq/></QBXMLMsgsRq></QBXML>"
    ) == (
        '<?xml version="1.0"?>\n<?qbxml version="13.0"?>\n<QBXML>\n  <QBXMLMsgsRq onError="stopOnError">\n'
        "    <CustomerAddRq>\n      <CustomerAdd>\n        <Name> a\n b </Name>\n        <BillAddress></BillAddress>\n"
        "      </CustomerAdd>\n    </CustomerAddRq>\n    <HostQueryRq/>\n  </QBXMLMsgsRq>\n</QBXML>\n"
    )


def test_comments_stay_where_they_were() -> None:
    laid_out = tidy(
        document(
            "<!-- first -->",
            "<CustomerQueryRq>",
            "<!-- all --></CustomerQueryRq> <!-- of them -->",
            "",
            "",
            "<HostQueryRq/>",
        )
    )
    assert (
        "    <!-- first -->\n    <CustomerQueryRq>\n      <!-- all -->\n    </CustomerQueryRq> <!-- of them -->\n\n"
        "    <HostQueryRq/>\n"
    ) in laid_out


def test_what_is_no_xml_stays() -> None:
    with pytest.raises(QbxmlRefused, match="parsing") as refused:
        tidy("<a>\n<b></a>")
    assert refused.value.line == 2


@given(valid_requests())
def test_values_and_tags_stay_as_they_are(request: tuple[Message, Aggregate]) -> None:
    text = generated([request]).decode()
    laid_out = tidy(text)
    assert list(parse(laid_out.encode()).requests) == list(parse(text.encode()).requests)
    assert re.findall("<[^>]*>", laid_out) == re.findall("<[^>]*>", text)


@given(ANY_TEXT)
def test_twice_is_once(text: str) -> None:
    try:
        laid_out = tidy(text)
    except QbxmlRefused:
        return
    assert tidy(laid_out) == laid_out


@pytest.mark.parametrize("full", [False, True])
def test_templates_are_tidy(full: bool) -> None:
    for target in TARGETS:
        for message in requests(target):
            text = template(message.name, target, full)
            assert tidy(text, target) == text


@given(valid_requests(), st.integers(0, 2000))
def test_of_a_beginning_all_is_laid_out(request: tuple[Message, Aggregate], most: int) -> None:
    text = generated([request]).decode()
    laid_out = tidy(text[:most], whole=False).rstrip("\n")
    assert "".join(laid_out.split()) == "".join(text[:most].split())


@given(ANY_TEXT)
def test_any_beginning_is_taken(text: str) -> None:
    tidy(text, whole=False)
