"""Carrying requests out on one open company file: readers beside one writer, group commit, and who does what where.

A request is a `Job`. What only reads is answered where it arrives, if that is quick, and otherwise by a reader thread;
what writes goes to the writer, which takes whatever waits, carries it out in one transaction under a savepoint each,
and answers nobody before the commit. An answer is made in steps, each on demand of whoever consumes it, so that a slow
client holds nobody up.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from qbconnector import clock, database
from qbconnector.errors import CompanyFileFailed, QbConnectorError, ReadOnlyAccess
from qbconnector.qbxml import Document, parse

from . import engine
from .books import Books

#: How many message sets one transaction takes in at most.
BATCH = 64

#: Threads for reads that are not quick. More would only contend for the interpreter.
READERS = 2

#: A request of up to this many bytes is parsed, and if it only reads tried, where it arrives; …
QUICK_BYTES = 8192

#: … it is given up there after this time, in seconds, and handed to a reader; …
QUICK_SECONDS = 0.001

#: … which is looked at every so many of SQLite's own steps.
QUICK_STEPS = 1000

_log = logging.getLogger(__name__)


@dataclass
class Session:
    """What lives from BeginSession to EndSession: the access it has, and its iterators."""

    read_only: bool = False
    iterators: engine.Iterators = field(default_factory=dict)


@dataclass(slots=True)
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
    lent: Books | None = None
    """The books it reads in, until it is finished."""
    asked: bool = False
    """A step is under way."""
    abandoned: bool = False
    """Nobody consumes the answer any more; what writes is carried out to its end all the same."""
    failed: bool = False
    """A step ended with an exception, and no other is taken."""

    @property
    def finished(self) -> bool:
        """Nothing comes after the piece just delivered."""
        work = self.reading or self.writing
        return self.failed or (work is not None and work.finished)

    @property
    def goes_on_alone(self) -> bool:
        """Nobody will ask for the next step, and it has to be done."""
        return self.abandoned and self.writing is not None and not self.finished


class Pool:
    """Threads that share a queue."""

    def __init__(self, name: str, threads: int, carry_out: Callable[[list[Job]], None]) -> None:
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._carry_out = carry_out
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)
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

    def _run(self) -> None:
        while jobs := self._next():
            self._carry_out(jobs)

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
    """Everything that works on one company file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handing_over = threading.Lock()
        self._all = [Books(database.connect(path)) for _ in range(READERS + 2)]
        self._ledger, *self._free = self._all
        self._writer = Pool("writer", 1, self._write)
        self._readers = Pool("reader", READERS, self._read)
        self._streams = Pool("stream", 1, self._read)

    def begin(self, job: Job, document: Document) -> None:
        """See whether a job reads or writes; raises what refuses it."""
        engine.check(document)
        if not engine.writes(document):
            self._begin_reading(job, document)
            return
        if job.session.read_only:
            raise ReadOnlyAccess(engine.first_write(document))
        job.writing = engine.MessageSet(document, job.body, job.session.iterators)

    def at_once(self, job: Job) -> bytes | None:
        """A job's first step, if it only reads and is quick; None when a thread is to do it. Raises like `begin`."""
        if len(job.body) > QUICK_BYTES:
            return None
        document = parse(job.body)
        if not engine.writes(document) and engine.iterates(document):
            return None
        self.begin(job, document)
        if job.lent is None:
            return None
        try:
            return self.step(job, QUICK_SECONDS)
        except sqlite3.OperationalError:
            job.reading = None
            return None

    def step(self, job: Job, seconds: float = 0) -> bytes:
        """A reading job's next step, here and now; OperationalError when it has so many seconds and takes longer."""
        assert job.reading is not None
        assert job.lent is not None
        connection = job.lent.connection
        if seconds:
            deadline = clock.monotonic() + seconds
            connection.set_progress_handler(lambda: clock.monotonic() > deadline, QUICK_STEPS)
        try:
            text = job.reading.step()
        except BaseException:
            connection.set_progress_handler(None, 0)
            self._release(job)
            raise
        connection.set_progress_handler(None, 0)
        if job.finished:
            self._release(job)
        return text

    def submit(self, job: Job) -> None:
        """Have a job's next step done by a thread; the first one begins it."""
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
        if idle:
            self._go_on_alone(job)

    def close(self) -> None:
        """Finish what waits; end the threads."""
        for pool in (self._readers, self._streams, self._writer):
            pool.close()
        for books in self._all:
            books.connection.close()

    # Reading

    def _begin_reading(self, job: Job, document: Document) -> None:
        """An answer keeps the connection it began with until it is finished."""
        try:
            books = self._free.pop()
        except IndexError:
            books = Books(database.connect(self._path))
            self._all.append(books)
        job.lent = books
        books.catch_up()
        job.reading = engine.Reading(books, document, job.session.iterators)

    def _release(self, job: Job) -> None:
        if job.lent is not None:
            self._free.append(job.lent)
            job.lent = None

    def _read(self, jobs: list[Job]) -> None:
        for job in jobs:
            try:
                if job.reading is None:
                    self.begin(job, parse(job.body))
                if job.writing is not None:
                    self._writer.submit(job)
                else:
                    self._answer(job, self.step(job))
            except Exception as error:  # noqa: BLE001  (every job gets an answer)
                self._answer(job, self._failure(error))

    # Writing

    def _write(self, jobs: list[Job]) -> None:
        """Carry out one step of each job in one transaction; where that is lost, each again alone."""
        books = self._ledger
        try:
            with database.transaction(books.connection):
                books.catch_up()
                answers = [(job, self._slice(job)) for job in jobs]
                books.flush()
        except Exception as error:  # noqa: BLE001  (every job gets an answer)
            books.forget()
            books.store.forget_counters()
            if len(jobs) > 1:
                for job in jobs:
                    self._write([job])
            else:
                self._answer(jobs[0], self._failure(error))
            return
        for job, answer in answers:
            assert job.writing is not None
            job.writing.advance()
            self._answer(job, answer)

    def _slice(self, job: Job) -> bytes:
        assert job.writing is not None
        return b"" if job.finished else job.writing.run(self._ledger)

    # Handing over

    def _answer(self, job: Job, result: bytes | BaseException) -> None:
        """Hand on what a step came to; or, where nobody listens any more, go on with the next."""
        with self._handing_over:
            job.asked = False
            job.failed = isinstance(result, BaseException)
            alone = job.abandoned
        if not alone:
            job.deliver(result)
        elif isinstance(result, bytes):
            self._go_on_alone(job)

    def _go_on_alone(self, job: Job) -> None:
        if job.goes_on_alone:
            self.submit(job)
        else:
            self._release(job)

    def _failure(self, error: Exception) -> Exception:
        """What to answer; into the log goes what is not an answer of the protocol."""
        if isinstance(error, QbConnectorError):
            return error
        _log.error("a request could not be carried out", exc_info=error)
        return CompanyFileFailed(self._path, str(error))
