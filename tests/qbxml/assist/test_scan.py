from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml.assist.scan import attributes, rest, scan
from tests.qbxml.assist.texts import ANY_TEXT


@given(ANY_TEXT)
def test_nothing_of_a_text_is_lost(text: str) -> None:
    tokens = scan(text)
    assert "".join(text[token.start : token.end] for token in tokens) == text
    for token in tokens:
        assert token.start < token.end
        for one in attributes(text, token):
            assert text[one.at : one.at + len(one.name)] == one.name
            assert one.start < 0 or text[one.start : one.end] == one.value


@given(ANY_TEXT, st.integers(0, 20))
def test_what_follows_is_bounded(text: str, index: int) -> None:
    assert len(rest(scan(text), index, most=5).siblings) <= 5


def test_an_unfinished_tag_ends_where_the_next_begins() -> None:
    kinds = [(token.kind, token.name, token.closed) for token in scan('<A b="x\n<B/></C>')]
    assert kinds == [("open", "A", False), ("empty", "B", True), ("close", "C", True)]


def test_an_attribute_may_hold_a_bracket() -> None:
    text = "<A b='1>2' c=\"\">"
    (token,) = scan(text)
    assert [(one.name, one.value) for one in attributes(text, token)] == [("b", "1>2"), ("c", "")]


def test_what_follows_in_the_same_element() -> None:
    tokens = scan("<A><B>1</B><C><D/></C></A><E/>")
    assert rest(tokens, 1).siblings == ["B", "C"]
    assert rest(tokens, 1).closes == "A"
    assert rest(tokens, len(tokens)).closes == ""
