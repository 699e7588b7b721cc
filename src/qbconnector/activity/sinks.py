"""Where the activity log's lines go: the console, files that begin anew by date and by size, and the loopback."""

import re
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import IO, Final

from qbconnector.activity.log import Event

LOOPBACK: Final = "127.0.0.1"
DATAGRAM: Final = 8192  # bytes: what every system lets through the loopback in one piece


class Rotation(IntEnum):
    """How often a log file is begun; the numbers are the manual's."""

    DAILY = 0
    WEEKLY = 1
    MONTHLY = 2

    def name_of(self, when: datetime) -> str:
        """The file's name without its ending: yyyy_MM_dd, yyyy_ww (the ISO week) or yyyy_MM."""
        if self is Rotation.DAILY:
            return f"{when:%Y_%m_%d}"
        if self is Rotation.MONTHLY:
            return f"{when:%Y_%m}"
        week = when.isocalendar()
        return f"{week.year:04}_{week.week:02}"


class Console:
    """Standard error, or another stream."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stderr

    def write(self, events: Sequence[Event]) -> None:
        """Write the lines in one go. A console that is gone is no reason to fail."""
        with suppress(ValueError, BrokenPipeError):
            self._stream.write("".join(f"{event}\n" for event in events))
            self._stream.flush()

    def close(self) -> None:
        """Standard error stays open."""


class Files:
    """Log files in a folder. A file that would grow beyond ``max_size`` bytes (0: never) goes on as NAME_2, NAME_3 …"""

    def __init__(self, folder: Path, rotation: Rotation = Rotation.DAILY, max_size: int = 0) -> None:
        self._folder = folder
        self._rotation = rotation
        self._max_size = max_size
        self._file: IO[bytes] | None = None
        self._name = ""
        self._size = 0

    def write(self, events: Sequence[Event]) -> None:
        """Append the lines, each to the file of its time. Raises ``OSError``."""
        for event in events:
            line = f"{event}\n".encode("utf-8", "backslashreplace")
            self._place(event.when, len(line)).write(line)
            self._size += len(line)
        if self._file is not None:
            self._file.flush()

    def _place(self, when: datetime, size: int) -> IO[bytes]:
        name = self._rotation.name_of(when)
        if self._file is None or name != self._name:
            self._name = name
            return self._open(max(1, _newest(self._folder, name)))
        if self._full(size):
            return self._open(_newest(self._folder, name) + 1)
        return self._file

    def _full(self, size: int) -> bool:
        return bool(self._max_size) and self._size > 0 and self._size + size > self._max_size

    def _open(self, number: int) -> IO[bytes]:
        self.close()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{self._name}{f'_{number}' if number > 1 else ''}.txt"
        self._file = path.open("ab")
        self._size = self._file.tell()
        return self._file if not self._full(1) else self._open(number + 1)

    def close(self) -> None:
        """Close the file that is open."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Datagrams:
    """UDP to a port of the loopback, for whoever listens there: ``log tail -f``, say.

    A datagram is UTF-8 and holds one or more whole lines, each with its line end; a line that is longer than
    a datagram is cut. Nobody learns whether it arrived.
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect((LOOPBACK, port))

    def write(self, events: Sequence[Event]) -> None:
        """Send the lines, as many together as a datagram takes."""
        for datagram in _packed(events):
            try:
                self._socket.send(datagram)
            except ConnectionRefusedError:  # nobody had listened to the one before; perhaps somebody does now
                with suppress(OSError):
                    self._socket.send(datagram)
            except OSError:  # the receiver does not keep up
                return

    def close(self) -> None:
        """Send no more."""
        self._socket.close()


def _packed(events: Sequence[Event]) -> Iterator[bytes]:
    datagram = b""
    for event in events:
        line = f"{event}\n".encode("utf-8", "backslashreplace")
        if len(line) > DATAGRAM:
            line = line[: DATAGRAM - 1].decode("utf-8", "ignore").encode() + b"\n"
        if len(datagram) + len(line) > DATAGRAM:
            yield datagram
            datagram = b""
        datagram += line
    if datagram:
        yield datagram


def _newest(folder: Path, name: str) -> int:
    """The highest number among the files of one name; 0 when there is none."""
    pattern = re.compile(rf"{re.escape(name)}(?:_(\d+))?\.txt")
    found = [pattern.fullmatch(path.name) for path in folder.glob(f"{name}*.txt")]
    return max((int(match[1] or 1) for match in found if match), default=0)


def log_files(folder: Path) -> list[Path]:
    """Every log file in a folder, oldest first."""
    found = [path for path in folder.glob("*.txt") if re.fullmatch(r"\d{4}_\d\d(_\d\d)?(_\d+)?\.txt", path.name)]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))
