"""systemd: a unit of the system when we are root, else of the user. The unit is hardened as far as the work allows."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qbconnector.errors import ServiceError
from qbconnector.service.base import DESCRIPTION, NAME, Program, run

assert sys.platform != "win32"

UNIT: Final = f"{NAME}.service"
SYSTEM: Final = Path("/usr/local/lib/systemd/system")  # below /etc, where a mask has to be able to stand

# The hardening that a system unit takes. A user's manager may not do most of it.
HARDENING: Final = """\
UMask=0077
CapabilityBoundingSet=
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
ReadWritePaths={data}
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
USER_HARDENING: Final = "UMask=0077\nNoNewPrivileges=yes\nLockPersonality=yes\n"

TEMPLATE: Final = """\
[Unit]
Description={description}
After=network-online.target
Wants=network-online.target

[Service]
Type=exec
{owner}ExecStart={command}
Restart=on-failure
RestartSec=2
TimeoutStopSec=45
LimitNOFILE=8192
{hardening}
[Install]
WantedBy={target}
"""


def unit(program: Program, *, user: bool, owner: str = "") -> str:
    """The text of the unit; ``owner`` is the account that a system unit runs under."""
    return TEMPLATE.format(
        description=DESCRIPTION,
        owner=f"User={owner}\n" if owner and not user else "",
        command=" ".join(_quoted(one) for one in program.arguments),
        hardening=USER_HARDENING if user else HARDENING.format(data=_quoted(str(program.data))),
        target="default.target" if user else "multi-user.target",
    )


def _quoted(text: str) -> str:
    """As unit files have it: percent and dollar signs doubled, quoted where it is needed."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if not text or any(letter in text for letter in " \t'\"\\;") else text


@dataclass(frozen=True, slots=True)
class Systemd:
    """The unit of one program; ``user`` says whose manager has it. ``owner`` is whom a system unit runs as."""

    program: Program
    user: bool
    folder: Path
    owner: str = ""

    def installed(self) -> bool:
        """See ``ServiceManager``."""
        return (self.folder / UNIT).exists()

    def install(self) -> None:
        """See ``ServiceManager``."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / UNIT).write_text(unit(self.program, user=self.user, owner=self.owner), "utf-8")
        except OSError as error:
            raise ServiceError("install", f"{self.folder / UNIT}: {error.strerror}") from None
        self._ask("install", "daemon-reload")
        self._ask("install", "enable", UNIT)

    def delete(self) -> None:
        """See ``ServiceManager``."""
        self._ask("delete", "disable", "--now", UNIT)
        (self.folder / UNIT).unlink(missing_ok=True)
        self._ask("delete", "daemon-reload")

    def start(self) -> None:
        """See ``ServiceManager``."""
        self._ask("start", "start", UNIT)

    def stop(self) -> None:
        """See ``ServiceManager``."""
        self._ask("stop", "stop", UNIT)

    def state(self) -> str:
        """See ``ServiceManager``."""
        said = run("state", *self._systemctl, "is-active", UNIT, may_fail=True).stdout.strip()
        return "started" if said in {"active", "activating", "reloading"} else "stopped"

    def auto(self) -> None:
        """See ``ServiceManager``."""
        self._ask("auto", "unmask", UNIT)
        self._ask("auto", "enable", UNIT)

    def manual(self) -> None:
        """See ``ServiceManager``."""
        self._ask("manual", "unmask", UNIT)
        self._ask("manual", "disable", UNIT)

    def disabled(self) -> None:
        """See ``ServiceManager``. The mask is of this run of the system: a unit's own file cannot have another."""
        self._ask("disabled", "disable", UNIT)
        self._ask("disabled", "mask", UNIT)

    @property
    def _systemctl(self) -> tuple[str, ...]:
        return ("systemctl", "--user") if self.user else ("systemctl",)

    def _ask(self, command: str, *arguments: str) -> None:
        run(command, *self._systemctl, *arguments)


def manager(program: Program) -> Systemd:
    """The manager for whoever we are. Under sudo, the unit runs as the user who called it."""
    if os.geteuid() == 0:
        return Systemd(program, user=False, folder=SYSTEM, owner=os.environ.get("SUDO_USER", ""))
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return Systemd(program, user=True, folder=data / "systemd" / "user")
