"""What the date macros mean, on a Wednesday."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.qbxml import dialect
from qbconnector.sandbox.periods import period

TODAY = date(2026, 11, 18)

MACROS = {
    "All": (None, None),
    "Today": ("2026-11-18", "2026-11-18"),
    "Yesterday": ("2026-11-17", "2026-11-17"),
    "ThisWeek": ("2026-11-15", "2026-11-21"),
    "ThisWeekToDate": ("2026-11-15", "2026-11-18"),
    "LastWeek": ("2026-11-08", "2026-11-14"),
    "LastWeekToDate": ("2026-11-08", "2026-11-11"),
    "NextWeek": ("2026-11-22", "2026-11-28"),
    "NextFourWeeks": ("2026-11-22", "2026-12-19"),
    "ThisMonth": ("2026-11-01", "2026-11-30"),
    "LastMonth": ("2026-10-01", "2026-10-31"),
    "LastMonthToDate": ("2026-10-01", "2026-10-18"),
    "NextMonth": ("2026-12-01", "2026-12-31"),
    "ThisCalendarQuarter": ("2026-10-01", "2026-12-31"),
    "LastCalendarQuarter": ("2026-07-01", "2026-09-30"),
    "NextCalendarQuarter": ("2027-01-01", "2027-03-31"),
    "ThisCalendarYearToDate": ("2026-01-01", "2026-11-18"),
    "LastCalendarYear": ("2025-01-01", "2025-12-31"),
    "LastCalendarYearToDate": ("2025-01-01", "2025-11-18"),
}


@pytest.mark.parametrize(("macro", "expected"), MACROS.items())
def test_macros(macro: str, expected: tuple[str | None, str | None]) -> None:
    first, last = period(macro, TODAY)
    assert (first and first.isoformat(), last and last.isoformat()) == expected


def test_a_fiscal_year_begins_in_its_own_month() -> None:
    assert period("ThisFiscalYear", TODAY, 7) == (date(2026, 7, 1), date(2027, 6, 30))
    assert period("LastFiscalQuarter", TODAY, 7) == (date(2026, 7, 1), date(2026, 9, 30))
    assert period("NextFiscalYear", TODAY, 12) == (date(2026, 12, 1), date(2027, 11, 30))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 12))
def test_every_macro_of_the_language_means_days_in_order(today: date, month: int) -> None:
    filters = dialect("qbxml").messages["InvoiceQueryRq"].content.elements["TxnDateRangeFilter"].content
    assert filters is not None
    for macro in filters.elements["DateMacro"].enum:
        first, last = period(macro, today, month)
        assert (first is None) == (last is None)
        if first is not None and last is not None:
            assert first <= last
            assert not macro.startswith("This") or first <= today <= last
