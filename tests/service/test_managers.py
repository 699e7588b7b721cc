"""Services: units that systemd finds right, lists that launchd can read, and the tools called as they should be."""

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platforms import WINDOWS

if WINDOWS:
    pytest.skip("systemd and launchd are other systems' service managers", allow_module_level=True)

from qbconnector.errors import ServiceError
from qbconnector.service.base import Program
from qbconnector.service.launchd import LABEL, Launchd, plist
from qbconnector.service.systemd import UNIT, Systemd, unit

PROGRAM = Program(Path("/srv/the books"), (sys.executable, "-m", "qbconnector"))
TOOL = """#!/bin/sh
echo "$(basename "$0") $@" >> "{record}"
case "$@" in *is-active*) echo {state}; exit 3;; *print*) echo "state = {state}"; exit {printed};; esac
[ -z "{failure}" ] || {{ echo "{failure}" >&2; exit 1; }}
"""


class Tools:
    """The system's tools, replaced by programs that write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record = folder / "record"

    def make(self, name: str, state: str = "", failure: str = "", printed: int = 0) -> None:
        path = self.folder / name
        path.write_text(TOOL.format(record=self.record, state=state, failure=failure, printed=printed))
        path.chmod(0o755)

    def calls(self) -> list[str]:
        calls = self.record.read_text().splitlines()
        self.record.unlink()
        return calls


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return Tools(folder)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("user", [False, True], ids=["system", "user"])
def test_systemd_finds_the_unit_right(tmp_path: Path, user: bool) -> None:
    program = Program(tmp_path / "the books", (sys.executable, "-m", "qbconnector"))
    program.data.mkdir()
    path = tmp_path / UNIT
    path.write_text(unit(program, user=user, owner="root"))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
    assert UNIT not in done.stderr
    assert done.returncode == 0, done.stderr


def test_a_unit_quotes_what_it_has_to() -> None:
    text = unit(Program(Path('/srv/50% "$x"'), ("python",)), user=False, owner="books")
    assert 'ExecStart=python --data "/srv/50%% \\"$$x\\"" serve\n' in text
    assert "User=books\n" in text
    assert "ProtectSystem=strict\n" in text
    assert "User=" not in unit(PROGRAM, user=True, owner="books")


@pytest.mark.parametrize(("user", "systemctl"), [(False, "systemctl"), (True, "systemctl --user")])
def test_the_eight_commands_of_systemd(tools: Tools, tmp_path: Path, user: bool, systemctl: str) -> None:
    tools.make("systemctl", "active")
    service = Systemd(PROGRAM, user, tmp_path / "units")
    service.install()
    assert (tmp_path / "units" / UNIT).read_text() == unit(PROGRAM, user=user)
    assert tools.calls() == [f"{systemctl} daemon-reload", f"{systemctl} enable {UNIT}"]
    service.start()
    service.stop()
    assert tools.calls() == [f"{systemctl} start {UNIT}", f"{systemctl} stop {UNIT}"]
    assert service.state() == "started"
    tools.make("systemctl", "inactive")
    assert service.state() == "stopped"
    tools.calls()
    service.auto()
    service.manual()
    service.disabled()
    assert tools.calls() == [
        f"{systemctl} {command} {UNIT}" for command in ("unmask", "enable", "unmask", "disable", "disable", "mask")
    ]
    service.delete()
    assert tools.calls() == [f"{systemctl} disable --now {UNIT}", f"{systemctl} daemon-reload"]
    assert not (tmp_path / "units" / UNIT).exists()


def test_the_eight_commands_of_launchd(tools: Tools, tmp_path: Path) -> None:
    tools.make("launchctl", "running")
    service = Launchd(PROGRAM, "gui/501", tmp_path / "agents")
    file, job = tmp_path / "agents" / f"{LABEL}.plist", f"gui/501/{LABEL}"
    service.install()
    assert plistlib.loads(file.read_bytes())["RunAtLoad"] is True
    service.manual()
    assert plistlib.loads(file.read_bytes())["RunAtLoad"] is False
    service.auto()
    service.disabled()
    assert service.state() == "started"
    service.start()
    service.stop()
    assert tools.calls() == [
        f"launchctl bootstrap gui/501 {file}",
        f"launchctl enable {job}",
        f"launchctl enable {job}",
        f"launchctl disable {job}",
        f"launchctl print {job}",
        f"launchctl print {job}",
        f"launchctl kickstart {job}",
        f"launchctl kill SIGTERM {job}",
    ]
    tools.make("launchctl", "waiting", printed=113)
    assert service.state() == "stopped"
    service.start()
    assert tools.calls()[2] == f"launchctl bootstrap gui/501 {file}"
    service.delete()
    assert not file.exists()


def test_a_list_says_what_runs() -> None:
    content = plistlib.loads(plist(PROGRAM))
    assert content["ProgramArguments"] == [*PROGRAM.command, "--data", "/srv/the books", "serve"]


def test_what_the_tool_says_is_told(tools: Tools, tmp_path: Path) -> None:
    tools.make("systemctl", failure="Access denied.")
    with pytest.raises(ServiceError, match=r"^service start: systemctl said: Access denied\.$"):
        Systemd(PROGRAM, False, tmp_path).start()


def test_a_system_without_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServiceError, match="this system has no launchctl"):
        Launchd(PROGRAM, "system", tmp_path).stop()


def test_a_folder_that_cannot_be_written(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match=r"^service install: .*file"):
        Systemd(PROGRAM, False, tmp_path / "file" / "units").install()
