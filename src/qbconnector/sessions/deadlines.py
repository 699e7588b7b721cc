"""Deadlines that one sweep a second looks after: no timer per request.

A task whose deadline has passed is cancelled; ``Deadline.end`` tells that from a cancellation by somebody else.
"""

import asyncio
from math import inf
from typing import Any

from qbconnector import clock


class Deadline:
    """Until when a task may take; ``at`` may be moved."""

    __slots__ = ("_all", "at", "passed", "task")

    def __init__(self, everyone: "set[Deadline]", task: asyncio.Task[Any] | None, at: float) -> None:
        self._all = everyone
        self.task = task
        self.at = at
        self.passed = False
        everyone.add(self)

    def expire(self) -> bool:
        """Cancel its task, now. Whether that was still to be done."""
        if self.passed or self.task is None or self not in self._all:
            return False
        self.passed = True
        return self.task.cancel()

    def end(self, error: BaseException | None = None) -> bool:
        """It matters no more. Whether ``error`` is there because it has passed, and for no other reason."""
        self._all.discard(self)
        if not self.passed or self.task is None or not isinstance(error, asyncio.CancelledError):
            return False
        return self.task.uncancel() == 0


class Deadlines:
    """Every deadline, and the time as of the last sweep: exact enough for them, and free."""

    def __init__(self) -> None:
        self.now = clock.monotonic()
        self._all: set[Deadline] = set()

    def within(self, seconds: float) -> Deadline:
        """The running task has so many seconds from now; 0 sets no limit."""
        return Deadline(self._all, asyncio.current_task(), self.now + (seconds or inf))

    def sweep(self, now: float) -> None:
        """Cancel the tasks whose time is up; ``now`` is in ``clock.monotonic`` seconds."""
        self.now = now
        for one in list(self._all):
            if one.at <= now:
                one.expire()
