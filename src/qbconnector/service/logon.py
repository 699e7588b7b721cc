"""The connector when its user logs on: a scheduled task of Windows, for QuickBooks wants a desktop.

The task scheduler starts it and may start it again. Whether it runs, and how it ends, belongs to ``background``: the
scheduler says the one in the system's language, and can only kill.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from subprocess import CompletedProcess, list2cmdline
from typing import Final
from xml.sax.saxutils import escape, unescape

from qbconnector.errors import ServiceError
from qbconnector.service.background import Background
from qbconnector.service.base import DESCRIPTION, NAME, AtLogon, Program, run

REMEDY: Final = "If it may not: run it as administrator. Right-click the terminal's icon, and choose that."
USER: Final = re.compile(r"<Principal [^>]*>.*?<UserId>(.*?)</UserId>", re.DOTALL)
HIGHEST: Final = "HighestAvailable"

# What is not said here is as Windows has it; what is said differs, or is what the service relies on.
TEMPLATE: Final = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{description}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>{at_logon}</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>{rights}</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def definition(program: Program, terms: AtLogon, *, at_logon: bool = True) -> str:
    """The task as the scheduler wants it described; ``at_logon`` says whether a logon starts it."""
    first, *others = program.background
    return TEMPLATE.format(
        description=escape(DESCRIPTION),
        at_logon=str(at_logon).lower(),
        user=escape(terms.user),
        rights=HIGHEST if terms.elevated else "LeastPrivilege",
        program=escape(first),
        arguments=escape(list2cmdline(others)),
    )


@dataclass(frozen=True, slots=True)
class LogonTask:
    """The task of one program. ``terms`` are for who installs it; the task that is there knows its own."""

    program: Program
    terms: AtLogon | None = None
    tool: str = "schtasks"
    called = "the task at logon"

    def installed(self) -> bool:
        """See ``ServiceManager``."""
        return "<Task " in self._query("state", may_fail=True).stdout

    def install(self) -> None:
        """See ``ServiceManager``."""
        assert self.terms is not None
        self._create("install", self.terms, at_logon=True)

    def delete(self) -> None:
        """See ``ServiceManager``."""
        if self.state() == "started":
            Background(self.program).stop()
        self._ask("delete", "/delete", "/tn", NAME, "/f")

    def start(self) -> None:
        """See ``ServiceManager``. Returns when it serves."""
        Background(self.program).begin(self._run)

    def _run(self) -> Callable[[], bool]:
        self._ask("start", "/run", "/tn", NAME)
        return lambda: False

    def stop(self) -> None:
        """See ``ServiceManager``. Returns when it has stopped."""
        Background(self.program).stop()

    def state(self) -> str:
        """See ``ServiceManager``."""
        return Background(self.program).state()

    def auto(self) -> None:
        """See ``ServiceManager``."""
        self._create("auto", self._its_terms("auto"), at_logon=True)

    def manual(self) -> None:
        """See ``ServiceManager``."""
        self._create("manual", self._its_terms("manual"), at_logon=False)

    def disabled(self) -> None:
        """See ``ServiceManager``."""
        self._ask("disabled", "/change", "/tn", NAME, "/disable")

    def _create(self, command: str, terms: AtLogon, *, at_logon: bool) -> None:
        path = self.program.data / "state" / "logon-task.xml"
        try:
            path.write_text(definition(self.program, terms, at_logon=at_logon), "utf-16")
            self._ask(command, "/create", "/tn", NAME, "/xml", str(path), "/f")
        except OSError as error:
            raise ServiceError(command, f"{path}: {error.strerror}") from None
        finally:
            path.unlink(missing_ok=True)

    def _its_terms(self, command: str) -> AtLogon:
        """Who the task that is there is for, and with which rights."""
        said = self._query(command).stdout
        user = USER.search(said)
        if user is None:
            raise ServiceError(command, "the task is not as it was installed", "Delete it, and install it again.")
        return AtLogon(unescape(user[1]), HIGHEST in said)

    def _query(self, command: str, *, may_fail: bool = False) -> CompletedProcess[str]:
        return run(command, self.tool, "/query", "/tn", NAME, "/xml", may_fail=may_fail)

    def _ask(self, command: str, *arguments: str) -> None:
        run(command, self.tool, *arguments, remedy=REMEDY)
