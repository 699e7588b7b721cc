"""Sessions: from a user to a request processor that has the user's company file open, and back.

Each request has a session of its own, unless the user has opened a persistent one (or PersistentEnabled
opens it): that one stays, with the iterators in it, until it is closed, idle for too long, or the user is
changed. It owns opening, sharing, queueing and deadlines; what a request says belongs to the processor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Final, TypeVar

from qbconnector import clock
from qbconnector.accounts.users import User
from qbconnector.errors import RequestProcessorError, RequestTimedOut
from qbconnector.processors.base import Access, Application, Chunks, FileMode, ProcessorFactory, RequestProcessor
from qbconnector.sessions.lanes import Lane
from qbconnector.settings.values import Settings

APPLICATION: Final = "qbconnector"  # the name QuickBooks sees when the user has none

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Session:
    """A session that is open; ``used`` is when it was last used, ``users`` how many requests use it now."""

    user: User
    processor: RequestProcessor
    ticket: str
    used: float
    users: int = 0


@dataclass(slots=True, eq=False)
class Job:
    """A request that waits for a processor: until when, and the task to wake when it is too late."""

    task: asyncio.Task[Any] | None
    deadline: float
    late: bool = False


class Sessions:
    """Every session of the connector. Someone has to call ``sweep`` about once a second."""

    def __init__(self, factory: ProcessorFactory) -> None:
        self._factory = factory
        self._settings = Settings()
        self._now = clock.monotonic()  # as of the last sweep: exact enough for deadlines, and free
        self._lanes: dict[str, Lane] = {}
        self._persistent: dict[str, Session] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._jobs: set[Job] = set()
        self._closing: set[asyncio.Task[None]] = set()

    async def execute(self, user: User, request: bytes, delay: float = 0) -> "Answer":
        """Execute one qbXML document; its answer has begun when this returns, and has to be closed.

        ``delay`` is in seconds, after opening. Raises ``RequestProcessorError`` and ``QueueFull``; see
        ``RequestProcessor.process_request``.
        """
        job = self._job()
        try:
            lane, session, own = await self._enter(user, delay)
            try:
                chunks = session.processor.process_request(session.ticket, request)
                first = await anext(chunks, b"")
            except BaseException:
                await self.leave(lane, session, own=own)
                raise
        except BaseException as error:
            self.finish(job, error)
            raise
        job.deadline = inf
        return Answer(self, job, lane, session, own, first, chunks)

    async def company_file(self, user: User, delay: float = 0) -> str:
        """The full path of the company file that the user's requests go to."""
        return await self._ask(user, lambda one: one.processor.current_company_file(one.ticket), delay)

    async def versions(self, user: User, delay: float = 0) -> list[str]:
        """Every qbXML version the user's requests may have, oldest first."""
        return await self._ask(user, lambda one: one.processor.supported_versions(one.ticket), delay)

    async def reach(self, user: User, delay: float = 0) -> None:
        """Open the user's company file and close it again, to see that it can be done."""
        await self._ask(user, _nothing, delay)

    async def open(self, user: User, delay: float = 0) -> None:
        """Open the user's persistent session; it is no mistake if it is open."""
        job = self._job()
        try:
            await self._share(user, delay)
        except BaseException as error:
            self.finish(job, error)
            raise
        self.finish(job)

    async def close(self, user: User) -> None:
        """Close the user's persistent session, if it is open and PersistentEnabled does not keep it."""
        session = self._persistent.get(user.name)
        if session is not None and not self._settings.persistent_enabled:
            await self._retire(session)

    async def _ask(self, user: User, ask: Callable[[Session], Awaitable[T]], delay: float) -> T:
        job = self._job()
        try:
            lane, session, own = await self._enter(user, delay)
            try:
                result = await ask(session)
            finally:
                await self.leave(lane, session, own=own)
        except BaseException as error:
            self.finish(job, error)
            raise
        self.finish(job)
        return result

    async def _enter(self, user: User, delay: float) -> tuple[Lane, Session, bool]:
        """A place in the company file's lane, a session, and whether it is this request's own."""
        shared = self._settings.persistent_enabled or user.name in self._persistent
        lane = self._lanes.get(user.company_file)
        if lane is None:
            lane = self._lanes[user.company_file] = Lane(self._factory().concurrency)
        await lane.enter()
        try:
            if shared:
                session = await self._share(user, delay)
                session.users += 1
            else:
                session = await self._begin(user, delay)
        except BaseException:
            lane.leave()
            raise
        return lane, session, not shared

    async def leave(self, lane: Lane, session: Session, *, own: bool) -> None:
        try:
            if own:
                await self._end(session)
            else:
                session.users -= 1
                session.used = self._now
                if not session.users and self._persistent.get(session.user.name) is not session:
                    await self._end(session)  # it was retired while we used it
        finally:
            lane.leave()

    async def _begin(self, user: User, delay: float) -> Session:
        processor = self._factory()
        try:
            await processor.open_connection(Application(user.app_name or APPLICATION))
            ticket = await processor.begin_session(
                user.company_file, FileMode(user.mode), Access(read_only=user.read_only)
            )
            if delay:
                await asyncio.sleep(delay)
        except BaseException:
            await processor.aclose()
            raise
        return Session(user, processor, ticket, self._now)

    async def _share(self, user: User, delay: float) -> Session:
        """The user's persistent session; opened now if it is not, and anew if the user has changed."""
        async with self._opening.setdefault(user.name, asyncio.Lock()):
            session = self._persistent.get(user.name)
            if session is not None and session.user != user:
                await self._retire(session)
                session = None
            if session is None:
                session = self._persistent[user.name] = await self._begin(user, delay)
            session.used = self._now
            return session

    async def _retire(self, session: Session) -> None:
        if self._drop(session):
            await self._end(session)

    def _drop(self, session: Session) -> bool:
        """Let nobody else use a persistent session. Whether it can end now; else it ends with its last use."""
        del self._persistent[session.user.name]
        return not session.users

    async def _end(self, session: Session) -> None:
        try:
            await session.processor.end_session(session.ticket)
            await session.processor.close_connection()
        except RequestProcessorError:
            pass  # it is gone, one way or the other
        finally:
            await session.processor.aclose()

    # Time

    def _job(self) -> Job:
        job = Job(asyncio.current_task(), self.deadline())
        self._jobs.add(job)
        return job

    def deadline(self) -> float:
        return self._now + (self._settings.timeout or inf)

    def finish(self, job: Job, error: BaseException | None = None) -> None:
        """The job waits no longer. Raises ``RequestTimedOut`` if it was cancelled because its time was up."""
        self._jobs.discard(job)
        if job.late and job.task is not None and isinstance(error, asyncio.CancelledError):
            job.task.uncancel()
            raise RequestTimedOut(self._settings.timeout) from None

    def sweep(self, now: float | None = None) -> None:
        """Wake the requests whose time is up and close idle sessions; ``now`` is in ``clock.monotonic`` seconds."""
        now = self._now = clock.monotonic() if now is None else now
        for job in self._jobs:
            if job.deadline <= now and not job.late and job.task is not None:
                job.late = True
                job.task.cancel()
        idle = self._settings.persistent_idle_timeout
        for session in list(self._persistent.values()):
            if not session.users and session.used + idle <= now:
                self._retire_soon(session)

    def replace(self, settings: Settings, users: Mapping[str, User]) -> None:
        """These are in force from now on; persistent sessions of users who changed or left end."""
        self._settings = settings
        for session in list(self._persistent.values()):
            if users.get(session.user.name.casefold()) != session.user:
                self._retire_soon(session)
        self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.empty}

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


