"""What a service manager does for us: the manual's eight commands, whatever the system calls them."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from qbconnector import invocation
from qbconnector.errors import QbConnectorError, ServiceError

NAME: Final = "qbconnector"
NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open one for a tool that we call
DESCRIPTION: Final = "qbconnector: qbXML over HTTP"


@dataclass(frozen=True, slots=True)
class Program:
    """What the service runs: this connector, on one data folder."""

    data: Path
    command: tuple[str, ...] = field(default_factory=invocation.command)
    windowed: tuple[str, ...] = field(default_factory=lambda: invocation.command(windowed=True))

    @property
    def arguments(self) -> tuple[str, ...]:
        """The whole command line."""
        return (*self.command, "--data", str(self.data), "serve")

    @property
    def command_line(self) -> str:
        """The command line of a service of Windows, as one text."""
        return subprocess.list2cmdline((*self.command, "--data", str(self.data), "service", "host"))

    @property
    def background(self) -> tuple[str, ...]:
        """The command line of a connector without a window, which is no service."""
        return (*self.windowed, "--data", str(self.data), "service", "background")

    @property
    def failure(self) -> Path:
        """Where what has no standard error writes down why it failed."""
        return self.data / "state" / "service-failure.txt"

    def fail(self, error: BaseException) -> None:
        """Write down why it failed."""
        self.failure.write_text(error.advice if isinstance(error, QbConnectorError) else repr(error), "utf-8")

    def why_it_failed(self) -> str:
        """What was written down of a failure, as a sentence's end; "" if nothing was."""
        with suppress(OSError):
            return self.failure.read_text("utf-8").strip().rstrip(".")
        return ""


@dataclass(frozen=True, slots=True)
class Account:
    """The Windows account that a service runs under."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AtLogon:
    """Instead of a service: Windows starts it when this user logs on, as administrator if it is ``elevated``."""

    user: str
    elevated: bool = False


class Hosted(Protocol):
    """The connector inside a service of Windows: it says when it is ready, and is told to stop."""

    ready: threading.Event
    stop: Callable[[], object]


class ServiceManager(Protocol):
    """The commands, in the manual's order and by its names. Each raises ``ServiceError``."""

    def installed(self) -> bool:
        """Whether the system knows the service."""
        ...

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


def run(command: str, *arguments: str, may_fail: bool = False, remedy: str = "") -> subprocess.CompletedProcess[str]:
    """Call the system's own tool; ``command`` is the service command it is for. Raises ``ServiceError``."""
    tool, name = shutil.which(arguments[0]), Path(arguments[0]).stem
    if tool is None:
        raise ServiceError(command, f"this system has no {name}", "`qbconnector serve` runs without it.")
    done = subprocess.run(  # noqa: S603
        [tool, *arguments[1:]], capture_output=True, text=True, errors="replace", check=False, creationflags=NO_WINDOW
    )
    if done.returncode and not may_fail:
        said = _last_line((done.stderr, done.stdout)) or f"exit code {done.returncode}"
        raise ServiceError(command, f"{name} said: {said}", remedy)
    return done


def give_streams() -> None:
    """What has neither standard output nor standard error, as a service of Windows, gets some that lead nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _last_line(outputs: Sequence[str]) -> str:
    lines = [line.strip() for output in outputs for line in output.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else ""
