"""Documents between bytes and COM's strings."""

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.errors import QbxmlRefused
from qbconnector.processors.bstr import ENCODINGS, from_com, to_com

TEXT = "<QBXML>Bücher</QBXML>"


@pytest.mark.parametrize("name", [*ENCODINGS, "UTF-8"])
def test_the_declaration_says_the_encoding_and_loses_it(name: str) -> None:
    ours = "<QBXML>Buecher</QBXML>" if name == "us-ascii" else TEXT
    document = f'<?xml version="1.0" encoding="{name}" ?>{ours}'.encode(ENCODINGS[name.lower()])
    assert to_com(document) == f'<?xml version="1.0" ?>{ours}'


@pytest.mark.parametrize(
    "document",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
)
def test_a_byte_order_mark_says_it_too(document: bytes) -> None:
    assert to_com(document) == TEXT


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_seen_without_a_mark(order: str) -> None:
    assert to_com(f"<?xml version='1.0' encoding='UTF-16'?>{TEXT}".encode(order)) == f"<?xml version='1.0'?>{TEXT}"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (TEXT.encode("latin-1"), "declares no encoding"),
        (b'<?xml version="1.0" encoding="utf-8"?>\xff', "byte 0xFF at offset 38"),
        (b'<?xml version="1.0" encoding="UTF-16"?><QBXML/>', 'encoding="UTF-16"'),
        (b'<?xml version="1.0" encoding="zlib"?><QBXML/>', 'encoding="zlib"'),
        (b'<?xml version="1.0" encoding="unicode_escape"?><QBXML/>', 'encoding="unicode_escape"'),
    ],
)
def test_bytes_that_are_not_what_they_say_are_refused(document: bytes, said: str) -> None:
    with pytest.raises(QbxmlRefused, match="0x80040400") as refused:
        to_com(document)
    assert said in refused.value.detail


def test_an_answer_is_utf_8_and_does_not_say_otherwise() -> None:
    assert from_com(f'<?xml version="1.0" encoding="utf-16"?>{TEXT}') == f'<?xml version="1.0"?>{TEXT}'.encode()
    assert from_com("\ud83d") == "\ufffd".encode()


@given(st.text())
def test_what_goes_there_comes_back(text: str) -> None:
    assert to_com(from_com(f"<a>{text}</a>")) == f"<a>{text}</a>"


@given(st.binary())
def test_any_bytes_are_taken_or_refused(document: bytes) -> None:
    with contextlib.suppress(QbxmlRefused):
        assert isinstance(from_com(to_com(document)), bytes)
