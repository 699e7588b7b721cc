"""What a service manager does for us: the manual's eight commands, whatever the system calls them."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from qbconnector.errors import ServiceError

NAME: Final = "qbconnector"
DESCRIPTION: Final = "qbconnector: qbXML over HTTP"


@dataclass(frozen=True, slots=True)
class Program:
    """What the service runs: this connector, on one data folder."""

    data: Path
    command: tuple[str, ...] = (sys.executable, "-m", "qbconnector")

    @property
    def arguments(self) -> tuple[str, ...]:
        """The whole command line."""
        return (*self.command, "--data", str(self.data), "serve")

    @property
    def command_line(self) -> str:
        """The command line of a service of Windows, as one text."""
        return subprocess.list2cmdline((*self.command, "--data", str(self.data), "service", "host"))

    @property
    def failure(self) -> Path:
        """Where a service of Windows, which has no standard error, writes down why it failed."""
        return self.data / "state" / "service-failure.txt"


@dataclass(frozen=True, slots=True)
class Account:
    """The Windows account that a service runs under."""

    name: str
    password: str = field(repr=False)


class Hosted(Protocol):
    """The connector inside a service of Windows: it says when it is ready, and is told to stop."""

    ready: threading.Event
    stop: Callable[[], object]


class ServiceManager(Protocol):
    """The commands, in the manual's order and by its names. Each raises ``ServiceError``."""

    def install(self) -> None:
        """Let the system know the service; it starts with the system from then on."""

    def delete(self) -> None:
        """Stop the service and let the system forget it."""

    def start(self) -> None:
        """Start it now."""

    def stop(self) -> None:
        """Stop it now, as SIGTERM does: running requests finish."""

    def state(self) -> str:
        """``started`` or ``stopped``."""
        ...

    def auto(self) -> None:
        """It starts with the system."""

    def manual(self) -> None:
        """It starts when it is told to."""

    def disabled(self) -> None:
        """It cannot be started."""


def run(command: str, *arguments: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    """Call the system's own tool; ``command`` is the service command it is for. Raises ``ServiceError``."""
    tool = shutil.which(arguments[0])
    if tool is None:
        raise ServiceError(command, f"this system has no {arguments[0]}", "`qbconnector serve` runs without it.")
    done = subprocess.run([tool, *arguments[1:]], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode and not may_fail:
        said = _last_line((done.stderr, done.stdout)) or f"exit code {done.returncode}"
        raise ServiceError(command, f"{arguments[0]} said: {said}")
    return done


def _last_line(outputs: Sequence[str]) -> str:
    lines = [line.strip() for output in outputs for line in output.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else ""
