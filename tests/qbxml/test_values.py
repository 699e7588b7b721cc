from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml.values import CONVERTERS, enumeration, within


def convert(kind: str, text: str) -> str:
    converter = CONVERTERS[kind]
    assert converter is not None
    return converter(text)


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("AMT", "5", "5.00"),
        ("AMT", " -5.10\n", "-5.10"),
        ("AMT", "+007.00", "7.00"),
        ("AMT", "-0.00", "0.00"),
        ("AMT", "-0.50", "-0.50"),
        ("AMT", "1234567890123.45", "1234567890123.45"),
        ("QUAN", "5.00", "5"),
        ("QUAN", "2.50", "2.5"),
        ("QUAN", "100", "100"),
        ("QUAN", "-0", "0"),
        ("PRICE", "12.3750", "12.375"),
        ("PRICE", "12", "12.00"),
        ("PRICE", "0.00001", "0.00001"),
        ("PERCENT", "7.7", "7.70"),
        ("FLOAT", "1.", "1"),
        ("INT", "+07", "7"),
        ("BOOL", "1", "true"),
        ("BOOL", "0", "false"),
        ("BOOL", " true ", "true"),
        ("DATE", " 2026-01-31 ", "2026-01-31"),
        ("DATETIME", "2026-01-31T14", "2026-01-31T14"),
        ("DATETIME", "2026-01-31T14:05:00-05:00", "2026-01-31T14:05:00-05:00"),
        ("TIMEINTERVAL", "-PT8H30M", "-PT8H30M"),
        ("ID", " 1-2 ", "1-2"),
        ("GUID", "0", "0"),
        *[(kind, "", "") for kind in ("AMT", "QUAN", "PRICE", "PERCENT", "BOOL", "DATE", "DATETIME", "ID")],
    ],
)
def test_a_value_has_one_canonical_text(kind: str, text: str, canonical: str) -> None:
    assert convert(kind, text) == canonical
    assert convert(kind, canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("AMT", "5.1"),
        ("AMT", "1,000.00"),
        ("AMT", "12345678901234"),
        ("AMT", "٣.00"),
        ("QUAN", "1.123456"),
        ("PRICE", "1e5"),
        ("BOOL", "TRUE"),
        ("DATE", "1/31/2026"),
        ("DATETIME", "2026-01-31 14:05"),
        ("TIMEINTERVAL", "PT"),
        ("TIMEINTERVAL", "8H"),
        ("INT", ""),
        ("INT", "9" * 5000),
        ("GUID", ""),
        ("GUID", "6B063959-81B0-4622-85D6-F548C8CCB517"),
        ("ID", "x" * 37),
    ],
)
def test_a_wrong_text_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        convert(kind, text)


def test_enumerations_and_bounds() -> None:
    colour = enumeration(("Red", "Blue"))
    assert colour(" Red ") == "Red"
    with pytest.raises(ValueError, match="one of Red, Blue"):
        colour("red")
    integer = CONVERTERS["INT"]
    assert integer is not None
    day = within(integer, "1", "31")
    assert day("31") == "31"
    with pytest.raises(ValueError, match="a number from 1 to 31"):
        day("32")
    with pytest.raises(ValueError, match="1 or more"):
        within(integer, "1", "")("0")


@given(st.decimals("-9999999999", "9999999999", places=5, allow_nan=False))
def test_numbers_keep_their_value(number: Decimal) -> None:
    for kind in ("PRICE", "QUAN", "PERCENT"):
        assert Decimal(convert(kind, f"{number:f}")) == number
