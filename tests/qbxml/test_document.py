import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.errors import QbxmlRefused, UnsupportedVersion
from qbconnector.qbxml import Aggregate, Macro, Message, dialect, parse, render_document, render_request
from tests.qbxml.generate import document, full, minimal, requests, valid_requests


def envelope(inside: str, version: str = "13.0", attributes: str = 'onError="stopOnError"') -> bytes:
    return (
        f'<?xml version="1.0"?>\n<?qbxml version="{version}"?>\n<QBXML>\n'
        f"<QBXMLMsgsRq {attributes}>\n{inside}\n</QBXMLMsgsRq>\n</QBXML>\n"
    ).encode()


def refusal(body: bytes, dialect: str = "qbxml") -> QbxmlRefused:
    with pytest.raises(QbxmlRefused) as caught:
        parse(body, dialect)
    return caught.value


def outcome(body: bytes, dialect: str = "qbxml") -> str:
    """What became of the document; any other exception is the test's failure."""
    try:
        return parse(body, dialect).message_set
    except (QbxmlRefused, UnsupportedVersion) as refused:
        return refused.detail


LINE = "<InvoiceLineAdd><Quantity>{}</Quantity>{}</InvoiceLineAdd>"
INVOICE = (
    '<InvoiceAddRq requestID="7"><InvoiceAdd defMacro="TxnID:one"><CustomerRef><FullName>Joe</FullName>'
    "</CustomerRef>{}</InvoiceAdd></InvoiceAddRq>"
)


def test_a_document_is_read_into_canonical_values() -> None:
    read = parse(envelope(INVOICE.format(LINE.format("2.50", "<Rate>1.5</Rate><Amount>+3</Amount>"))))
    assert (str(read.version), read.edition, read.message_set) == ("13.0", "US", "QBXMLMsgsRq")
    assert read.attributes == {"onError": "stopOnError"}
    (request,) = read.requests
    assert (request.name, request.attributes) == ("InvoiceAddRq", {"requestID": "7"})
    invoice = request.fields.child("InvoiceAdd")
    assert invoice is not None
    assert invoice.text("@defMacro") == "TxnID:one"
    line = invoice.child("InvoiceLineAdd")
    assert line == [("Quantity", "2.5"), ("Rate", "1.50"), ("Amount", "3.00")]


def test_a_macro_is_a_leaf_of_its_own_kind() -> None:
    applied = '<AppliedToTxnAdd><TxnID useMacro="TxnID:one"/><PaymentAmount>1.00</PaymentAmount></AppliedToTxnAdd>'
    inside = f"<ReceivePaymentAddRq><ReceivePaymentAdd>{applied}</ReceivePaymentAdd></ReceivePaymentAddRq>"
    payment = next(iter(parse(envelope(inside.replace("Add>" + applied, "Add><CustomerRef/>" + applied))).requests))
    add = payment.fields.child("ReceivePaymentAdd")
    assert add is not None
    used = add.children("AppliedToTxnAdd")[0].get("TxnID")
    assert used == "TxnID:one"
    assert isinstance(used, Macro)


def test_a_macro_has_no_text_beside_it() -> None:
    applied = '<AppliedToTxnAdd><TxnID useMacro="TxnID:one">1-2</TxnID></AppliedToTxnAdd>'
    inside = (
        f"<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef/>{applied}</ReceivePaymentAdd></ReceivePaymentAddRq>"
    )
    assert "it may have one of them" in refusal(envelope(inside)).problem


