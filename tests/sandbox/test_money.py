"""Amounts, quantities and prices are exact, and their texts those of the language."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from qbconnector.sandbox import money

whole = st.integers(-(10**15), 10**15)


@given(whole)
def test_texts_come_back_as_they_were(value: int) -> None:
    assert money.cents(money.amount(value)) == value
    assert money.units(money.quantity(value)) == value
    assert money.units(money.price(value)) == value


def test_texts_are_canonical() -> None:
    assert [money.amount(value) for value in (0, 5, -5, 123456)] == ["0.00", "0.05", "-0.05", "1234.56"]
    assert [money.quantity(value) for value in (0, 250_000, 500_000, -1)] == ["0", "2.5", "5", "-0.00001"]
    assert [money.price(value) for value in (0, 1_237_500, 1_000_000)] == ["0.00", "12.375", "10.00"]


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_a_product_rounds_halves_away_from_zero(quantity: int, price: int) -> None:
    exact = Decimal(quantity) / money.SCALE * Decimal(price) / money.SCALE
    assert money.product(quantity, price) == int(exact.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**8))
def test_a_share_rounds_halves_away_from_zero(amount: int, percent: int) -> None:
    exact = Decimal(amount) * Decimal(percent) / money.SCALE / 100
    assert money.share(amount, percent) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
