"""A connector without a window that no service manager looks after: the tray starts one, or Windows at a logon.

It is `qbconnector service background`, in a process of its own. That it runs, others see by its data folder; that is
also how it is asked to end.
"""

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from qbconnector import clock
from qbconnector.errors import ServiceError
from qbconnector.service.base import NO_WINDOW, Program
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.presence import Presence

PATIENCE: Final = 60.0  # seconds for a start or a stop
PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Background:
    """The connector of one program, to start, to stop and to ask for."""

    program: Program

    def installed(self) -> bool:
        """Nobody has to install it, and the system knows nothing of it."""
        return False

    def start(self) -> None:
        """Start it; returns when it serves. Raises ``ServiceError``."""
        self.begin(self._process)

    def begin(self, launch: Callable[[], Callable[[], bool]]) -> None:
        """Start it by ``launch``, which returns what says whether it has ended."""
        if self._presence.runs():
            raise ServiceError("start", "it runs already")
        DataFolder(self.program.data).ensure()
        self.program.failure.unlink(missing_ok=True)
        ended = launch()
        until = clock.monotonic() + PATIENCE
        while not self._presence.runs():
            over = ended() or clock.monotonic() > until
            if (why := self.program.why_it_failed()) or over:
                raise ServiceError("start", why or "it does not serve", "`qbconnector serve` shows more.")
            time.sleep(PAUSE)

    def _process(self) -> Callable[[], bool]:
        nothing = subprocess.DEVNULL
        process = subprocess.Popen(  # noqa: S603
            self.program.background,
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            start_new_session=True,  # Ctrl-C is for who started it
            creationflags=NO_WINDOW,
        )
        threading.Thread(target=process.wait, name="waits for the connector", daemon=True).start()
        return lambda: process.returncode is not None

    def stop(self) -> None:
        """Ask it to end; returns when it has. Raises ``ServiceError``."""
        presence = self._presence
        if not presence.runs():
            raise ServiceError("stop", "it does not run")
        presence.request.touch()
        try:
            until = clock.monotonic() + PATIENCE
            while presence.runs():
                if clock.monotonic() > until:
                    raise ServiceError("stop", "it does not stop", "End its process in the task manager.")
                time.sleep(PAUSE)
        finally:
            presence.request.unlink(missing_ok=True)

    def state(self) -> str:
        """``started`` or ``stopped``."""
        return "started" if self._presence.runs() else "stopped"

    @property
    def _presence(self) -> Presence:
        return Presence(DataFolder(self.program.data))