# Each refusal: the inside of the message set, the version, what the refusal says, where, and its path.
REFUSALS = [
    (
        INVOICE.format("\n" + LINE.format("1", "<Amount>1</Amount><Rate>1</Rate>")),
        "13.0",
        "Rate is not allowed after Amount in InvoiceLineAdd: it belongs before Amount",
        (6, 57),
        "QBXML/QBXMLMsgsRq/InvoiceAddRq/InvoiceAdd/InvoiceLineAdd/Rate",
    ),
    (
        INVOICE.format("<Refnumber>1</Refnumber>"),
        "13.0",
        "Refnumber is not allowed after CustomerRef in InvoiceAdd; did you mean RefNumber?",
        (5, 113),
        "QBXML/QBXMLMsgsRq/InvoiceAddRq/InvoiceAdd/Refnumber",
    ),
    (
        "<CheckAddRq><CheckAdd><AccountRef/><AddressBlock/></CheckAdd></CheckAddRq>",
        "13.0",
        "AddressBlock is not allowed after AccountRef in CheckAdd; it stands in CheckRet only",
        (5, 36),
        "QBXML/QBXMLMsgsRq/CheckAddRq/CheckAdd/AddressBlock",
    ),
    (
        "<CustomerAddRq><CustomerAdd><Name>a</Name><JobTitle>b</JobTitle></CustomerAdd></CustomerAddRq>",
        "8.0",
        "JobTitle is new in qbxml 12.0; this document says 8.0",
        (5, 43),
        "QBXML/QBXMLMsgsRq/CustomerAddRq/CustomerAdd/JobTitle",
    ),
    (
        (
            "<CustomerAddRq><CustomerAdd><Name>a</Name>"
            "<TaxRegistrationNumber>b</TaxRegistrationNumber></CustomerAdd></CustomerAddRq>"
        ),
        "13.0",
        "TaxRegistrationNumber is not in the US edition",
        (5, 43),
        "QBXML/QBXMLMsgsRq/CustomerAddRq/CustomerAdd/TaxRegistrationNumber",
    ),
    (
        "<CustomerAddRq><CustomerAdd></CustomerAdd></CustomerAddRq>",
        "13.0",
        "CustomerAdd ends where Name is missing",
        (5, 29),
        "QBXML/QBXMLMsgsRq/CustomerAddRq/CustomerAdd",
    ),
    (
        "<JournalEntryAddRq><JournalEntryAdd/></JournalEntryAddRq>",
        "13.0",
        "JournalEntryAdd ends where JournalDebitLine or JournalCreditLine is missing",
        (5, 38),
        "QBXML/QBXMLMsgsRq/JournalEntryAddRq/JournalEntryAdd",
    ),
    (
        "<CustomerAddRq><CustomerAdd><Name>a</Name><Name>b</Name></CustomerAdd></CustomerAddRq>",
        "13.0",
        "Name may stand only once in CustomerAdd",
        (5, 43),
        "QBXML/QBXMLMsgsRq/CustomerAddRq/CustomerAdd/Name",
    ),
    (
        "<CustomerAddRq><CustomerAdd><Name>a</Name><IsActive>yes</IsActive></CustomerAdd></CustomerAddRq>",
        "13.0",
        'IsActive does not take "yes": it takes true, false, 1 or 0',
        (5, 53),
        "QBXML/QBXMLMsgsRq/CustomerAddRq/CustomerAdd/IsActive",
    ),
    (
        "<CustomerQueryRq><ActiveStatus>Active</ActiveStatus></CustomerQueryRq>",
        "13.0",
        'ActiveStatus does not take "Active": it takes one of ActiveOnly, InactiveOnly, All',
        (5, 32),
        "QBXML/QBXMLMsgsRq/CustomerQueryRq/ActiveStatus",
    ),
    (
        "<CustomerAddRq><CustomerAdd>\n  stray\n<Name>a</Name></CustomerAdd></CustomerAddRq>",
        "13.0",
        'the text "stray" stands between the elements of CustomerAdd',
        (6, 3),
        "QBXML/QBXMLMsgsRq/CustomerAddRq/CustomerAdd",
    ),
    (
        "<CustomerQueryRq><ListID><b/></ListID></CustomerQueryRq>",
        "13.0",
        "b stands in ListID, which takes a text only",
        (5, 26),
        "QBXML/QBXMLMsgsRq/CustomerQueryRq/ListID/b",
    ),
    (
        "<CustomerQuerryRq/>",
        "13.0",
        "CustomerQuerryRq is not a request; did you mean CustomerQueryRq?",
        (5, 1),
        "QBXML/QBXMLMsgsRq/CustomerQuerryRq",
    ),
    (
        "<CustomerQueryRs/>",
        "13.0",
        "CustomerQueryRs is a response, not a request",
        (5, 1),
        "QBXML/QBXMLMsgsRq/CustomerQueryRs",
    ),
    (
        "<LeadQueryRq/>",
        "12.0",
        "LeadQueryRq is new in qbxml 13.0; this document says 12.0",
        (5, 1),
        "QBXML/QBXMLMsgsRq/LeadQueryRq",
    ),
    (
        "<SubscriptionDelRq/>",
        "13.0",
        "SubscriptionDelRq belongs into QBXMLSubscriptionMsgsRq, not into QBXMLMsgsRq",
        (5, 1),
        "QBXML/QBXMLMsgsRq/SubscriptionDelRq",
    ),
    (
        '<AccountQueryRq iterator="Start"/>',
        "13.0",
        "AccountQueryRq has no attribute iterator",
        (5, 1),
        "QBXML/QBXMLMsgsRq/AccountQueryRq",
    ),
    (
        '<CustomerQueryRq iterator="Start"/>',
        "4.0",
        "the attribute iterator is new in qbxml 5.0; this document says 4.0",
        (5, 1),
        "QBXML/QBXMLMsgsRq/CustomerQueryRq",
    ),
    (
        '<CustomerQueryRq metaData="MetaDataOnly"/>',
        "3.0",
        "the attribute metaData is new in qbxml 4.0; this document says 3.0",
        (5, 1),
        "QBXML/QBXMLMsgsRq/CustomerQueryRq",
    ),
    (
        '<CustomerQueryRq iterator="Begin"/>',
        "13.0",
        'iterator of CustomerQueryRq does not take "Begin": it takes one of Start, Continue, Stop',
        (5, 1),
        "QBXML/QBXMLMsgsRq/CustomerQueryRq",
    ),
    (
        "<CustomerQueryRq>",
        "13.0",
        "mismatched tag: CustomerQueryRq is open",
        (6, 3),
        "QBXML/QBXMLMsgsRq/CustomerQueryRq",
    ),
    (
        "<CustomerQueryRq><FullName>&nbsp;</FullName></CustomerQueryRq>",
        "13.0",
        "undefined entity: only &amp; &lt; &gt; &quot; &apos; and character references are known",
        (5, 28),
        "QBXML/QBXMLMsgsRq/CustomerQueryRq",
    ),
]


