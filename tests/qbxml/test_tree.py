"""The quick way and the reader agree: what the one takes, the other reads to the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml import Aggregate, dialect, parse, render_document, render_request
from qbconnector.qbxml.reader import Reader
from qbconnector.qbxml.tree import PATIENCE, Doubt, Tree
from tests.qbxml.generate import document, full, minimal, requests, valid_requests

QBXML = dialect("qbxml")
Reading = tuple[object, ...]


def reading(way: Tree | Reader, body: bytes, chunk: int) -> Reading:
    found = list(way.read(body, chunk))
    return way.version, way.edition, way.message_set, dict(way.attributes), found


@pytest.mark.parametrize("name", ["qbxml", "qbposxml"])
def test_ordinary_documents_go_the_quick_way(name: str) -> None:
    spec = dialect(name)
    for message in requests(name):
        body = document([(message, minimal(message)), (message, full(message))])
        assert reading(Tree(spec), body, 1 << 20) == reading(Reader(spec), body, 1 << 20)


# What mutations put into a document: text and markup that the two ways could see differently.
PIECES = [
    b" ",
    b"x",
    b"\xc2\xa0",
    b"<a>",
    b"<a/>",
    b"</",
    b"&amp;",
    b"&#160;",
    b"<?x y?>",
    b' b="c"',
    b"<Name/>",
    b"\r\n",
]


@given(st.data())
def test_whatever_passes_quickly_reads_the_same(data: st.DataObject) -> None:
    drawn = data.draw(st.lists(valid_requests().filter(lambda one: one[0].message_set == "QBXMLMsgsRq"), max_size=3))
    rendered = [render_request(message.name, fields) for message, fields in drawn]
    body = bytearray(render_document(rendered))
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(body)))
        body[at : at + data.draw(st.integers(0, 2))] = data.draw(st.sampled_from(PIECES))
    chunk = data.draw(st.integers(60, 4000))
    try:
        quick = reading(Tree(QBXML), bytes(body), chunk)
    except Doubt:
        return
    assert quick == reading(Reader(QBXML), bytes(body), chunk)


@pytest.mark.parametrize(
    "start",
    [
        b'<!DOCTYPE a><?qbxml version="13.0"?><QBXML/>',
        b'<?qbxml version="13.0"?><!-- --><QBXML/>',
        b'<?xml version="1.0" encoding="utf-16"?><?qbxml version="13.0"?><QBXML/>',
        b'<?qbposxml version="3.0"?><QBPOSXML/>',
        b'<?qbxml version="99.0"?><QBXML/>',
        b"<QBXML/>",
        b"",
    ],
)
def test_the_unusual_is_in_doubt(start: bytes) -> None:
    with pytest.raises(Doubt):
        list(Tree(QBXML).read(start, 1 << 20))


def test_what_never_completes_is_given_up_early() -> None:
    body = render_document([]).replace(b"</QBXMLMsgsRq>", b"<a>" * (PATIENCE // 2))
    given_up = Tree(QBXML).read(body, 1 << 16)
    with pytest.raises(Doubt):
        next(given_up)


def test_a_request_may_be_larger_than_patience() -> None:
    lines = [("InvoiceLineAdd", Aggregate([("Desc", "x" * 4000)])) for _ in range(400)]
    invoice = Aggregate([("CustomerRef", Aggregate([("ListID", "1-2")])), *lines])
    one = render_request("InvoiceAddRq", Aggregate([("InvoiceAdd", invoice)]))
    read = parse(render_document([one] * 2))
    assert [len(request.fields[0][1]) for request in read.requests] == [401, 401]
