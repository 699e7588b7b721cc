"""The activity log: levels, lines, the ring of recent ones, and the sinks that lines go to.

Lines are collected and written in one go by ``flush``, which someone calls several times a second off the
event loop: a slow disk or terminal holds no request up.

A line is ``2024-09-23 14:05:09.123 INFO    text``: local time, the level in seven places, the text. What a
text has beyond its first line follows indented, and control characters are written as escapes: nobody who
sends us something can write a line of the log, or to the terminal that shows it.
"""

import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Final, NamedTuple, Protocol

from qbconnector import clock

RECENT: Final = 1000
PENDING: Final = 100_000  # lines that wait for a sink; more are dropped, and counted


class Level(IntEnum):
    """How much the log says; the numbers are the manual's."""

    OFF = 0
    ERROR = 1
    WARNING = 2
    INFO = 3
    VERBOSE = 4


LABELS: Final = {level: f"{level.name:7}" for level in Level}


class Event(NamedTuple):
    """One line of the log, in the making."""

    when: datetime
    level: Level
    text: str

    def __str__(self) -> str:
        text = self.text if self.text.isprintable() else _plain(self.text)
        return f"{self.when.isoformat(' ', 'milliseconds')[:23]} {LABELS[self.level]} {text}"


def _plain(text: str) -> str:
    lines = ("".join(one if one.isprintable() else _escaped(one) for one in line) for line in text.splitlines())
    return "\n    ".join(lines)


def _escaped(letter: str) -> str:
    return "    " if letter == "\t" else letter.encode("unicode_escape").decode()


class Sink(Protocol):
    """Where lines go."""

    def write(self, events: Sequence[Event]) -> None:
        """Write these events. Raises ``OSError``."""

    def close(self) -> None:
        """No more will come."""


class ActivityLog:
    """The log of one connector. Anyone may write to it from any thread."""

    def __init__(self, level: Level = Level.INFO, sinks: Sequence[Sink] = ()) -> None:
        self.level = level
        self.recent: deque[Event] = deque(maxlen=RECENT)
        self._sinks = tuple(sinks)
        self._pending: deque[Event] = deque(maxlen=PENDING)
        self._dropped = 0
        self._writing = threading.Lock()

    def error(self, text: str) -> None:
        """Something failed that someone has to mend."""
        self.put(Level.ERROR, text)

    def warning(self, text: str) -> None:
        """Something was refused, or needs a look."""
        self.put(Level.WARNING, text)

    def info(self, text: str) -> None:
        """Something was done."""
        self.put(Level.INFO, text)

    def verbose(self, text: str) -> None:
        """Something that helps to find out why."""
        self.put(Level.VERBOSE, text)

    def put(self, level: Level, text: str) -> None:
        """Something of this level."""
        if level > self.level:
            return
        event = Event(clock.now(), level, text)
        self.recent.append(event)
        if len(self._pending) == PENDING:
            self._dropped += 1
        self._pending.append(event)

    def configure(self, level: Level, sinks: Sequence[Sink]) -> None:
        """Go on with this level and these sinks; sinks that are left out are closed."""
        self.flush()
        with self._writing:
            left, self._sinks, self.level = set(self._sinks) - set(sinks), tuple(sinks), level
        for sink in left:
            sink.close()

    def flush(self) -> None:
        """Write what has come since the last time. A sink that fails is told of in the others."""
        with self._writing:
            events = [self._pending.popleft() for _ in range(len(self._pending))]
            if self._dropped:
                text = f"{self._dropped} lines were dropped: they came faster than they could be written"
                events.insert(0, Event(clock.now(), Level.WARNING, text))
                self._dropped = 0
            if not events:
                return
            failures: list[Event] = []
            for sink in self._sinks:
                try:
                    sink.write(events + failures)
                except OSError as error:
                    failures.append(Event(clock.now(), Level.ERROR, f"the log cannot be written: {error}"))

    def close(self) -> None:
        """Write the last lines and close the sinks."""
        self.configure(self.level, ())
