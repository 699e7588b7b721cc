"""The last answers that the Explorer got, kept for a while to be looked at, as a whole and in several forms.

They lie in files that have no name, which are gone with the connector however it ends.
"""

import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import IO, Final

from qbconnector.errors import AnswerGone, AnswerTooLarge

KEPT: Final = 8
LARGEST: Final = 1024**3  # bytes of one
CHUNK: Final = 256 * 1024


class Answer:
    """One answer, by the number of its request. Its file is closed when nobody has it any more."""

    def __init__(self, number: int, folder: Path) -> None:
        self.number = number
        self.size = 0
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (the finalizer closes it)
        self._lock = Lock()
        weakref.finalize(self, self._file.close)

    def write(self, chunk: bytes) -> None:
        """Add to it. Raises ``AnswerTooLarge`` and ``OSError``."""
        if self.size + len(chunk) > LARGEST:
            raise AnswerTooLarge(LARGEST)
        self._file.write(chunk)
        self.size += len(chunk)

    def read(self, start: int, size: int) -> bytes:
        """A part of it; several threads may do so at once."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)

    def chunks(self) -> Iterator[bytes]:
        """All of it."""
        return (self.read(start, CHUNK) for start in range(0, self.size, CHUNK))


class Answers:
    """The last answers of one connector, the oldest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[int, Answer] = {}

    def begin(self, number: int) -> Answer:
        """An answer to be written; it is kept once it is complete. Raises ``OSError``."""
        return Answer(number, self._folder)

    def keep(self, answer: Answer) -> None:
        """Keep it, and for its sake the oldest no longer."""
        self._kept[answer.number] = answer
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def get(self, number: int) -> Answer:
        """The answer to the request of this number. Raises ``AnswerGone``."""
        if number not in self._kept:
            raise AnswerGone(number)
        return self._kept[number]
