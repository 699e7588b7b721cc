"""The activity log: levels, lines, the recent ones for whoever reads along, and the sinks that lines go to.

Lines are collected and written in one go by ``flush``, which someone calls several times a second off the
event loop: a slow disk or terminal holds no request up. Readers (``follow``) are woken by it too and look for
what is new themselves: whoever writes a line pays nothing for them.

A line is ``2024-09-23 14:05:09.123 INFO    text``: local time, the level in seven places, the text. What a
text has beyond its first line follows indented, and control characters are written as escapes: nobody who
sends us something can write a line of the log, or to the terminal that shows it.
"""

import asyncio
import threading
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import count
from typing import Final, NamedTuple, Protocol

from qbconnector import clock

RECENT: Final = 5000
LONGEST: Final = 4096  # letters of a line that are kept among the recent ones; the sinks get all of it
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
    """One line of the log, in the making: whose request it is about, if one, and the line's own number, from 1."""

    when: datetime
    level: Level
    text: str
    user: str = ""
    request: int = 0
    number: int = 0

    @property
    def plain(self) -> str:
        """The text as it can be shown anywhere."""
        return self.text if self.text.isprintable() else _plain(self.text)

    def __str__(self) -> str:
        return f"{self.when.isoformat(' ', 'milliseconds')[:23]} {LABELS[self.level]} {self.plain}"


def _plain(text: str) -> str:
    lines = ("".join(one if one.isprintable() else _escaped(one) for one in line) for line in text.splitlines())
    return "\n    ".join(lines)


def _escaped(letter: str) -> str:
    return "    " if letter == "\t" else letter.encode("unicode_escape").decode()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines a reader wants: of this level and worse, of this user, with this text in them; in any case."""

    level: Level = Level.VERBOSE
    user: str = ""
    text: str = ""

    def wants(self, level: Level, user: str, text: str) -> bool:
        """Whether a line is among them."""
        return (
            level <= self.level
            and (not self.user or self.user.casefold() == user.casefold())
            and (not self.text or self.text.casefold() in text.casefold())
        )


EVERYTHING: Final = Filter()


class Batch(NamedTuple):
    """What a reader gets: lines, the number to go on after, and how many it was too slow for."""

    events: list[Event]
    last: int
    dropped: int = 0


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
        self._numbers = count(1)
        self._forgotten = 0  # the number up to which lines were forgotten on purpose
        self._readers: set[_Bell] = set()
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

    def put(self, level: Level, text: str, user: str = "", request: int = 0) -> None:
        """Something of this level, about this user's request of this number."""
        if level > self.level:
            return
        event = Event(clock.now(), level, text, user, request, next(self._numbers))
        self.recent.append(event if len(text) <= LONGEST else event._replace(text=text[:LONGEST] + " …"))
        if len(self._pending) == PENDING:
            self._dropped += 1
        self._pending.append(event)

    def after(self, number: int = 0, wanted: Filter = EVERYTHING) -> Batch:
        """The recent lines after this number; 0 is a reader who begins, and has missed nothing."""
        events = list(self.recent)
        if not events:
            return Batch([], number)
        first, last = events[0].number, events[-1].number
        if number > last:  # a reader who remembers the connector's life before this one
            number = 0
        dropped = max(0, first - 1 - max(number, self._forgotten)) if number else 0
        new = events[bisect_right(events, number, key=lambda event: event.number) :]
        return Batch([event for event in new if wanted.wants(event.level, event.user, event.text)], last, dropped)

    async def follow(self, number: int = 0, wanted: Filter = EVERYTHING) -> AsyncGenerator[Batch, None]:
        """What there is after this number, then what comes, a batch at each ``flush``; it ends with ``close``.

        A batch may have no lines: then none of the new ones was wanted, or some were dropped.
        """
        bell = _Bell()
        self._readers.add(bell)
        try:
            while True:
                batch = self.after(number, wanted)
                if batch.last != number:
                    number = batch.last
                    yield batch
                if bell.closed:
                    return
                await bell.rung()
        finally:
            self._readers.discard(bell)

    def forget(self) -> None:
        """Empty the recent lines; what was written to files stays there."""
        with suppress(IndexError):
            self._forgotten = self.recent[-1].number
        self.recent.clear()

    def configure(self, level: Level, sinks: Sequence[Sink]) -> None:
        """Go on with this level and these sinks; sinks that are left out are closed."""
        self.flush()
        with self._writing:
            left, self._sinks, self.level = set(self._sinks) - set(sinks), tuple(sinks), level
        for sink in left:
            sink.close()

    def flush(self) -> None:
        """Write what has come since the last time, and wake the readers.

        A sink that fails is told of in the others.
        """
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
        for bell in list(self._readers):
            bell.ring()

    def close(self) -> None:
        """Write the last lines, close the sinks and let the readers go."""
        self.configure(self.level, ())
        for bell in list(self._readers):
            bell.closed = True
            bell.ring()


class _Bell:
    """Wakes one reader in its event loop, from any thread."""

    def __init__(self) -> None:
        self.closed = False
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def ring(self) -> None:
        """There may be something new."""
        with suppress(RuntimeError):  # the loop is closed, and the reader with it
            self._loop.call_soon_threadsafe(self._event.set)

    async def rung(self) -> None:
        """Wait for the next ring."""
        await self._event.wait()
        self._event.clear()
