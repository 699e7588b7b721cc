"""Exact decimal money: whole hundredths for amounts, whole hundred-thousandths for quantities, prices and percents.

Texts are the canonical ones of the language ("1250.00", "2.5", "12.375"). Nothing here ever passes through a float.
"""

SCALE = 100_000
"""What one unit of a quantity, price or percent is in."""

CENT = SCALE // 100
"""A hundredth of it."""


def cents(text: str) -> int:
    """An AMT text in hundredths: "-12.50" is -1250; "" is 0."""
    whole, _, fraction = text.partition(".")
    return int(whole + (fraction + "00")[:2]) if text else 0


def amount(value: int) -> str:
    """Hundredths as AMT text: 1250 is "12.50"."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def units(text: str) -> int:
    """A QUAN, PRICE or PERCENT text in hundred-thousandths: "2.5" is 250000; "" is 0."""
    whole, _, fraction = text.partition(".")
    return int(whole + (fraction + "00000")[:5]) if text else 0


def quantity(value: int) -> str:
    """Hundred-thousandths as QUAN text, without trailing zeros: 250000 is "2.5"."""
    sign = "-" if value < 0 else ""
    text = f"{sign}{abs(value) // SCALE}.{abs(value) % SCALE:05d}"
    return text.rstrip("0").rstrip(".")


def price(value: int) -> str:
    """Hundred-thousandths as PRICE or PERCENT text, two decimals at least: 1237500 is "12.375"."""
    if value % CENT == 0:
        return amount(value // CENT)
    whole, _, fraction = quantity(value).partition(".")
    return f"{whole}.{fraction:0<2}"


def divide(dividend: int, divisor: int) -> int:
    """Whole-number division that rounds halves away from zero, as bookkeepers do."""
    negative = (dividend < 0) != (divisor < 0)
    rounded = (2 * abs(dividend) + abs(divisor)) // (2 * abs(divisor))
    return -rounded if negative else rounded


def product(quantity_units: int, price_units: int) -> int:
    """Quantity times price, in hundredths."""
    return divide(quantity_units * price_units, SCALE * SCALE // 100)


def share(value: int, percent_units: int) -> int:
    """That many percent of an amount, in hundredths."""
    return divide(value * percent_units, SCALE * 100)
