"""What the sessions are doing now, for people to look at: requests under way, sessions that stay, queues."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qbconnector.accounts.users import Product
from qbconnector.sessions.jobs import Job
from qbconnector.sessions.lanes import Lane

if TYPE_CHECKING:
    from qbconnector.sessions.sessions import Session


@dataclass(frozen=True, slots=True)
class Running:
    """A request under way; seconds since it came, and since its state began."""

    number: int
    user: str
    application: str
    company_file: str
    state: str
    age: float
    in_state: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A persistent session: whose, and how many requests use it now; seconds unused, and until it is closed then."""

    number: int
    owners: tuple[str, ...]
    application: str
    company_file: str
    mode: str
    read_only: bool
    users: int
    idle: float
    expires: float


@dataclass(frozen=True, slots=True)
class Queue:
    """A company file's lane, or "" for everybody's: how many run in it, of how many that may, and who waits.

    ``waiting`` is how many of each user.
    """

    company_file: str
    running: int
    width: int
    waiting: dict[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the sessions do now: requests, the one that came first before the others; sessions that stay; lanes."""

    requests: list[Running]
    sessions: list[Kept]
    queues: list[Queue]

    @property
    def connected(self) -> set[str]:
        """The users who have a request under way or a session that stays, by name in lower case."""
        running = {one.user.casefold() for one in self.requests}
        return running.union(*(one.owners for one in self.sessions))


def running(jobs: Iterable[Job], now: float) -> list[Running]:
    """The requests under way; ``now`` is in seconds of ``clock.monotonic``."""
    return [
        Running(
            job.number,
            job.user,
            job.way.application,
            job.way.company_file,
            job.state,
            now - job.came,
            now - job.since,
        )
        for job in sorted(jobs, key=lambda job: job.came)
    ]


def kept(sessions: Iterable["Session"], now: float, idle_timeout: float) -> list[Kept]:
    """The sessions that stay."""
    found = []
    for session in sessions:
        if session.key is not None:
            way = session.key[1]
            idle = 0.0 if session.users else max(0.0, now - session.used)
            found.append(
                Kept(
                    session.number,
                    tuple(sorted(session.owners)),
                    way.application,
                    way.company_file,
                    way.mode,
                    way.read_only,
                    session.users,
                    idle,
                    max(0.0, idle_timeout - idle),
                )
            )
    return found


def queues(lanes: Mapping[tuple[Product, str], Lane]) -> list[Queue]:
    """The lanes in which somebody runs or waits."""
    return [Queue(name, lane.running, lane.width, lane.queue()) for (_, name), lane in lanes.items() if not lane.empty]
