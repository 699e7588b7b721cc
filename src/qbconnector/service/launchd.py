"""launchd: a daemon of the system when we are root, else an agent of the user."""

import os
import plistlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qbconnector.errors import ServiceError
from qbconnector.service.base import Program, run

assert sys.platform != "win32"

LABEL: Final = "org.qbconnector.connector"
DAEMONS: Final = Path("/Library/LaunchDaemons")
AGENTS: Final = Path("Library/LaunchAgents")  # in the user's home


def plist(program: Program, *, at_load: bool = True) -> bytes:
    """The property list; ``at_load`` says whether it starts with the system."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(program.arguments),
            "RunAtLoad": at_load,
            "KeepAlive": {"SuccessfulExit": False},
            "ExitTimeOut": 45,
            "ProcessType": "Interactive",
            "SoftResourceLimits": {"NumberOfFiles": 8192},
            "StandardErrorPath": str(program.data / "logs" / "service.txt"),
            "Umask": 0o077,
        }
    )


@dataclass(frozen=True, slots=True)
class Launchd:
    """The job of one program; ``domain`` is where launchd has it, as ``system`` or ``gui/501``."""

    program: Program
    domain: str
    folder: Path

    def installed(self) -> bool:
        """See ``ServiceManager``."""
        return self._file.exists()

    def install(self) -> None:
        """See ``ServiceManager``."""
        self._write("install", at_load=True)
        run("install", "launchctl", "bootstrap", self.domain, str(self._file))

    def delete(self) -> None:
        """See ``ServiceManager``."""
        run("delete", "launchctl", "bootout", self._job, may_fail=True)  # it may not be loaded
        self._file.unlink(missing_ok=True)

    def start(self) -> None:
        """See ``ServiceManager``."""
        if run("start", "launchctl", "print", self._job, may_fail=True).returncode:
            run("start", "launchctl", "bootstrap", self.domain, str(self._file))
        run("start", "launchctl", "kickstart", self._job)

    def stop(self) -> None:
        """See ``ServiceManager``."""
        run("stop", "launchctl", "kill", "SIGTERM", self._job)

    def state(self) -> str:
        """See ``ServiceManager``."""
        said = run("state", "launchctl", "print", self._job, may_fail=True).stdout
        return "started" if "state = running" in said else "stopped"

    def auto(self) -> None:
        """See ``ServiceManager``."""
        self._write("auto", at_load=True)
        run("auto", "launchctl", "enable", self._job)

    def manual(self) -> None:
        """See ``ServiceManager``."""
        self._write("manual", at_load=False)
        run("manual", "launchctl", "enable", self._job)

    def disabled(self) -> None:
        """See ``ServiceManager``."""
        run("disabled", "launchctl", "disable", self._job)

    @property
    def _file(self) -> Path:
        return self.folder / f"{LABEL}.plist"

    @property
    def _job(self) -> str:
        return f"{self.domain}/{LABEL}"

    def _write(self, command: str, *, at_load: bool) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file.write_bytes(plist(self.program, at_load=at_load))
        except OSError as error:
            raise ServiceError(command, f"{self._file}: {error.strerror}") from None


def manager(program: Program) -> Launchd:
    """The manager for whoever we are."""
    if os.geteuid() == 0:
        return Launchd(program, "system", DAEMONS)
    return Launchd(program, f"gui/{os.getuid()}", Path.home() / AGENTS)
