"""The scalar types: what text each accepts, and the one text each value is kept as. It knows no elements.

A converter takes the text of an element and returns its canonical text, or raises ValueError with what the type
takes. Lexical rules only: a date such as 2026-02-30 passes here, and is for whoever executes the request to
refuse with its status. Empty text, which clears a field, is lawful for every type but INT, ENUM and GUID.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

Converter = Callable[[str], str]

BLANKS = " \t\r\n"


def _identifier(text: str) -> str:
    text = text.strip(BLANKS)
    if len(text) > 36:
        raise ValueError("at most 36 characters")
    return text


_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false", "": ""}


def _boolean(text: str) -> str:
    value = _BOOLEANS.get(text)
    if value is None:
        value = _BOOLEANS.get(text.strip(BLANKS))
    if value is None:
        raise ValueError("true, false, 1 or 0")
    return value


def _pattern(pattern: str, takes: str) -> Converter:
    match = re.compile(pattern, re.ASCII).fullmatch

    def convert(text: str) -> str:
        if match(text):
            return text
        text = text.strip(BLANKS)
        if not match(text):
            raise ValueError(takes)
        return text

    return convert


def _number(canonical: str, pattern: str, least: int, takes: str) -> Converter:
    """A decimal number kept with at least `least` decimals and no zeros beyond them, no plus, no minus zero."""
    is_canonical = re.compile(canonical, re.ASCII).fullmatch
    match = re.compile(pattern, re.ASCII).fullmatch

    def convert(text: str) -> str:
        if is_canonical(text):
            return text
        text = text.strip(BLANKS)
        if not text:
            return text
        if not match(text):
            raise ValueError(takes)
        number = f"{Decimal(text):f}"
        whole, _, decimals = number.partition(".")
        decimals = decimals.rstrip("0").ljust(least, "0")
        if not decimals.strip("0") and not whole.strip("-0"):
            whole = "0"
        return f"{whole}.{decimals}" if decimals else whole

    return convert


def _integer(text: str) -> str:
    text = text.strip(BLANKS)
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        raise ValueError("a whole number")
    return str(int(text))


_WHOLE = r"(?:0|-?[1-9]\d*)"
_NUMBER = r"[+-]?\d{1,10}(?:\.\d{1,5})?"
_TWO_OR_MORE = r"(?:-?[1-9]\d{0,9}|0)\.\d{2}(?:\d{0,2}[1-9])?"

CONVERTERS: dict[str, Converter | None] = {
    "STR": None,
    "ID": _identifier,
    "BOOL": _boolean,
    "DATE": _pattern(r"(?:\d{4}-\d\d-\d\d)?", "a date as in 2026-01-31"),
    "DATETIME": _pattern(
        r"(?:\d{4}-\d\d-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:[+-]\d\d:\d\d)?)?)?)?)?",
        "a date and time as in 2026-01-31T14:05:00-05:00, or a date",
    ),
    "TIMEINTERVAL": _pattern(r"(?:[+-]?PT(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?", "a time interval as in PT8H30M"),
    "AMT": _number(
        r"(?:-?[1-9]\d{0,12}|0)\.\d\d",
        r"[+-]?\d{1,13}(?:\.\d\d)?",
        2,
        "an amount with two decimals or none, as in 12.50",
    ),
    "PRICE": _number(_TWO_OR_MORE, _NUMBER, 2, "a number with at most five decimals"),
    "PERCENT": _number(_TWO_OR_MORE, _NUMBER, 2, "a number with at most five decimals"),
    "QUAN": _number(_WHOLE, _NUMBER, 0, "a number with at most five decimals"),
    "FLOAT": _number(_WHOLE, r"[+-]?\d{1,15}(?:\.\d{0,15})?", 0, "a decimal number"),
    "INT": _integer,
    "GUID": _pattern(
        r"0|\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}",
        "0 or an identifier as in {6B063959-81B0-4622-85D6-F548C8CCB517}",
    ),
}


@cache
def enumeration(values: tuple[str, ...]) -> Converter:
    """A converter that takes these values and nothing else."""
    known = dict.fromkeys(values)

    def convert(text: str) -> str:
        if text in known:
            return text
        text = text.strip(BLANKS)
        if text not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return text

    return convert


def within(convert: Converter, low: str, high: str) -> Converter:
    """A converter that takes only numbers from `low` to `high`; "" is no bound."""
    least, most = Decimal(low or "-Infinity"), Decimal(high or "Infinity")

    def bounded(text: str) -> str:
        value = convert(text)
        if value and not least <= Decimal(value) <= most:
            raise ValueError(
                f"a number from {low} to {high}" if low and high else f"{low or high} or {'more' if low else 'less'}"
            )
        return value

    return bounded
