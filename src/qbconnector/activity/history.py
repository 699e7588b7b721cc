"""The last day in figures: how many requests, how many failed, how long they took, how much they moved; by the minute.

Minutes are made when a request ends in them and thrown away when they are a day old: nothing ticks. Times are kept in
a few cells each half as wide again as the one before, so that a median costs a request nothing but one increment; what
is read from them is within a fifth of the truth.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

MINUTE: Final = 60
DAY: Final = 24 * 60  # minutes
BOUNDS: Final = tuple(0.0001 * 1.5**cell for cell in range(36))  # seconds: 0.1 ms to 145 s


@dataclass(slots=True)
class Minute:
    """What happened in one minute, or in several together; ``cells`` count the times up to each of BOUNDS."""

    requests: int = 0
    failed: int = 0
    refused: int = 0
    received: int = 0
    sent: int = 0
    cells: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, other: "Minute") -> None:
        """Count another minute in."""
        self.requests += other.requests
        self.failed += other.failed
        self.refused += other.refused
        self.received += other.received
        self.sent += other.sent
        self.cells = [one + more for one, more in zip(self.cells, other.cells, strict=True)]

    def quantile(self, share: float) -> float:
        """The time, in seconds, that this share of the requests did not exceed; 0 without requests."""
        left = share * self.requests
        for cell, number in enumerate(self.cells):
            if number and left <= number:
                low = BOUNDS[cell - 1] if cell else 0.0
                high = BOUNDS[cell] if cell < len(BOUNDS) else BOUNDS[-1]
                return low + (high - low) * left / number
            left -= number
        return 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a chart: when it began, in seconds since 1970, and what happened; times in seconds."""

    began: int
    requests: int
    failed: int
    refused: int
    received: int
    sent: int
    median: float
    slow: float  # 95 of 100 were faster


class History:
    """The last 24 hours. Every time is in seconds since 1970."""

    def __init__(self) -> None:
        self._minutes: dict[int, Minute] = {}
        self._current = Minute()
        self._number = 0  # the current minute's

    def add(self, when: float, seconds: float, received: int, sent: int, *, failed: bool, refused: bool) -> None:
        """A request ended at ``when`` and had taken so many seconds."""
        number = int(when // MINUTE)
        minute = self._current if number == self._number else self._turn(number)
        minute.requests += 1
        minute.failed += failed
        minute.refused += refused
        minute.received += received
        minute.sent += sent
        minute.cells[bisect_left(BOUNDS, seconds)] += 1

    def _turn(self, number: int) -> Minute:
        """Another minute has begun; those of the day before are forgotten."""
        self._number = number
        self._current = self._minutes.setdefault(number, Minute())
        for old in [one for one in self._minutes if one <= number - DAY]:
            del self._minutes[old]
        return self._current

    def points(self, now: float, minutes: int, step: int = 1) -> list[Point]:
        """The last ``minutes`` in steps of so many minutes, oldest first; the last one goes on until ``now``.

        Steps begin on multiples of their length, so that a chart does not change while it moves on.
        """
        span = _span(now, minutes, step)
        return [self._point(begin, range(begin, begin + step)) for begin in span]

    def total(self, now: float, minutes: int, step: int = 1) -> Point:
        """The same in one."""
        span = _span(now, minutes, step)
        return self._point(span.start, range(span.start, span.stop))

    def _point(self, began: int, numbers: Iterable[int]) -> Point:
        whole = Minute()
        for number in numbers:
            if minute := self._minutes.get(number):
                whole.add(minute)
        return Point(
            began * MINUTE,
            whole.requests,
            whole.failed,
            whole.refused,
            whole.received,
            whole.sent,
            whole.quantile(0.5),
            whole.quantile(0.95),
        )


def _span(now: float, minutes: int, step: int) -> range:
    """The first minute of each step."""
    end = (int(now // MINUTE) // step + 1) * step
    return range(end - minutes // step * step, end, step)
