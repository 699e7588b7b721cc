"""Date macros: the first and last day that ThisMonthToDate, LastFiscalYear and the others mean.

Weeks begin on Sunday, as in QuickBooks for the US (MEMORY: unverified).
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

Period = tuple[date | None, date | None]
"""First and last day, both included; None is open."""


def period(macro: str, today: date, fiscal_month: int = 1) -> Period:
    """The days a DateMacro or ReportDateMacro means. `fiscal_month` is the fiscal year's first month, 1 to 12."""
    if macro == "All":
        return None, None
    if macro == "Today":
        return today, today
    if macro == "Yesterday":
        return today - timedelta(1), today - timedelta(1)
    if macro == "NextFourWeeks":
        first = _week(today, 1, 1)[0]
        return first, first + timedelta(27)
    for word, offset in (("This", 0), ("Last", -1), ("Next", 1)):
        if macro.startswith(word):
            unit = macro.removeprefix(word).removesuffix("ToDate")
            first, last = _UNITS[unit](today, offset, fiscal_month)
            return first, _to_date(macro, today, first, last, offset, unit, fiscal_month)
    raise ValueError(macro)


def _to_date(macro: str, today: date, first: date, last: date, offset: int, unit: str, fiscal_month: int) -> date:
    """The last day: of "…ToDate" the same distance into the period as today is into this one."""
    if not macro.endswith("ToDate"):
        return last
    if offset == 0:
        return today
    this_first, _ = _UNITS[unit](today, 0, fiscal_month)
    return min(last, first + (today - this_first))


def _week(today: date, offset: int, _: int) -> tuple[date, date]:
    first = today - timedelta((today.weekday() + 1) % 7) + timedelta(7 * offset)
    return first, first + timedelta(6)


def _months(today: date, offset: int, months: int, first_month: int) -> tuple[date, date]:
    """The block of so many months that today is in, moved by so many blocks; blocks begin at `first_month`."""
    index = today.year * 12 + today.month - 1
    start = index - (index - (first_month - 1)) % months + offset * months
    end = start + months
    return _first_of(start), _first_of(end) - timedelta(1)


def _first_of(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


_UNITS: Mapping[str, Callable[[date, int, int], tuple[date, date]]] = {
    "Week": _week,
    "Month": lambda today, offset, _: _months(today, offset, 1, 1),
    "CalendarQuarter": lambda today, offset, _: _months(today, offset, 3, 1),
    "FiscalQuarter": lambda today, offset, month: _months(today, offset, 3, month),
    "CalendarYear": lambda today, offset, _: _months(today, offset, 12, 1),
    "FiscalYear": lambda today, offset, month: _months(today, offset, 12, month),
}
