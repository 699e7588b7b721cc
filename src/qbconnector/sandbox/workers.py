"""The threads of one open company file: readers beside one writer, and group commit.

A request is a `Job`: it is parsed and, if it only reads, answered by a reader; otherwise it goes on to the writer. The
writer takes whatever waits, carries it out in one transaction under a savepoint each, and answers nobody before the
commit. An answer is made in steps, each on demand of whoever consumes it, so that a slow client holds nobody up.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .. import database
from ..errors import CompanyFileFailed, QbConnectorError, ReadOnlyAccess
from ..qbxml import Document, parse
from . import engine
from .books import Books

#: How many messages sets one transaction takes in at most.
BATCH = 64

#: Threads that parse and answer first pieces. More would only contend for the interpreter.
READERS = 2

_log = logging.getLogger(__name__)


@dataclass
class Session:
    """What lives from BeginSession to EndSession: the access it has, and its iterators."""

    read_only: bool = False
    iterators: engine.Iterators = field(default_factory=dict)


@dataclass
class Job:
    """One request document on its way.

    `deliver` is called from a worker's thread, once for every step asked for: with a piece of the answer (the last
    one when `finished` is set) or with the exception that ended it.
    """

    session: Session
    body: bytes
    deliver: Callable[["bytes | BaseException"], None]
    reading: engine.Reading | None = None
    writing: engine.MessageSet | None = None
    asked: bool = False
    """A step is under way."""
    abandoned: bool = False
    """Nobody consumes the answer any more; what writes is carried out to its end all the same."""

    @property
    def finished(self) -> bool:
        """Nothing comes after the piece just delivered."""
        work = self.reading or self.writing
        return work is not None and work.finished

    @property
    def goes_on_alone(self) -> bool:
        """Nobody will ask for the next step, and it has to be done."""
        return self.abandoned and self.writing is not None and not self.finished


class Pool:
    """Threads that share a queue; each has books of its own."""

    def __init__(self, name: str, path: Path, threads: int, carry_out: Callable[[Books, list[Job]], None]) -> None:
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._carry_out = carry_out
        self._threads = [
            threading.Thread(
                target=self._run, args=(Books(database.connect(path)),), name=f"{name}-{number}", daemon=True
            )
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        self._queue.put(job)

    def close(self) -> None:
        """Finish what waits, then end the threads."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, books: Books) -> None:
        while jobs := self._next():
            self._carry_out(books, jobs)
        books.connection.close()

    def _next(self) -> list[Job]:
        """What is to be done next; nothing once the pool is closed and nothing waits any more."""
        job = self._queue.get()
        if job is not None:
            return [job, *self._waiting()]
        waiting = self._waiting()
        if waiting:
            self._queue.put(None)
        return waiting

    def _waiting(self) -> list[Job]:
        """What else waits by now, up to a batch."""
        found: list[Job] = []
        while len(found) < BATCH - 1:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._queue.put(None)
                break
            found.append(job)
        return found


class Workers:
    """All threads of one company file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handing_over = threading.Lock()
        self._writer = Pool("writer", path, 1, self._write)
        self._readers = Pool("reader", path, READERS, self._read)
        self._streams = Pool("stream", path, 1, self._read)

    def submit(self, job: Job) -> None:
        """Ask for a job's next step: the first one parses it."""
        job.asked = True
        if job.writing is not None:
            self._writer.submit(job)
        elif job.reading is not None:
            self._streams.submit(job)
        else:
            self._readers.submit(job)

    def abandon(self, job: Job) -> None:
        """Nobody will ask for the job's next step."""
        with self._handing_over:
            job.abandoned = True
            idle = not job.asked
        if idle and job.goes_on_alone:
            self.submit(job)

    def _answer(self, job: Job, result: bytes | BaseException) -> None:
        """Hand on what a step came to; or, where nobody listens any more, go on with the next."""
        with self._handing_over:
            job.asked = False
            alone = job.abandoned
        if not alone:
            job.deliver(result)
        elif job.goes_on_alone and isinstance(result, bytes):
            self.submit(job)

    def close(self) -> None:
        for pool in (self._readers, self._streams, self._writer):
            pool.close()

    # Reading

    def _read(self, books: Books, jobs: list[Job]) -> None:
        for job in jobs:
            try:
                self._step(books, job)
            except Exception as error:
                self._answer(job, self._failure(error))

    def _step(self, books: Books, job: Job) -> None:
        if job.reading is None:
            document = parse(job.body)
            engine.check(document)
            if engine.writes(document):
                _allow(job.session, document)
                job.writing = engine.MessageSet(document, job.body, job.session.iterators)
                self._writer.submit(job)
                return
            books.catch_up()
            job.reading = engine.Reading(books, document, job.session.iterators)
        self._answer(job, job.reading.step())

    # Writing

    def _write(self, books: Books, jobs: list[Job]) -> None:
        """Carry out one step of each job in one transaction; where that is lost, each again alone."""
        try:
            with database.transaction(books.connection):
                answers = [(job, self._slice(books, job)) for job in jobs]
                books.flush()
        except Exception as error:
            books.forget()
            if len(jobs) > 1:
                for job in jobs:
                    self._write(books, [job])
            else:
                self._answer(jobs[0], self._failure(error))
            return
        for job, answer in answers:
            assert job.writing is not None
            job.writing.advance()
            self._answer(job, answer)

    def _slice(self, books: Books, job: Job) -> bytes:
        assert job.writing is not None
        return b"" if job.finished else job.writing.run(books)

    def _failure(self, error: Exception) -> Exception:
        """What to answer; into the log goes what is not an answer of the protocol."""
        if isinstance(error, QbConnectorError):
            return error
        _log.error("a request could not be carried out", exc_info=error)
        return CompanyFileFailed(self._path, str(error))


def _allow(session: Session, document: Document) -> None:
    if session.read_only:
        messages = document.dialect.messages
        raise ReadOnlyAccess(next((name for name in document.names if messages[name].verb != "Query"), ""))
