"""Files that several processes write: replaced as a whole, never seen half written, one writer at a time."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

T = TypeVar("T")

if sys.platform == "win32":
    from qbconnector.settings.winfiles import lock, patiently
    from qbconnector.settings.winfiles import make_private as make_private

    INSIDE = 0o777  # of folders in a private one, which have its permissions; 0700 would be their own
else:
    import fcntl

    INSIDE = 0o700

    def lock(file: IO[bytes], *, wait: bool) -> None:
        """Lock the file until it is closed. Raises ``OSError`` when somebody has it and we are not to wait."""
        fcntl.flock(file.fileno(), fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)

    def patiently(action: Callable[[], T]) -> T:
        """Only Windows minds that somebody has a file open."""
        return action()

    def make_private(folder: Path) -> None:
        """Create a folder that is its owner's only."""
        folder.mkdir(mode=0o700)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Be the only writer of ``path`` among all processes; the lock is a file beside it and ends with its owner."""
    with path.with_name(path.name + ".lock").open("ab") as file:
        lock(file, wait=True)
        yield


def claim(path: Path) -> IO[bytes] | None:
    """Own ``path`` for as long as the file that is returned stays open; None while somebody else does."""
    file = path.with_name(path.name + ".lock").open("ab")
    try:
        lock(file, wait=False)
    except OSError:
        file.close()
        return None
    return file


def read_file(path: Path) -> bytes:
    """What is in a file that others replace. Raises ``OSError``."""
    return patiently(path.read_bytes)


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of ``path``, durably and readable by its owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # created 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        patiently(lambda: Path(name).replace(path))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # has no such thing; the rename is durable by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def signature(path: Path) -> tuple[int, ...]:
    """Something that differs when the file's content does; () when there is none."""
    try:
        stat = path.stat()
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
