"""The task at logon: its definition, and the task scheduler's tool called as it should be. The tool is a stand-in."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qbconnector.errors import ServiceError
from qbconnector.service.background import Background
from qbconnector.service.base import AtLogon, Program
from qbconnector.service.logon import LogonTask, definition
from tests.cli.conftest import Command
from tests.platforms import not_on_windows
from tests.service.test_background import free_port

NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
BOB = AtLogon("SHOP\\bob & sons", elevated=True)

# It keeps the task as the scheduler does: the definition it was given, and starts what that says.
TOOL = """#!{python}
import pathlib, re, subprocess, sys, xml.sax.saxutils as x
task, record = pathlib.Path({task!r}), pathlib.Path({record!r})
command, arguments = sys.argv[1], sys.argv[2:]
with record.open("a") as file:
    print(command, *(one for one in arguments if not one.endswith(".xml")), file=file)
assert arguments[:2] == ["/tn", "qbconnector"], arguments
if command == "/create":
    task.write_text(pathlib.Path(arguments[3]).read_text("utf-16"))
elif not task.exists():
    sys.exit("ERROR: The system cannot find the file specified.")
elif command == "/query":
    print(task.read_text())
elif command == "/delete":
    task.unlink()
elif command == "/run":
    found = re.search("<Command>(.*)</Command>.*<Arguments>(.*)</Arguments>", task.read_text(), re.DOTALL)
    subprocess.Popen(" ".join(map(x.unescape, found.groups())), shell=True, stdout=-3, stderr=-3)
"""


def value(text: str, path: str) -> str | None:
    tree = ET.fromstring(text.removeprefix('<?xml version="1.0" encoding="UTF-16"?>'))
    return tree.findtext("/".join(f"{NAMESPACE}{one}" for one in path.split("/")))


def test_the_definition_says_who_when_and_what() -> None:
    program = Program(Path("/srv/the books"), windowed=("C:\\Program Files\\q\\qbconnector-tray.exe",))
    text = definition(program, BOB)
    assert value(text, "Triggers/LogonTrigger/UserId") == BOB.user
    assert value(text, "Triggers/LogonTrigger/Enabled") == "true"
    assert value(text, "Principals/Principal/UserId") == BOB.user
    assert value(text, "Principals/Principal/RunLevel") == "HighestAvailable"
    assert value(text, "Settings/ExecutionTimeLimit") == "PT0S"
    assert value(text, "Settings/RestartOnFailure/Interval") == "PT1M"
    assert value(text, "Actions/Exec/Command") == "C:\\Program Files\\q\\qbconnector-tray.exe"
    assert value(text, "Actions/Exec/Arguments") == f'--data "{program.data}" service background'
    limited = definition(program, AtLogon("bob"), at_logon=False)
    assert value(limited, "Principals/Principal/RunLevel") == "LeastPrivilege"
    assert value(limited, "Triggers/LogonTrigger/Enabled") == "false"


class Scheduler:
    """The stand-in, and the task that it keeps."""

    def __init__(self, folder: Path) -> None:
        self.task, self._record, self.tool = folder / "task.xml", folder / "record", folder / "schtasks"
        self.tool.write_text(TOOL.format(python=sys.executable, task=str(self.task), record=str(self._record)))
        self.tool.chmod(0o755)

    def calls(self) -> list[str]:
        calls = self._record.read_text().splitlines()
        self._record.unlink()
        return calls

    def trigger(self) -> str | None:
        return value(self.task.read_text(), "Triggers/LogonTrigger/Enabled")


@pytest.fixture
def scheduler(tmp_path: Path) -> Scheduler:
    return Scheduler(tmp_path)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    qb = Command(tmp_path / "books")
    for name, setting in {"LocalHost": "127.0.0.1", "Port": free_port(), "ConsolePort": free_port()}.items():
        assert qb("config", "set", name, str(setting)).code == 0
    program = Program(qb.data)
    yield program
    with suppress(ServiceError):
        Background(program).stop()


STAND_IN = not_on_windows("the stand-in for the task scheduler's tool is a program of other systems")


@STAND_IN
def test_the_eight_commands_of_the_task_scheduler(scheduler: Scheduler, program: Program) -> None:
    tool = str(scheduler.tool)
    task = LogonTask(program, tool=tool)
    assert not task.installed()
    LogonTask(program, BOB, tool).install()
    assert task.installed()
    assert scheduler.task.read_text() == definition(program, BOB)
    assert not list(program.data.glob("**/*.xml"))
    scheduler.calls()
    assert task.state() == "stopped"
    task.start()
    assert task.state() == "started"
    task.stop()
    assert task.state() == "stopped"
    assert scheduler.calls() == ["/run /tn qbconnector"]
    task.manual()
    assert scheduler.trigger() == "false"
    task.auto()
    assert scheduler.task.read_text() == definition(program, BOB)  # whom it is for has stayed
    assert scheduler.calls() == ["/query /tn qbconnector /xml", "/create /tn qbconnector /xml /f"] * 2
    task.disabled()
    assert scheduler.calls() == ["/change /tn qbconnector /disable"]
    task.start()
    task.delete()
    assert task.state() == "stopped"
    assert not task.installed()


@STAND_IN
def test_what_the_tool_says_is_told(scheduler: Scheduler, program: Program) -> None:
    task = LogonTask(program, tool=str(scheduler.tool))
    with pytest.raises(ServiceError, match=r"^service disabled: schtasks said: ERROR: The system cannot find") as told:
        task.disabled()
    assert told.value.remedy.startswith("If it may not: run it as administrator.")
    scheduler.task.write_text("<Task/>")
    with pytest.raises(ServiceError, match=r"^service auto: the task is not as it was installed"):
        task.auto()


@STAND_IN
def test_a_connector_that_does_not_start_says_why(scheduler: Scheduler, program: Program) -> None:
    LogonTask(program, BOB, str(scheduler.tool)).install()
    (program.data / "settings.toml").write_text("Port = ")
    with pytest.raises(ServiceError, match=r"^service start: .*settings\.toml, line 1"):
        LogonTask(program, tool=str(scheduler.tool)).start()


def test_a_system_without_the_tool(program: Program) -> None:
    with pytest.raises(ServiceError, match="this system has no schtasks-none"):
        LogonTask(program, tool=f"{os.sep}schtasks-none").disabled()
