"""Sessions: from a user to a request processor that has the user's company file open, and back.

Each request has a session of its own, unless the user has opened a persistent one: that one stays, with the
iterators in it, until it is closed, idle for too long, or the user is changed. PersistentEnabled opens one by itself
for all who open the same company file in the same way. It owns sharing, queueing and time limits; opening is
``opening``'s, and what a request says belongs to the processor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from math import inf
from typing import Final, TypeVar

from qbconnector import clock
from qbconnector.accounts.users import Product, User
from qbconnector.activity.log import ActivityLog
from qbconnector.errors import ProcessEnded, RequestCancelled, RequestProcessorError, RequestTimedOut
from qbconnector.processors.authorizing import APPLICATION
from qbconnector.processors.base import ProcessorFactory, RequestProcessor
from qbconnector.processors.com import NO_ACCESS, UNEXPECTED
from qbconnector.sessions.answer import Answer
from qbconnector.sessions.deadlines import Deadlines
from qbconnector.sessions.jobs import Job
from qbconnector.sessions.lanes import Lane
from qbconnector.sessions.opening import Figures, Opener, Way
from qbconnector.sessions.overview import Overview, kept, queues, running
from qbconnector.settings.values import Settings

EVERYBODY: Final = ""  # whose the sessions are that PersistentEnabled opens
LOST: Final = frozenset({NO_ACCESS, UNEXPECTED, ProcessEnded.HRESULT})  # after these a session is not used again
LANES: Final = 64  # lanes that are kept although nobody is in them

T = TypeVar("T")
Key = tuple[str, Way]


def way_of(user: User) -> Way:
    """How this user's sessions are opened."""
    return Way(user.company_file, user.app_name or APPLICATION, user.mode, user.read_only, user.product)


@dataclass(slots=True, eq=False)
class Session:
    """A session that is open; ``used`` is when it was last used, ``users`` how many requests use it now.

    A persistent one has a key, a number, and the names of those it is kept for.
    """

    processor: RequestProcessor
    ticket: str
    key: Key | None = None
    number: int = 0
    used: float = 0
    users: int = 0
    owners: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Place:
    """A request's place: in a lane, with a session; ``since`` is when it began to be executed."""

    lane: Lane
    session: Session
    since: float