@pytest.mark.parametrize(("inside", "version", "problem", "place", "path"), REFUSALS)
def test_a_refusal_says_what_where_and_why(
    inside: str, version: str, problem: str, place: tuple[int, int], path: str
) -> None:
    refused = refusal(envelope(inside, version))
    assert (refused.problem, (refused.line, refused.column), refused.path) == (problem, place, path)


def test_a_refusal_lists_what_could_stand_there_in_order() -> None:
    refused = refusal(envelope("<CheckAddRq><CheckAdd><AccountRef><Name/></AccountRef></CheckAdd></CheckAddRq>"))
    assert refused.expected == ("ListID", "FullName")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "no element found"),
        (b"<QBXML/>", 'no <?qbxml version="16.0"?> stands before QBXML'),
        (b'<?qbxml version="13.0"?><QBXML/>', "QBXML ends where QBXMLMsgsRq or QBXMLSubscriptionMsgsRq is missing"),
        (b'<?qbxml version="13.0"?><a/>', "the document element is a, not QBXML"),
        (b'<?qbposxml version="3.0"?><QBPOSXML/>', "this is a qbposxml document; qbxml was expected"),
        (b"<?qbxml 13.0?><QBXML/>", 'the instruction is written <?qbxml version="16.0"?>'),
        (envelope("") + b"<a/>", "junk after document element: a body holds one document"),
        (envelope("") + envelope(""), "junk after document element: a body holds one document"),
        (b"<!DOCTYPE a>" + b"<a/>", "a document type declaration is not allowed"),
        (
            envelope("", attributes=""),
            "QBXMLMsgsRq needs the attribute onError, one of continueOnError, stopOnError, rollbackOnError",
        ),
        (
            envelope("").replace(b'1.0"?>', b'1.0" encoding="utf-16"?>', 1),
            "the declaration names another encoding than the bytes are in; leave it out for UTF-8",
        ),
        (
            envelope("").replace(b'1.0"?>', b'1.0" encoding="utf-7"?>', 1),
            'the encoding "utf-7" is not read; use utf-8, utf-16, windows-1252, iso-8859-1, us-ascii',
        ),
        (
            envelope("<!-- é -->").decode().encode("latin-1"),
            "not well-formed (invalid token): the bytes are not UTF-8; declare the encoding they are in",
        ),
    ],
)
def test_what_is_wrong_with_a_document_as_a_whole(body: bytes, problem: str) -> None:
    assert refusal(body).problem == problem


@pytest.mark.parametrize("version", ["99.0", "6.1", "13", "CA", "XX3.0", ""])
def test_an_unknown_version_has_its_own_refusal(version: str) -> None:
    with pytest.raises(UnsupportedVersion) as caught:
        parse(envelope("", version))
    assert "16.0" in caught.value.known


@pytest.mark.parametrize(("said", "edition"), [("CA3.0", "CA"), ("US13.0", "US"), ("UK6.1", "UK"), ("AU8.0", "AU")])
def test_an_edition_stands_before_the_version(said: str, edition: str) -> None:
    assert parse(envelope("", said)).edition == edition


