"""The requests that are over: a record of each of the last ones, and everything that is told of it.

A record is what the log's line is made of, what the figures count and what the console shows: it is told of once,
here. Who makes records is whoever answers requests; those under way belong to ``sessions``.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final, NamedTuple

from qbconnector.activity.history import History
from qbconnector.activity.log import EVERYTHING, ActivityLog, Filter, Level
from qbconnector.activity.metrics import Metrics

KEPT: Final = 1000
USERS: Final = 1000  # who are remembered; then the one who was not seen for longest is forgotten
BODIES: Final = 16 * 1024 * 1024  # letters of bodies that are kept in all
ERRORS: Final = frozenset({500, 517})  # statuses that the log calls an error


class Spent(NamedTuple):
    """Where a request's time went, in seconds: in the queue, opening a session, until the answer began, sending it."""

    waiting: float = 0
    opening: float = 0
    executing: float = 0
    sending: float = 0


NOTHING: Final = Spent()


@dataclass(slots=True)
class Record:
    """One request that is over. ``status`` 0: its client was gone before the answer.

    ``messages`` are the requests in its message set and ``codes`` the status codes of its answer, each once and as
    far as they were looked for. ``request`` and ``answer`` are the beginnings of the bodies, without secrets, of a
    verbose log; "" otherwise.
    """

    number: int
    ended: datetime
    seconds: float
    client: str
    user: str
    application: str
    company_file: str
    interaction: str
    messages: tuple[str, ...]
    status: int
    codes: tuple[str, ...]
    received: int
    sent: int
    note: str
    spent: Spent = NOTHING
    request: str = ""
    answer: str = ""

    @property
    def started(self) -> datetime:
        """When its head had arrived."""
        return self.ended - timedelta(seconds=self.seconds)

    @property
    def level(self) -> Level:
        """How the log sees it."""
        return Level.INFO if self.status == 200 else Level.ERROR if self.status in ERRORS else Level.WARNING

    def __str__(self) -> str:
        who = f"{self.user} {self.application!r} {self.company_file or '(open file)'}" if self.user else "nobody"
        codes = f" statusCode {' '.join(self.codes)}" if self.codes else ""
        return (
            f"#{self.number} {self.client} {who}, type {' '.join((self.interaction or '?', *self.messages))}, "
            f"{self.status or 'no answer'}{codes}, {self.seconds * 1000:.1f} ms, "
            f"{self.received} > {self.sent} bytes{self.note and ', '}{self.note}"
        )


@dataclass(slots=True)
class Seen:
    """What is known of one user: when last seen, and how many requests came on that day."""

    name: str
    last: datetime
    requests: int = 0

    def today(self, now: datetime) -> int:
        """The requests of today."""
        return self.requests if self.last.date() == now.date() else 0


class Requests:
    """The requests of one connector: ``number`` each when it comes, ``tell`` of it when it is over."""

    def __init__(self, log: ActivityLog, metrics: Metrics) -> None:
        self.history = History()
        self.metrics = metrics
        self._log = log
        self._numbers = count(1)
        self._recent: deque[Record] = deque(maxlen=KEPT)
        self._with_bodies: deque[Record] = deque()
        self._letters = 0
        self._users: dict[str, Seen] = {}  # the one seen last at the end

    @property
    def verbose(self) -> bool:
        """Whether bodies are wanted."""
        return self._log.level >= Level.VERBOSE

    def number(self) -> int:
        """The next request's number."""
        return next(self._numbers)

    def tell(self, record: Record) -> None:
        """A request is over: one line in the log, its bodies if they were kept, and the figures."""
        level, seconds, ended = record.level, record.seconds, record.ended
        self.metrics.answered(record.interaction or "none", record.status, seconds, record.received, record.sent)
        self.history.add(
            ended.timestamp(),
            seconds,
            record.received,
            record.sent,
            failed=level is Level.ERROR,
            refused=level is Level.WARNING,
        )
        self._recent.append(record)
        if record.user:
            self._see(record.user, ended)
        if level <= self._log.level:
            self._log.put(level, str(record), record.user, record.number)
        if record.request or record.answer:
            self._keep_bodies(record)

    def _see(self, user: str, when: datetime) -> None:
        seen = self._users.pop(user, None)
        if seen is None:
            seen = Seen(user, when)
            if len(self._users) == USERS:
                del self._users[next(iter(self._users))]
        elif seen.last.toordinal() != when.toordinal():
            seen.requests = 0
        seen.last = when
        seen.requests += 1
        self._users[user] = seen

    def _keep_bodies(self, record: Record) -> None:
        for what, body in (("request", record.request), ("answer", record.answer)):
            if body.strip():
                self._log.put(Level.VERBOSE, f"#{record.number} {what}:\n{body}", record.user, record.number)
        self._with_bodies.append(record)
        self._letters += len(record.request) + len(record.answer)
        while self._letters > BODIES:
            oldest = self._with_bodies.popleft()
            self._letters -= len(oldest.request) + len(oldest.answer)
            oldest.request = oldest.answer = ""

    def find(self, number: int) -> Record | None:
        """The request of this number, if it is among the last."""
        return next((one for one in reversed(self._recent) if one.number == number), None)

    def newest(self, wanted: Filter = EVERYTHING) -> Iterator[Record]:
        """The last requests, newest first; those whose line in the log is wanted."""
        return (one for one in reversed(self._recent) if wanted.wants(one.level, one.user, str(one)))

    def users(self) -> list[Seen]:
        """Who was seen since the start, the last one first."""
        return list(reversed(self._users.values()))

    def seen(self, user: str) -> Seen | None:
        """What is known of a user."""
        return self._users.get(user)
