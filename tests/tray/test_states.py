"""What the icon says and does: of a connector that really runs, and of services that do as they are told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qbconnector.console.administrator import Administrator
from qbconnector.errors import ServiceError, ServiceForbidden
from qbconnector.health import Finding
from qbconnector.service.background import Background
from qbconnector.service.base import Program
from qbconnector.service.system import runner
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.presence import Presence
from qbconnector.tray import states
from qbconnector.tray.states import Condition, State, Tray
from tests.cli.conftest import Command
from tests.service.test_background import free_port


class Service:
    """A service that is installed; it shows itself in the data folder as a connector does."""

    def __init__(self, folder: DataFolder) -> None:
        self._presence = Presence(folder)
        self.refusal: ServiceError | None = None
        self.told: list[str] = []

    def installed(self) -> bool:
        return True

    def state(self) -> str:
        return "started" if self._presence.runs() else "stopped"

    def _do(self, command: str, change: Callable[[], object]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.told.append(command)
        change()

    def start(self) -> None:
        self._do("start", self._presence.show)

    def stop(self) -> None:
        self._do("stop", self._presence.leave)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data").ensure()


@pytest.fixture
def service(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Installed; what the console and the machine say is as good as can be."""
    service = Service(folder)
    monkeypatch.setattr(states, "runner", lambda program: service)
    monkeypatch.setattr(states, "answers", lambda folder: True)
    monkeypatch.setattr("qbconnector.health.machine", lambda folder, settings: [Finding(True, "It is well.")])
    return service


def lines(tray: Tray) -> dict[str, bool]:
    """What the menu says, and whether it can be chosen."""
    return {one.text: one.do is not None for one in tray.menu() if one.text}


def choose(tray: Tray, text: str) -> State:
    """Choose a line of the menu, and see how it is then."""
    action = next(one.do for one in tray.menu() if one.text == text)
    assert action is not None
    action()
    return tray.look()


def left() -> None:
    """The icon has gone."""


def test_each_state_has_its_menu(folder: DataFolder, service: Service) -> None:
    tray = Tray(folder, left)
    assert tray.look() == State(Condition.STOPPED, False, "Stopped")
    assert lines(tray) == {"Open console": False, "Stopped": False, "Start": True, "Stop": False, "Quit": True}
    assert choose(tray, "Start") == State(Condition.RUNNING, True, "Running")
    assert lines(tray) == {"Open console": True, "Running": False, "Start": False, "Stop": True, "Quit": True}
    assert choose(tray, "Stop").condition is Condition.STOPPED
    assert service.told == ["start", "stop"]
    assert tray.state.title == "qbconnector: Stopped"


def test_what_is_not_well_is_told(folder: DataFolder, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    tray = Tray(folder, left)
    service.start()
    monkeypatch.setattr("qbconnector.health.machine", lambda *_: [Finding(False, "The disk is full.", "Make room.")])
    assert tray.look() == State(Condition.ATTENTION, True, "Running", "The disk is full. Make room.")
    assert lines(tray)["The disk is full. Make room."] is False
    monkeypatch.setattr(states, "answers", lambda folder: False)
    assert tray.look().problem.startswith("It does not answer.")
    monkeypatch.setattr(states, "answers", lambda folder: True)
    folder.settings.write_text("Port = ")
    assert "settings.toml, line 1" in tray.look().problem
    service.stop()


def test_why_it_did_not_start_is_told_until_it_runs(folder: DataFolder, service: Service) -> None:
    tray = Tray(folder, left)
    service.refusal = ServiceError("start", "the port is taken", "End the other program.")
    state = choose(tray, "Start")
    assert (state.condition, state.problem) == (
        Condition.ATTENTION,
        "service start: the port is taken. End the other program.",
    )
    assert tray.look() == state
    service.refusal = None
    service.start()  # not by the tray
    assert tray.look().condition is Condition.RUNNING
    service.stop()


def test_an_administrator_is_asked_where_it_takes_one(
    folder: DataFolder, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    agrees = False

    def as_administrator(program: Program, command: str) -> bool:
        asked.append((program.data, command))
        return agrees

    monkeypatch.setattr(states, "as_administrator", as_administrator)
    tray = Tray(folder, left)
    service.refusal = ServiceForbidden("start", "access is denied")
    assert choose(tray, "Start").problem == "service start: access is denied."
    agrees = True
    assert choose(tray, "Start").problem == ""
    assert asked == [(folder.root, "start")] * 2


def test_quitting_leaves_a_service_alone(folder: DataFolder, service: Service) -> None:
    gone: list[bool] = []
    tray = Tray(folder, lambda: gone.append(True))
    choose(tray, "Start")
    choose(tray, "Quit")
    assert gone == [True]
    assert service.told == ["start"]
    service.stop()


def test_without_a_service_it_runs_a_connector_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(states, "runner", Background)  # whatever this machine has
    qb = Command(tmp_path / "data")
    for name, value in {"LocalHost": "127.0.0.1", "Port": free_port(), "ConsolePort": free_port()}.items():
        assert qb("config", "set", name, str(value)).code == 0
    folder = DataFolder(qb.data)
    tray = Tray(folder, left)
    assert choose(tray, "Start") == State(Condition.RUNNING, True, "Running"), tray.state
    choose(tray, "Open console")
    address, _, secret = opened[0].partition("signin?link=")
    assert address == folder.console_url.read_text().strip()
    assert Administrator(folder.state).redeem(secret)
    assert lines(tray)["Quit, and stop the connector"]
    assert choose(tray, "Quit, and stop the connector").condition is Condition.STOPPED


def test_a_system_without_services_has_connectors_of_our_own(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "plan9")
    assert not runner(Program(folder.root)).installed()
