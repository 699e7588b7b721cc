"""Completion: what is offered at a place, and that everything offered may stand there."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.errors import QbxmlRefused
from qbconnector.qbxml import dialect, parse
from qbconnector.qbxml.assist.complete import Completions, Option, complete
from qbconnector.qbxml.assist.problems import problems
from qbconnector.qbxml.assist.scan import attributes, scan
from qbconnector.qbxml.assist.templates import requests, template
from qbconnector.qbxml.assist.walk import Target
from qbconnector.qbxml.reader import Reader
from tests.qbxml.assist.texts import ANY_TEXT, DIALECTS, HEAD, TAIL, TARGETS, cursor, document


def at(text: str, target: Target | None = None) -> Completions:
    """What is offered where the | is."""
    return complete(*cursor(text), target)


def labels(text: str, target: Target | None = None) -> list[str]:
    return [option.label for option in at(text, target).options]


def taken(text: str, label: str) -> str:
    """The text once the option was chosen, with the cursor as |."""
    bare, _ = cursor(text)
    found = at(text)
    option = next(one for one in found.options if one.label == label)
    insert = option.insert[: option.cursor] + "|" + option.insert[option.cursor :]
    return bare[: found.start] + insert + bare[found.end :]


# A document from nothing


def test_an_empty_document_begins_with_its_frame() -> None:
    text = taken("|", "QBXML")
    assert text.startswith('<?xml version="1.0" ?>\n<?qbxml version="16.0"?>\n<QBXML>\n')
    text = taken(text, "HostQueryRq")
    assert parse(text.replace("|", "").encode()).names == ("HostQueryRq",)


def test_the_frame_is_that_of_the_target() -> None:
    (option,) = at("|", Target.of("qbposxml", "2.5")).options
    assert '<?qbposxml version="2.5"?>\n<QBPOSXML>\n' in option.insert
    canadian = at("|", Target.of("qbxml", "CA8.0")).options[0]
    assert '<?qbxml version="CA8.0"?>' in canadian.insert


def test_what_is_there_of_the_frame_is_not_offered_again() -> None:
    (option, _) = at('<?xml version="1.0"?>\n<?qbxml version="13.0"?>\n|').options
    assert option.insert.startswith("<QBXML>")
    assert labels("|<QBXML></QBXML>") == ["?qbxml"]
    assert labels(f"{HEAD}{TAIL}|") == []


def test_versions() -> None:
    offered = labels('<?qbxml version="|"?>')
    assert offered[:2] == ["16.0", "15.0"]
    assert "CA6.1" in offered
    assert "6.1" not in offered


# Elements


def test_what_is_required_and_what_is_missing() -> None:
    found = at(document("<CustomerAddRq><CustomerAdd>|</CustomerAdd></CustomerAddRq>"))
    assert [(one.label, one.required) for one in found.options] == [("Name", True)]
    assert found.missing == ("Name",)
    assert found.inside == ("QBXML", "QBXMLMsgsRq", "CustomerAddRq", "CustomerAdd")


def test_elements_come_in_the_order_of_the_language() -> None:
    offered = labels(document("<InvoiceAddRq><InvoiceAdd><InvoiceLineAdd><Rate>1</Rate>|"))
    assert offered[:3] == ["ClassRef", "Amount", "OptionForPriceRuleConflict"]
    assert not {"RatePercent", "Quantity"} & set(offered)


def test_the_version_of_the_document_counts() -> None:
    line = "<InvoiceAddRq><InvoiceAdd><InvoiceLineAdd>|"
    assert "UnitOfMeasure" in labels(document(line))
    assert "UnitOfMeasure" not in labels(document(line).replace("13.0", "6.0"))
    assert "UnitOfMeasure" not in labels(f"<QBXML><QBXMLMsgsRq>{line}", Target.of("qbxml", "6.0"))


def test_what_follows_stays_allowed() -> None:
    query = "<CustomerQueryRq>|<FromModifiedDate></FromModifiedDate></CustomerQueryRq>"
    assert labels(document(query)) == ["MaxReturned", "ActiveStatus"]


def test_an_element_out_of_order_does_not_end_the_help() -> None:
    offered = labels(document("<CustomerAddRq><CustomerAdd><CompanyName>x</CompanyName>|"))
    assert offered[0] == "Salutation"
    assert "Name" not in offered


def test_a_reference_is_completed_with_its_name() -> None:
    text = taken(document("<InvoiceAddRq>\n  <Inv|\n</InvoiceAddRq>"), "InvoiceAdd")
    assert "<InvoiceAdd>\n    <CustomerRef>\n      <FullName>|</FullName>\n    </CustomerRef>\n  </InvoiceAdd>" in text


def test_what_must_come_first_comes_along() -> None:
    text = taken(document("|"), "CustomerModRq")
    assert "<ListID>|</ListID>\n    <EditSequence></EditSequence>" in text


def test_the_name_of_a_whole_tag_is_replaced_alone() -> None:
    text = document("<CustomerQueryRq><Active|Status>All</ActiveStatus></CustomerQueryRq>")
    assert "<MaxReturned|>All</ActiveStatus>" in taken(text, "MaxReturned")


def test_requests_of_this_version() -> None:
    assert "LeadAddRq" in labels(document("<|"))
    assert "LeadAddRq" not in labels(document("<|").replace("13.0", "12.0"))
    assert "CustomerAddRs" not in labels(document("|"))


def test_a_word_without_a_bracket() -> None:
    found = at(document("<CustomerQueryRq>Max|</CustomerQueryRq>"))
    assert found.end - found.start == 3
    assert "<CustomerQueryRq><MaxReturned>|</MaxReturned></CustomerQueryRq>" in taken(
        document("<CustomerQueryRq>Max|</CustomerQueryRq>"), "MaxReturned"
    )


def test_the_end_of_what_is_open() -> None:
    assert labels(f"{HEAD}<CustomerQueryRq><MaxReturned>1<|")[-1] == "/MaxReturned"
    assert labels(f"{HEAD}<CustomerQueryRq></|") == ["/CustomerQueryRq"]
    assert "/CustomerQueryRq" not in labels(document("<CustomerQueryRq>|</CustomerQueryRq>"))
    assert "/CustomerAdd" not in labels(f"{HEAD}<CustomerAddRq><CustomerAdd>|")


# Attributes and values


def test_attributes_that_are_not_there_yet() -> None:
    assert labels(document('<CustomerQueryRq requestID="1" |>')) == ["metaData", "iterator", "iteratorID"]
    assert labels(document('<CustomerQueryRq it|="Start">')) == ["requestID", "metaData", "iterator", "iteratorID"]
    assert labels(document("<CustomerQueryRq |>").replace("13.0", "3.0")) == ["requestID"]


def test_values_of_an_attribute() -> None:
    assert labels('<QBXML><QBXMLMsgsRq onError="|') == ["continueOnError", "stopOnError", "rollbackOnError"]
    assert labels(document('<CustomerQueryRq iterator="St|art"/>')) == ["Start", "Continue", "Stop"]
    assert 'iterator="Stop|"' in taken(document('<CustomerQueryRq iterator="St|art"/>'), "Stop")


def test_macros_that_were_defined() -> None:
    text = document(
        '<InvoiceAddRq><InvoiceAdd defMacro="TxnID:one&amp;"></InvoiceAdd></InvoiceAddRq>',
        '<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef></CustomerRef><AppliedToTxnAdd><TxnID useMacro="|"/>',
    )
    assert labels(text) == ["TxnID:one&"]
    assert 'useMacro="TxnID:one&amp;|"' in taken(text, "TxnID:one&")


def test_values_of_an_element() -> None:
    assert labels(document("<CustomerQueryRq><ActiveStatus>|</ActiveStatus>")) == ["ActiveOnly", "InactiveOnly", "All"]
    assert "<IsActive>false|</IsActive>" in taken(
        document("<CustomerAddRq><CustomerAdd><Name>x</Name><IsActive>tr|ue</IsActive>"), "false"
    )
    assert labels(document("<CustomerAddRq><CustomerAdd><Name>|</Name>")) == []


def test_nothing_in_a_comment() -> None:
    assert labels(document("<!-- <| -->")) == []


# All of the language


def places(text: str, most: int) -> Iterator[int]:
    """Where parts of the text begin, at most so many."""
    starts = [token.start for token in scan(text)]
    yield from starts[:: max(len(starts) // most, 1)]


def reaches_the_end(body: str, name: str) -> bool:
    """Whether the strict reader refuses nothing of the text before it breaks off."""
    try:
        list(Reader(dialect(name)).read(body.encode(), 1 << 20))
    except QbxmlRefused as refused:
        return refused.problem.startswith("no element found")
    return True


def fits(text: str, found: Completions, option: Option, name: str) -> None:
    """The option may stand there, and nothing after it is refused because of it."""
    before = text[: found.start] + option.insert[: option.cursor]
    assert reaches_the_end(before, name), before
    whole = text[: found.start] + option.insert + text[found.end :]
    end = found.start + len(option.insert)
    assert [one for one in problems(whole, name) if one.start > end] == []


@pytest.mark.parametrize("target", TARGETS, ids=DIALECTS)
@pytest.mark.parametrize("part", range(8))
def test_what_is_offered_may_stand_there(target: Target, part: int) -> None:
    tried = 0
    for message in requests(target)[part::8]:
        text = template(message.name, target)
        for offset in places(text, 8):
            found = complete(text, offset, target)
            elements = [one for one in found.options if one.kind in ("element", "request", "end")]
            for option in elements[:: max(len(elements) // 4, 1)]:
                fits(text, found, option, target.dialect)
                tried += 1
    assert tried > 20


@pytest.mark.parametrize("target", TARGETS, ids=DIALECTS)
def test_values_that_are_offered_are_taken(target: Target) -> None:
    tried = 0
    for message in requests(target):
        text = template(message.name, target)
        for token in scan(text):
            spots = [one.start for one in attributes(text, token)] if token.kind == "open" else []
            spots += [token.start] if token.kind == "text" and text[token.start : token.end].strip() else []
            for offset in spots:
                found = complete(text, offset, target)
                for option in found.options:
                    assert option.kind == "value"
                    parse((text[: found.start] + option.insert + text[found.end :]).encode(), target.dialect)
                    tried += 1
    assert tried > 50


@given(ANY_TEXT, st.integers(-1, 500))
def test_any_text_at_any_place(text: str, offset: int) -> None:
    for target in TARGETS:
        found = complete(text, offset, target)
        assert 0 <= found.start <= found.end <= len(text)
        assert all(0 <= one.cursor <= len(one.insert) for one in found.options)