def test_elements_of_the_online_edition_are_accepted() -> None:
    body = "<CustomerAddRq><CustomerAdd><Name>a</Name><Mobile>5</Mobile></CustomerAdd></CustomerAddRq>"
    assert parse(envelope(body)).names == ("CustomerAddRq",)


def test_billion_laughs_never_begin() -> None:
    laughs = "".join(f'<!ENTITY l{i} "&l{i - 1};&l{i - 1};">' for i in range(1, 40))
    refused = refusal(f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><QBXML>&l39;</QBXML>'.encode())
    assert refused.problem == "a document type declaration is not allowed"


def test_deep_nesting_is_refused_at_its_first_level() -> None:
    refused = refusal(envelope("<CustomerQueryRq>" * 100_000))
    assert (refused.line, refused.column) == (5, 18)


def test_the_size_is_limited() -> None:
    with pytest.raises(QbxmlRefused, match="parsing the provided XML") as caught:
        parse(envelope(" " * 100), limit=100)
    assert "at most 100 are read" in caught.value.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-1", "us-ascii"])
def test_encodings(encoding: str) -> None:
    name = "Zoë" if encoding != "us-ascii" else "Zo&#235;"
    text = envelope(f"<CustomerQueryRq><FullName>{name}</FullName></CustomerQueryRq>").decode()
    declared = encoding.removesuffix("-sig")
    body = text.replace('1.0"?>', f'1.0" encoding="{declared}"?>', 1).encode(encoding)
    (request,) = parse(body).requests
    assert request.fields == [("FullName", "Zoë")]


def test_comments_sections_and_instructions_do_not_part_a_text() -> None:
    inside = "<CustomerQueryRq><FullName>a<!-- b -->c<![CDATA[<d>]]><?e f?></FullName></CustomerQueryRq>"
    (request,) = parse(envelope(inside)).requests
    assert request.fields == [("FullName", "ac<d>")]


def test_large_documents_are_read_again_from_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    one = render_request("CustomerAddRq", Aggregate([("CustomerAdd", Aggregate([("Name", "Joe " + "x" * 30)]))]))
    body = render_document([one] * 80_000)
    assert len(body) > 8_000_000
    tracemalloc.start()
    read = parse(body)
    count = sum(1 for request in read.requests if request.fields)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == len(read.names) == 80_000
    assert peak < len(body)
    assert next(iter(read.requests)).attributes == {}


def test_a_small_document_of_queries_is_remembered_and_an_add_is_not() -> None:
    query = envelope("<HostQueryRq/>")
    assert parse(query) is parse(bytes(bytearray(query)))
    add = envelope("<CustomerAddRq><CustomerAdd><Name>a</Name></CustomerAdd></CustomerAddRq>")
    assert parse(add) is not parse(add)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_a_refusal(body: bytes) -> None:
    for dialect_name in ("qbxml", "qbposxml"):
        assert outcome(body, dialect_name)


@given(st.data())
def test_a_broken_document_is_a_document_or_a_refusal(data: st.DataObject) -> None:
    message, fields = data.draw(valid_requests())
    body = bytearray(document([(message, fields)]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 8))] = data.draw(
            st.one_of(
                st.binary(max_size=8), st.sampled_from([b"</", b"/>", b"<a>", b"&amp;", b"\x00", b"<!--", b"]]>"])
            )
        )
    assert outcome(bytes(body))


@pytest.mark.parametrize("name", ["qbxml", "qbposxml"])
def test_every_request_parses_at_its_least_and_at_its_fullest(name: str) -> None:
    for message in requests(name):
        for fields in (minimal(message), full(message)):
            (request,) = parse(document([(message, fields)]), name).requests
            assert (request.name, request.fields) == (message.name, fields)


def test_every_request_parses_in_the_version_that_brought_it() -> None:
    for message in requests():
        version = next(one for one in dialect("qbxml").versions if one >= message.since)
        (request,) = parse(document([(message, full(message, version))], version)).requests
        assert request.message is message


@given(st.sampled_from(["qbxml", "qbposxml"]).flatmap(lambda name: st.tuples(st.just(name), valid_requests(name))))
def test_what_is_rendered_parses_to_the_same(drawn: tuple[str, tuple[Message, Aggregate]]) -> None:
    name, (message, fields) = drawn
    (request,) = parse(document([(message, fields)]), name).requests
    assert request.fields == fields
