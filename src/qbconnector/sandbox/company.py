"""Company files: creating, opening, copying, checking, and the ways in for requests."""

import asyncio
import queue
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

from qbconnector import database
from qbconnector.errors import CompanyFileExists, CompanyFileMissing, NotACompanyFile, UnreadableCompanyFile
from qbconnector.qbxml import parse

from . import blank, schema, verify
from .books import Books
from .workers import Job, Session, Workers

#: What SQLite's header says the file is: "QBSB".
APPLICATION_ID = 0x51425342


class Company:
    """One open company file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._workers = Workers(path)
        self._closed = False

    @classmethod
    def create(cls, path: Path | str, *, name: str = "", sample: bool = False) -> "Company":
        """Create an empty company file and open it. `path` must not exist; its folder must."""
        path = Path(path)
        if path.exists():
            raise CompanyFileExists(path)
        if not path.parent.is_dir():
            raise CompanyFileMissing(path.parent)
        try:
            with closing(database.create(path)) as connection:
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
                database.migrate(connection, schema.__name__)
                with database.transaction(connection):
                    blank.fill(Books(connection), name or path.stem, sample=sample)
        except BaseException:
            _remove(path)
            raise
        return cls.open(path)

    @classmethod
    def open(cls, path: Path | str) -> "Company":
        """Open a company file, bringing its schema up to date."""
        return cls(up_to_date(Path(path)))

    def close(self) -> None:
        """Finish what is under way and close the file."""
        if not self._closed:
            self._closed = True
            self._workers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def session(self, *, read_only: bool = False) -> Session:
        """What BeginSession makes: iterators live in it."""
        return Session(read_only)

    def process(self, session: Session, body: bytes) -> "Steps":
        """Execute a request document; the answer's pieces as they are asked for.

        Raises RequestProcessorError before the first piece where the document is refused as a whole. A set that writes
        is carried out to its end even when nobody listens any more.
        """
        return Steps(self._workers, session, body)

    def execute(self, body: bytes, session: Session | None = None) -> Iterator[bytes]:
        """The same for callers without an event loop; not for the event loop's own thread."""
        results: queue.SimpleQueue[bytes | BaseException] = queue.SimpleQueue()
        job = Job(session or self.session(), body, results.put)
        workers = self._workers
        try:
            workers.begin(job, parse(body))
            while not job.finished:
                if job.reading is not None:
                    yield workers.step(job)
                    continue
                workers.submit(job)
                result = results.get()
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:
            workers.abandon(job)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """Recompute everything that follows from something else; what is wrong, a line each.

        `progress` is told how many of how many checks are done.
        """
        with reading(self.path) as books:
            return verify.faults(books, progress)

    def info(self) -> dict[str, str]:
        """What to show of the file: its company's name, and how much is in it."""
        with reading(self.path) as books:
            return blank.describe(books)

    def copy(self, target: Path | str) -> None:
        """Write a consistent copy of the file, also while it is used."""
        target = Path(target)
        if target.exists():
            raise CompanyFileExists(target)
        database.create(target).close()
        with (
            closing(database.connect(self.path, read_only=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)


class Steps:
    """The pieces of one answer, for the event loop it is asked on.

    Not an async generator: those cost the event loop several times as much.
    """

    __slots__ = ("_begun", "_delivered", "_job", "_loop", "_workers")

    def __init__(self, workers: Workers, session: Session, body: bytes) -> None:
        self._workers = workers
        self._job = Job(session, body, self._deliver)
        self._loop = asyncio.get_running_loop()
        self._delivered: asyncio.Future[bytes | BaseException] = self._loop.create_future()
        self._begun = False

    def __aiter__(self) -> "Steps":
        return self

    async def __anext__(self) -> bytes:
        job, workers = self._job, self._workers
        if job.finished:
            raise StopAsyncIteration
        if not self._begun:
            self._begun = True
            quick = workers.at_once(job)
            if quick is not None:
                return quick
        self._delivered = self._loop.create_future()
        workers.submit(job)
        result = await self._delivered
        if isinstance(result, BaseException):
            raise result
        return result

    async def aclose(self) -> None:
        """Nobody asks for more; to be called in any case, more than once does no harm."""
        self._workers.abandon(self._job)

    def _deliver(self, result: bytes | BaseException) -> None:
        """Called from a worker's thread."""
        with suppress(RuntimeError):  # the loop is closed, and with it whoever waited
            self._loop.call_soon_threadsafe(self._settle, result)

    def _settle(self, result: bytes | BaseException) -> None:
        if not self._delivered.done():
            self._delivered.set_result(result)


@contextmanager
def reading(path: Path) -> Iterator[Books]:
    """A company file as it is now, on a connection of its own that only reads. Raises CompanyFileError."""
    with _readable(path), closing(database.connect(up_to_date(path), read_only=True)) as connection:
        connection.execute("BEGIN")  # what is read together belongs together, whoever writes meanwhile
        yield Books(connection)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnreadableCompanyFile(path, str(error)) from error


def up_to_date(path: Path) -> Path:
    """The full path of a company file, its schema the newest. Raises CompanyFileError."""
    if not path.exists():
        raise CompanyFileMissing(path)
    _check(path)
    with _readable(path), closing(database.connect(path)) as connection:
        database.migrate(connection, schema.__name__)
    return path.resolve()


def _check(path: Path) -> None:
    """Refuse what is no company file, saying what it looks like."""
    if not path.is_file():
        raise NotACompanyFile(path, "it is a folder, or no file at all")
    with path.open("rb") as file:
        head = file.read(100)
    if head.startswith(b"SQLite format 3\x00") and int.from_bytes(head[68:72], "big") == APPLICATION_ID:
        return
    if path.suffix.lower() == ".qbw":
        raise NotACompanyFile(
            path,
            "it is a company file of real QuickBooks",
            "The sandbox opens .qbsandbox files; real QuickBooks needs the connector on Windows.",
        )
    raise NotACompanyFile(path, "its contents are something else", "`qbconnector company create` makes one.")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
