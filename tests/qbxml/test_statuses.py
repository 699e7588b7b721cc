import pytest

from qbconnector.errors import QbxmlRefused, UnsupportedVersion
from qbconnector.qbxml import HRESULTS, STATUSES, severity, status


def test_severities_follow_from_the_code() -> None:
    assert [severity(code) for code in (0, 1, 499, 500, 999, 1000, 3231)] == [
        "Info",
        "Info",
        "Info",
        "Warn",
        "Warn",
        "Error",
        "Error",
    ]


def test_facts_complete_the_text() -> None:
    assert status(3150, element="DepositLineAdd").text == 'There is a missing element: "DepositLineAdd".'
    assert status(3140, kind="Account", value="x", where="Deposit").text == (
        'There is an invalid reference to QuickBooks Account "x" in the Deposit.  QuickBooks error message: '
        "Invalid argument.  The specified record does not exist in the list."
    )
    with pytest.raises(KeyError):
        status(3150)


def test_every_status_is_complete_and_says_how_sure_it_is() -> None:
    for code, entry in STATUSES.items():
        assert entry.code == code
        assert entry.text
        assert entry.certainty in {"REAL", "DOC", "CODE", "MEMORY", "OWN"}


def test_the_refusals_carry_the_text_of_the_table() -> None:
    for error in (QbxmlRefused, UnsupportedVersion):
        assert HRESULTS[error.HRESULT].text == error.TEXT
