"""How pages say figures: times that something took, bytes, amounts, and when."""

from datetime import datetime
from typing import Final

from qbconnector import clock

UNITS: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")


def duration(seconds: float) -> str:
    """A time that something takes, in two or three digits."""
    if seconds < 0.01:
        return f"{seconds * 1000:.2g} ms"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {left:02} s"


def size(number: float) -> str:
    """So many bytes."""
    for unit in UNITS:
        if number < 1024 or unit == UNITS[-1]:
            break
        number /= 1024
    return f"{number:,.0f} {unit}" if number >= 100 or unit == UNITS[0] else f"{number:.1f} {unit}"


def amount(text: str) -> str:
    """1234567.50 as 1,234,567.50; what is no amount stays."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, cents = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{cents}" if whole.isdecimal() else text


def moment(when: datetime | str) -> str:
    """When something was, by the clock of this machine: the time, and before today the day."""
    when = (datetime.fromisoformat(when) if isinstance(when, str) else when).astimezone()
    return f"{when:%H:%M:%S}" if when.date() == clock.now().date() else f"{when:%Y-%m-%d %H:%M}"


FILTERS: Final = {"amount": amount, "duration": duration, "size": size, "moment": moment}