class Answer:
    """The chunks of one answer. It holds its session, and its place in the lane, until it has ended or is closed.

    Not an async generator: those cost the event loop three times as much.
    """

    __slots__ = ("_chunks", "_job", "_lane", "_open", "_own", "_session", "_sessions", "first")

    def __init__(
        self,
        sessions: Sessions,
        job: Job,
        lane: Lane,
        session: Session,
        own: bool,
        first: bytes,
        chunks: Chunks,
    ) -> None:
        self.first = first
        self._sessions = sessions
        self._job = job
        self._lane = lane
        self._session = session
        self._own = own
        self._chunks = chunks
        self._open = True

    def __aiter__(self) -> "Answer":
        return self

    async def __anext__(self) -> bytes:
        """The next chunk after ``first``. Raises what the processor raises, and ``RequestTimedOut``."""
        job, sessions = self._job, self._sessions
        job.deadline = sessions.deadline()
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            await self.aclose()
            raise
        except BaseException as error:
            sessions.finish(job, error)
            raise
        job.deadline = inf  # the reader has the time it needs; the wire sees to that
        return chunk

    async def aclose(self) -> None:
        """Let go of the session; more than once does no harm."""
        if self._open:
            self._open = False
            self._sessions.finish(self._job)
            await self._chunks.aclose()
            await self._sessions.leave(self._lane, self._session, own=self._own)


async def _nothing(_: Session) -> None:
    pass
