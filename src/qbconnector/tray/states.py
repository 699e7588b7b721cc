"""What the icon says and what its menu does in each state. It knows nothing of the screen.

Looking and doing block: whoever shows the icon calls them in a thread.
"""

import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from qbconnector import health
from qbconnector.console.address import answers, signin_link
from qbconnector.errors import QbConnectorError, ServiceForbidden
from qbconnector.service.background import Background
from qbconnector.service.base import Program
from qbconnector.service.system import as_administrator, runner
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.presence import Presence

LONGEST: Final = 120  # characters that Windows shows of what an icon says


class Condition(Enum):
    """How it is with the connector."""

    RUNNING = "running"
    STOPPED = "stopped"
    ATTENTION = "needs attention"


@dataclass(frozen=True, slots=True)
class State:
    """A condition, and the line that says so; what has to be done about it, if anything."""

    condition: Condition
    runs: bool
    text: str
    problem: str = ""

    @property
    def title(self) -> str:
        """What is shown when the mouse rests on the icon."""
        return f"qbconnector: {self.problem or self.text}"[:LONGEST]


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the menu; what it does, if it can be chosen now. A separator has no text."""

    text: str
    do: Callable[[], object] | None = None
    default: bool = False


SEPARATOR: Final = Choice("")
BEGINNING: Final = State(Condition.STOPPED, False, "Looking …")


class Tray:
    """The icon of one data folder. ``state`` is what it showed last; ``quit`` ends what shows it."""

    def __init__(self, folder: DataFolder, leave: Callable[[], object]) -> None:
        self.state = BEGINNING
        self._folder = folder
        self._leave = leave
        self._started = False  # by us, and no service: it ends with us
        self._failure = ""  # of the last thing it was told to do

    def look(self) -> State:
        """See how it is now."""
        try:
            self.state = self._seen()
        except (QbConnectorError, OSError) as error:
            self.state = State(Condition.ATTENTION, self.state.runs, "Cannot be looked at", _said(error))
        return self.state

    def _seen(self) -> State:
        runs = Presence(self._folder).runs()
        if runs is not self.state.runs:
            self._failure = ""  # it has been done since
        if self._failure:
            return State(Condition.ATTENTION, runs, "Running" if runs else "Stopped", self._failure)
        if not runs:
            return State(Condition.STOPPED, False, "Stopped")
        if not answers(self._folder):
            return State(Condition.ATTENTION, True, "Running", "It does not answer. `qbconnector check` may say why.")
        for finding in health.machine(self._folder, self._folder.store.read().settings):
            if not finding.well:
                return State(Condition.ATTENTION, True, "Running", finding.advice)
        return State(Condition.RUNNING, True, "Running")

    def menu(self) -> tuple[Choice, ...]:
        """The menu's lines in this state."""
        runs = self.state.runs
        return (
            Choice("Open console", self.open_console if runs else None, default=True),
            SEPARATOR,
            Choice(self.state.text),
            *([Choice(self.state.problem)] if self.state.problem else []),
            Choice("Start", None if runs else self.start),
            Choice("Stop", self.stop if runs else None),
            SEPARATOR,
            Choice("Quit, and stop the connector" if runs and self._started else "Quit", self.quit),
        )

    def open_console(self) -> None:
        """Open the console in a browser, signed in."""
        self._try(lambda: webbrowser.open(signin_link(self._folder)))

    def start(self) -> None:
        """Start it: the service that is installed, or else a process of ours."""

        def start() -> None:
            service = runner(self._program)
            self._tell("start", service.start)
            self._started = not service.installed()

        self._try(start)

    def stop(self) -> None:
        """Stop it, whatever started it."""
        self._try(self._stop)

    def _stop(self) -> None:
        service = runner(self._program)
        if service.state() != "started":  # it is no service that runs, though one is installed
            service = Background(self._program)
        self._tell("stop", service.stop)
        self._started = False

    def _tell(self, command: str, action: Callable[[], object]) -> None:
        """Do it ourselves, or, where that takes an administrator, by one whom Windows asks."""
        try:
            action()
        except ServiceForbidden:
            if not as_administrator(self._program, command):
                raise

    def quit(self) -> None:
        """Show the icon no more. What it has started itself ends."""
        if self._started and Presence(self._folder).runs():
            self._try(self._stop)
        self._leave()

    @property
    def _program(self) -> Program:
        return Program(self._folder.root)

    def _try(self, action: Callable[[], object]) -> None:
        self._failure = ""
        try:
            action()
        except (QbConnectorError, OSError) as error:
            self._failure = _said(error)


def _said(error: QbConnectorError | OSError) -> str:
    return error.advice if isinstance(error, QbConnectorError) else str(error)
