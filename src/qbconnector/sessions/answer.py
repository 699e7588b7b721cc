"""A request's answer on its way: it holds what the request holds, until it has ended."""

from math import inf
from typing import TYPE_CHECKING

from qbconnector.processors.base import Chunks
from qbconnector.sessions.jobs import Job

if TYPE_CHECKING:
    from qbconnector.sessions.sessions import Place, Sessions


class Answer:
    """The chunks of one answer. It holds its session, and its place in the lane, until it has ended or is closed.

    Not an async generator: those cost the event loop three times as much.
    """

    __slots__ = ("_chunks", "_error", "_job", "_open", "_place", "_sessions", "first")

    def __init__(
        self,
        sessions: "Sessions",
        job: Job,
        place: "Place",
        first: bytes,
        chunks: Chunks,
    ) -> None:
        self.first = first
        self._sessions = sessions
        self._job = job
        self._place = place
        self._error: BaseException | None = None
        self._chunks = chunks
        self._open = True

    def __aiter__(self) -> "Answer":
        return self

    async def __anext__(self) -> bytes:
        """The next chunk after ``first``. Raises what the processor raises, and ``RequestTimedOut``."""
        job, sessions = self._job, self._sessions
        job.deadline.at = sessions.deadline()
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            await self.aclose()
            raise
        except BaseException as error:
            self._error = error
            sessions.finish(job, error)
            raise
        job.deadline.at = inf  # the reader has the time it needs; the wire sees to that
        return chunk

    async def aclose(self) -> None:
        """Let go of the session; more than once does no harm."""
        if self._open:
            self._open = False
            self._sessions.finish(self._job)
            await self._chunks.aclose()
            await self._sessions.leave(self._place, self._error)
