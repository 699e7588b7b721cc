from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml import (
    Aggregate,
    Macro,
    Version,
    dialect,
    escape,
    newest,
    render_document,
    render_element,
    render_request,
    too_long,
    unescape,
)
from tests.qbxml.generate import TEXTS

CUSTOMER = dialect("qbxml").element("CustomerRet")


def test_one_element_per_line_in_the_order_of_the_language() -> None:
    fields = Aggregate(
        [
            ("Balance", "0.00"),
            ("Name", "O'Brien & Søn <®>"),
            ("ListID", "1-2"),
            ("CompanyName", ""),
            ("BillAddress", Aggregate([("City", "Bay"), ("Addr1", "1 Main\nStreet")])),
            ("ShipAddress", Aggregate([("City", "")])),
        ]
    )
    assert render_element(CUSTOMER, fields) == (
        "<CustomerRet>\n"
        "<ListID>1-2</ListID>\n"
        "<Name>O&apos;Brien &amp; S&#248;n &lt;&#174;&gt;</Name>\n"
        "<BillAddress>\n"
        "<Addr1>1 Main&#10;Street</Addr1>\n"
        "<City>Bay</City>\n"
        "</BillAddress>\n"
        "<Balance>0.00</Balance>\n"
        "</CustomerRet>\n"
    )


def test_an_aggregate_of_nothing_but_empty_ones_is_left_out() -> None:
    empty = Aggregate([("BillAddress", Aggregate([("City", "")])), ("ParentRef", Aggregate())])
    assert render_element(CUSTOMER, empty) == ""
    assert render_element(CUSTOMER, Aggregate([("Name", "a"), *empty])).count("\n") == 3


def test_what_a_repeating_choice_mixes_keeps_its_order() -> None:
    bill = dialect("qbxml").element("BillRet")
    lines = [
        (name, Aggregate([("TxnLineID", str(at))])) for at, name in enumerate(["ItemGroupLineRet", "ItemLineRet"] * 2)
    ]
    text = render_element(bill, Aggregate([*lines, ("TxnID", "1-2")]))
    assert text.index("<TxnID>") < text.index("<TxnLineID>0")
    assert [text.index(f"<TxnLineID>{at}") for at in range(4)] == sorted(
        text.index(f"<TxnLineID>{at}") for at in range(4)
    )


def test_attributes_and_macros() -> None:
    report = dialect("qbxml").element("ReportRet").content
    assert report is not None
    column = Aggregate(
        [
            ("@colID", "1"),
            ("@dataType", "STRTYPE"),
            ("ColTitle", Aggregate([("@titleRow", "1"), ("@value", 'a "b"')])),
            ("ColType", "Label"),
        ]
    )
    assert render_element(report.elements["ColDesc"], column) == (
        '<ColDesc colID="1" dataType="STRTYPE">\n'
        '<ColTitle titleRow="1" value="a &quot;b&quot;" />\n'
        "<ColType>Label</ColType>\n"
        "</ColDesc>\n"
    )
    applied = dialect("qbxml").element("AppliedToTxnAdd")
    assert '<TxnID useMacro="TxnID:1" />\n' in render_element(applied, Aggregate([("TxnID", Macro("TxnID:1"))]))


def test_requests_keep_empty_elements_because_they_clear_fields() -> None:
    fields = Aggregate([("CustomerMod", Aggregate([("ListID", "1-2"), ("EditSequence", "3"), ("Notes", "")]))])
    rendered = render_request("CustomerModRq", fields, {"requestID": "a&b"})
    assert rendered.startswith('<CustomerModRq requestID="a&amp;b">\n<CustomerMod>\n')
    assert "<Notes></Notes>\n" in rendered
    assert render_request("HostQueryRq", Aggregate()) == "<HostQueryRq />\n"


def test_a_document() -> None:
    assert render_document(["<HostQueryRq />\n"], "13.0", newMessageSetID="x") == (
        b'<?xml version="1.0" ?>\n<?qbxml version="13.0"?>\n<QBXML>\n'
        b'<QBXMLMsgsRq onError="stopOnError" newMessageSetID="x">\n<HostQueryRq />\n</QBXMLMsgsRq>\n</QBXML>\n'
    )
    subscription = render_document([], message_set="QBXMLSubscriptionMsgsRq")
    assert b"<QBXMLSubscriptionMsgsRq>" in subscription


def test_too_long_names_the_first_leaf_that_is() -> None:
    add = dialect("qbxml").messages["CustomerAddRq"].element
    address = Aggregate([("Addr1", "x" * 42), ("City", "y" * 50)])
    fields = Aggregate([("CustomerAdd", Aggregate([("Name", "n" * 41), ("BillAddress", address)]))])
    assert too_long(add, fields) == ("Addr1", "x" * 42)
    address.put("Addr1", "x").put("City", "y")
    assert too_long(add, fields) is None


def test_newest_is_the_newest_since_within() -> None:
    assert newest(CUSTOMER, Aggregate([("Name", "a")])) == Version(1, 0)
    assert newest(CUSTOMER, Aggregate([("Name", "a"), ("JobTitle", "b")])) == Version(12, 0)
    address = Aggregate([("Addr5", "b")])
    assert newest(CUSTOMER, Aggregate([("BillAddress", address)])) == Version(6, 0)


@given(TEXTS | st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_is_ascii_and_comes_back(text: str) -> None:
    written = escape(text)
    assert written.isascii()
    assert not set(written) & set("<>\"'\n\r\t")
    assert unescape(written) == text
