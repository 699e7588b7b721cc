"""SQLite as this project uses it: opening, migrations and transactions; not what is stored.

A file is opened in WAL mode with `synchronous=FULL`: a commit that returned is on the disk. Schemas are numbered
`.sql` files inside a package (`0001-….sql`, `0002-….sql`); `user_version` says which of them a file has.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from .errors import CompanyFileError

#: SQLite statements kept prepared per connection; the sandbox's writer uses about two hundred different ones.
STATEMENTS = 512

#: How long one connection waits for another's lock, in seconds.
BUSY_SECONDS = 10.0


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open an existing SQLite file in autocommit mode; transactions are begun by hand.

    The connection may be handed from thread to thread, but only one may use it at a time.
    """
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        cached_statements=STATEMENTS,
        check_same_thread=False,
    )
    if not read_only:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA mmap_size=1073741824")
    return connection


def create(path: Path) -> sqlite3.Connection:
    """Create an empty file, private to its user, and open it. It must not exist yet."""
    path.touch(mode=0o600, exist_ok=False)
    return connect(path)


def migrate(connection: sqlite3.Connection, package: str) -> None:
    """Bring a file's schema up to the newest numbered file of `package`, all or nothing."""
    steps = sorted(
        (item for item in resources.files(package).iterdir() if item.name.endswith(".sql")),
        key=lambda item: item.name,
    )
    have = connection.execute("PRAGMA user_version").fetchone()[0]
    if have > len(steps):
        raise CompanyFileError(
            "",
            f"The company file has schema {have}; this version of qbconnector knows {len(steps)}.",
            "Update qbconnector, or open the file with the version that wrote it.",
        )
    for number, step in enumerate(steps[have:], have + 1):
        with transaction(connection):
            for statement in _statements(step.read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={number}")


def _statements(script: str) -> Iterator[str]:
    """The single statements of a script; `executescript` would commit the running transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction: committed at the end, rolled back whole when the block raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
