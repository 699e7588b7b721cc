"""What a COM call that failed becomes."""

import pytest

from qbconnector.errors import ProcessEnded, RequestProcessorError
from qbconnector.processors.com import CANNOT_START, NO_ACCESS
from qbconnector.processors.troubles import DIED, TROUBLES, UNREACHED, not_answered, not_opened, raised


def test_quickbooks_own_words_are_passed_on() -> None:
    error = raised(0x80040414 - 2**32, "A dialog.\r\nClose it.\r\n", "A dialog.\r\nClose it.\r\nReally.")
    assert (error.hresult, error.text, error.detail) == (0x80040414, "A dialog.", "Close it.\nReally.")


def test_without_words_the_number_has_ours() -> None:
    assert raised(0x80040408).text == "Could not start QuickBooks."
    assert raised(0x8000FFFF).text == "QuickBooks failed."
    assert raised(0x8000FFFF, "Can't connect to the database.").text == "Can't connect to the database."


@pytest.mark.parametrize("number", [0x80040154, 0x800401F3, 0x80080005, 0x80070005, 0x800702E4])
def test_what_keeps_windows_from_it_has_a_remedy(number: int) -> None:
    error = raised(number)
    assert error.hresult == number
    assert error.detail == TROUBLES[number].remedy != ""


def test_a_process_that_is_gone_is_told_by_what_it_may_have_seen() -> None:
    for number in DIED | UNREACHED:
        assert not_opened(raised(number), CANNOT_START).hresult == CANNOT_START
    for number in DIED:
        assert isinstance(not_answered(raised(number), NO_ACCESS), ProcessEnded)
    for number in UNREACHED:
        unsent = not_answered(raised(number), NO_ACCESS)
        assert unsent.hresult == NO_ACCESS
        assert "was not sent" in unsent.detail
    other = RequestProcessorError(0x80040402, "x")
    assert not_opened(other, CANNOT_START) is other is not_answered(other, NO_ACCESS)
