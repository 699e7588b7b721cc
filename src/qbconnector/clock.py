"""The only source of time. Tests replace it; nothing else in qbconnector asks the operating system.

It owns no formats and no arithmetic: those belong to whoever shows or stores a time.
"""

import sys
import time
from collections.abc import Callable
from datetime import datetime, tzinfo

_QUARTER = 900  # seconds: offsets from UTC change on quarters of an hour
_zone: tuple[float, tzinfo | None] = (0.0, None)  # a quarter's number, and the offset in it


def _system() -> datetime:
    global _zone
    stamp = time.time()
    quarter, zone = _zone
    if stamp // _QUARTER != quarter:
        zone = datetime.fromtimestamp(stamp).astimezone().tzinfo
        _zone = stamp // _QUARTER, zone
    return datetime.fromtimestamp(stamp, zone)


# What Windows calls monotonic moves on sixty-four times a second, which is too seldom for the time a request took.
_monotonic: Callable[[], float] = time.perf_counter if sys.platform == "win32" else time.monotonic
_now: Callable[[], datetime] = _system


def now() -> datetime:
    """The time of day: aware, with the local offset from UTC, to the microsecond."""
    return _now()


def set_clock(clock: Callable[[], datetime] | None) -> None:
    """Replace what ``now`` asks; None brings the system's clock back."""
    global _now
    _now = clock or _system


def monotonic() -> float:
    """Seconds that only ever grow, for durations and deadlines."""
    return _monotonic()
