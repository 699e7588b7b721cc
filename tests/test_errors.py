"""The tree of exceptions: drawn as it is, and every message a finished sentence."""

import inspect
import re
from pathlib import Path

import pytest

from qbconnector import errors
from qbconnector.errors import QbConnectorError

CLASSES = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, QbConnectorError)]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    parents = [""] * 10
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"^    ((?:[│ ]  )*(?:[├└]─ )?)(\w+)", line):
            depth = len(match[1]) // 3
            parents[depth] = match[2]
            drawn[match[2]] = parents[depth - 1] if depth else ""
    assert drawn == {one.__name__: one.__mro__[1].__name__ if one is not QbConnectorError else "" for one in CLASSES}


@pytest.mark.parametrize(
    "error",
    [
        errors.RequestProcessorError(-2147220480, "Text."),
        errors.QbxmlRefused("Rate is not allowed here", 3, 7, "QBXML/X", ("A", "B")),
        errors.UnsupportedVersion("99.0", ["12.0", "13.0"]),
        errors.RequestTimedOut(60),
        errors.QueueFull(7),
        errors.UnknownSetting("Prot", ["Port"]),
        errors.InvalidSetting("Port", "a\nb", "a number"),
        errors.BrokenSettingsFile(Path("x.toml"), "invalid value", 1, 2),
        errors.UnknownUser("x"),
        errors.UserExists("x"),
        errors.InvalidUser("x", "a name has no colon"),
        errors.CompanyFileMissing("x"),
        errors.CompanyFileExists("x"),
        errors.NotACompanyFile("x", "it is a letter"),
        errors.NothingOpen(),
        errors.PortUnavailable("Port", "", 80, "Permission denied"),
        errors.Unreachable("http://x/", "refused"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_messages_are_one_sentence_and_so_are_remedies(error: QbConnectorError) -> None:
    for text in filter(None, (str(error), error.remedy)):
        assert text.endswith((".", "?"))
        assert "\n" not in text


def test_a_number_of_com_is_shown_as_com_does() -> None:
    error = errors.RequestProcessorError(-2147220480, "Text.")
    assert error.hresult == 0x80040400
    assert str(error) == "0x80040400: Text."


def test_a_refusal_says_where_and_what_could_stand_there() -> None:
    error = errors.QbxmlRefused("Rate may not stand here", 3, 7, "QBXML/QBXMLMsgsRq", ("Amount", "ClassRef"))
    assert error.detail.splitlines() == [
        "line 3, column 7: Rate may not stand here",
        "at QBXML/QBXMLMsgsRq",
        "expected one of Amount, ClassRef",
    ]