class Sessions:
    """Every session of the connector. Someone has to call ``sweep`` about once a second.

    ``stop`` stops a product's process, for close and retry.
    """

    def __init__(
        self,
        factory: ProcessorFactory,
        stop: Callable[[Product], Awaitable[None]] | None = None,
        activity: ActivityLog | None = None,
    ) -> None:
        self._factory = factory
        self._figures = Figures()
        self._deadlines = Deadlines()
        self._jobs: set[Job] = set()
        self._numbers = count(1)
        stop = self._stopping(stop) if stop else None
        self._opener = Opener(factory, stop, self._deadlines, self._figures, activity or ActivityLog())
        self._settings = Settings()
        self._users: Mapping[str, User] = {}
        self._lanes: dict[tuple[Product, str], Lane] = {}
        self._widths: dict[Product, int] = {}  # of each product's lanes, as its processors say
        self._persistent: dict[Key, Session] = {}
        self._lost: dict[Key, float] = {}  # sessions that ended with the process, and when they were last used
        self._opening: dict[Key, asyncio.Lock] = {}
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def figures(self) -> Figures:
        """What was done so far, and how many requests wait now."""
        self._figures.waiting = sum(lane.waiting for lane in self._lanes.values())
        return self._figures

    async def execute(self, user: User, request: bytes, delay: float = 0, job: Job | None = None) -> Answer:
        """Execute one qbXML document; its answer has begun when this returns, and has to be closed.

        ``delay`` is in seconds, after opening. ``job`` is a new one of the caller, who wants to know how it goes.
        Raises ``RequestProcessorError`` and ``QueueFull``; see ``RequestProcessor.process_request``.
        """
        job = self._begin_job(user, job)
        try:
            place = await self._enter(job, user, delay)
            try:
                job.seen = True
                chunks = place.session.processor.process_request(place.session.ticket, request)
                try:
                    first = await anext(chunks, b"")
                except BaseException:
                    await chunks.aclose()
                    raise
            except BaseException as error:
                await self.leave(place, error)
                raise
        except BaseException as error:
            self.finish(job, error)
            raise
        job.deadline.at = inf
        job.answered = clock.monotonic()
        return Answer(self, job, place, first, chunks)

    async def company_file(self, user: User, delay: float = 0, job: Job | None = None) -> str:
        """The full path of the company file that the user's requests go to."""
        return await self._ask(user, lambda one: one.processor.current_company_file(one.ticket), delay, job)

    async def versions(self, user: User, delay: float = 0, job: Job | None = None) -> list[str]:
        """Every qbXML version the user's requests may have, oldest first."""
        return await self._ask(user, lambda one: one.processor.supported_versions(one.ticket), delay, job)

    async def reach(self, user: User, delay: float = 0, job: Job | None = None) -> None:
        """See that QuickBooks lets the user's application in; a session that is open was let in."""

        async def nothing(_: Session) -> None: ...

        await self._ask(user, nothing, delay, job)

    async def open(self, user: User, delay: float = 0, job: Job | None = None) -> None:
        """Open the user's persistent session; it is no mistake if it is open, and PersistentEnabled needs none."""
        if self._settings.persistent_enabled:
            return
        job = self._begin_job(user, job)
        job.entered = job.came
        try:
            await self._share((user.name, way_of(user)), user, delay)
        except BaseException as error:
            self.finish(job, error)
            raise
        self.finish(job)

    async def close(self, user: User) -> None:
        """Close the user's persistent sessions, if there are any; those of PersistentEnabled stay."""
        self._lost = {key: used for key, used in self._lost.items() if key[0] != user.name}
        for session in list(self._persistent.values()):
            if session.key is not None and session.key[0] == user.name and self._drop(session):
                await self._end(session)

    async def _ask(self, user: User, ask: Callable[[Session], Awaitable[T]], delay: float, job: Job | None) -> T:
        job = self._begin_job(user, job)
        try:
            place = await self._enter(job, user, delay)
            try:
                result = await ask(place.session)
            except BaseException as error:
                await self.leave(place, error)
                raise
            await self.leave(place)
        except BaseException as error:
            self.finish(job, error)
            raise
        self.finish(job)
        return result

    async def _enter(self, job: Job, user: User, delay: float) -> Place:
        """A place in the company file's lane, and a session."""
        way = job.way
        lane = self._lane(way)
        await lane.enter(user.name)
        since = job.entered = clock.monotonic()
        self._figures.requests += 1
        self._figures.waited += since - job.came
        try:
            key = (EVERYBODY if self._settings.persistent_enabled else user.name, way)
            if key[0] == EVERYBODY or key in self._persistent or key in self._lost:
                session = await self._share(key, user, delay)
                session.users += 1
            else:
                session = Session(*await self._begin(way, delay, lasting=False))
        except BaseException:
            lane.leave()
            raise
        job.opened = clock.monotonic()
        return Place(lane, session, since)

    def _lane(self, way: Way) -> Lane:
        """The company file's; or everybody's, where the program can do one thing at a time with one file open."""
        width = self._widths.get(way.product)
        if width is None:
            width = self._widths[way.product] = self._factory(way.product).concurrency
        where = way.product, way.company_file if width > 1 else ""
        lane = self._lanes.get(where)
        if lane is None:
            lane = self._lanes[where] = Lane(width)
        return lane

    async def leave(self, place: Place, error: BaseException | None = None) -> None:
        """Give back what ``_enter`` gave; ``error`` is what the processor raised."""
        session = place.session
        try:
            if session.key is None:
                await self._end(session)
                return
            session.users -= 1
            session.used = self._deadlines.now
            kept = self._persistent.get(session.key) is session
            if kept and isinstance(error, RequestProcessorError) and error.hresult in LOST:
                self._lose(session)
            elif not kept and not session.users:
                await self._end(session)  # it was retired while we used it
        finally:
            self._figures.busy += clock.monotonic() - place.since
            place.lane.leave()

    async def _begin(self, way: Way, delay: float, *, lasting: bool) -> tuple[RequestProcessor, str]:
        opened = await self._opener.open(way, lasting=lasting)
        if delay:
            try:
                await asyncio.sleep(delay)
            except BaseException:
                await self._opener.close(*opened)
                raise
        return opened

    async def _share(self, key: Key, user: User, delay: float) -> Session:
        """The persistent session of this key; opened now if it is not."""
        session = self._persistent.get(key)
        if session is not None and not session.processor.alive:
            self._lose(session)
            session = None
        if session is None:
            async with self._opening.setdefault(key, asyncio.Lock()):
                session = self._persistent.get(key)
                if session is None:
                    session = Session(*await self._begin(key[1], delay, lasting=True), key, next(self._numbers))
                    self._persistent[key] = session
                    self._lost.pop(key, None)
            self._opening.pop(key, None)
        session.used = self._deadlines.now
        session.owners.add(user.name.casefold())
        return session

    def _drop(self, session: Session) -> bool:
        """Let nobody else use a persistent session. Whether it can end now; else it ends with its last use."""
        if session.key is not None:
            self._persistent.pop(session.key, None)
        return not session.users

    async def _end(self, session: Session) -> None:
        await self._opener.close(session.processor, session.ticket)

    def _stopping(self, stop: Callable[[Product], Awaitable[None]]) -> Callable[[Product], Awaitable[None]]:
        """Stopping the process ends every persistent session in it."""

        async def stopping(product: Product) -> None:
            for key, session in list(self._persistent.items()):
                if key[1].product is product:
                    self._lose(session)
            await stop(product)

        return stopping

    # People

    def overview(self) -> Overview:
        """What is going on now."""
        now, idle_timeout = clock.monotonic(), self._settings.persistent_idle_timeout
        sessions = kept(self._persistent.values(), now, idle_timeout)
        return Overview(running(self._jobs, now), sessions, queues(self._lanes))

    def cancel(self, number: int) -> bool:
        """Let the request of this number end now, with ``RequestCancelled``. Whether there was one."""
        return any(job.cancel() for job in list(self._jobs) if job.number == number)

    def end(self, number: int) -> bool:
        """Close the persistent session of this number, after its last use. Whether there was one."""
        for session in list(self._persistent.values()):
            if session.number == number:
                self._retire_soon(session)
                return True
        return False

    # Time

    def _begin_job(self, user: User, job: Job | None) -> Job:
        job = job or Job()
        job.user, job.way = user.name, way_of(user)
        job.came = clock.monotonic()
        job.deadline = self._deadlines.within(self._settings.timeout)
        self._jobs.add(job)
        return job

    def deadline(self) -> float:
        """When a request that goes on now has taken too long."""
        return self._deadlines.now + (self._settings.timeout or inf)

    def finish(self, job: Job, error: BaseException | None = None) -> None:
        """The job waits no longer. Raises ``RequestTimedOut`` or ``RequestCancelled`` if that is why it ended."""
        self._jobs.discard(job)
        if job.deadline.end(error):
            if job.cancelled:
                raise RequestCancelled(seen=job.seen) from None
            raise RequestTimedOut(self._settings.timeout, seen=job.seen) from None

    def sweep(self, now: float | None = None) -> None:
        """Wake the requests whose time is up and close idle sessions; ``now`` is in ``clock.monotonic`` seconds."""
        now = clock.monotonic() if now is None else now
        self._deadlines.sweep(now)
        idle = self._settings.persistent_idle_timeout
        for session in list(self._persistent.values()):
            if not session.users and session.used + idle <= now:
                self._retire_soon(session)
        self._lost = {key: used for key, used in self._lost.items() if used + idle > now}
        if len(self._lanes) > LANES:
            self._sort_out_lanes()

    def replace(self, settings: Settings, users: Mapping[str, User]) -> None:
        """These are in force from now on; persistent sessions of users who changed or left end."""
        changed = settings.persistent_enabled != self._settings.persistent_enabled
        left = {name for name, user in self._users.items() if not _opens_alike(users.get(name), user)}
        for session in list(self._persistent.values()):
            session.owners = {name for name in session.owners if name in users and name not in left}
            if changed or not session.owners:
                self._retire_soon(session)
        self._lost = {key: used for key, used in self._lost.items() if key[0].casefold() in users.keys() - left}
        self._settings = self._opener.settings = settings
        self._users = users
        self._sort_out_lanes()

    def _sort_out_lanes(self) -> None:
        self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.empty}

    def _lose(self, session: Session) -> None:
        """The process that it lived in is no more: the next request opens it again, as if it had stayed."""
        if session.key is not None:
            self._lost[session.key] = session.used
        self._retire_soon(session)

    def _retire_soon(self, session: Session) -> None:
        if self._drop(session):
            task = asyncio.create_task(self._end(session))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def aclose(self) -> None:
        """Close every persistent session."""
        for session in list(self._persistent.values()):
            self._retire_soon(session)
        await asyncio.gather(*self._closing)


def _opens_alike(now: User | None, before: User) -> bool:
    return now is not None and way_of(now) == way_of(before)
