"""What the log shows of a body: no secret, whatever form it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.activity.masking import LOGGED, masked, readable

CARD = "4111111111111111"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<SSN>123-45-6789</SSN>", "<SSN>***</SSN>"),
        ("<SSNOrTaxID useMacro='x'>12 3</SSNOrTaxID>", "<SSNOrTaxID useMacro='x'>***</SSNOrTaxID>"),
        ("<VendorTaxIdent>123456789</VendorTaxIdent>", "<VendorTaxIdent>***</VendorTaxIdent>"),
        ("<UserPassword>hunter2</UserPassword>", "<UserPassword>***</UserPassword>"),
        ("<SSN><![CDATA[<secret>]]></SSN>", "<SSN>***</SSN>"),
        ("<CreditCardNumber>4111 1111</CreditCardNumber>", "<CreditCardNumber>***</CreditCardNumber>"),
        (f"<Memo>paid with {CARD}.</Memo>", "<Memo>paid with ***.</Memo>"),
        ("<Memo>4111-1111-1111-1111</Memo>", "<Memo>***</Memo>"),
        ("<Memo>3782 822463 10005</Memo>", "<Memo>***</Memo>"),
        ("<Notes>his number is 123-45-6789</Notes>", "<Notes>his number is ***</Notes>"),
        ("<TxnID>80000001-1234567890</TxnID>", "<TxnID>80000001-1234567890</TxnID>"),
        ("<Phone>555-555-0123</Phone>", "<Phone>555-555-0123</Phone>"),
        ("<Memo>4111111111111112</Memo>", "<Memo>4111111111111112</Memo>"),
    ],
)
def test_secrets_are_hidden_and_the_rest_stays(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_a_document_is_read(encoding: str) -> None:
    assert readable("<SSN>123456789</SSN>".encode(encoding)).endswith("<SSN>***</SSN>")


@given(st.integers(0, 20))
def test_a_secret_that_the_cut_goes_through_is_hidden_too(before: int) -> None:
    for secret in (CARD, "123-45-6789"):
        body = b"x" * (LOGGED - before - 1) + b" " + secret.encode() + b"<" * 100
        assert secret[:4] not in readable(body) or len(secret) < before


@given(st.text(), st.text(st.characters(blacklist_characters="<"), min_size=4))
def test_what_stands_in_a_secret_element_never_shows(before: str, secret: str) -> None:
    shown = masked(f"<A>x</A><SSN>{secret}</SSN>")
    assert shown == "<A>x</A><SSN>***</SSN>"
    assert isinstance(masked(before), str)
