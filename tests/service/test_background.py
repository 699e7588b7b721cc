"""A connector in the background: a real process, started, seen and asked to end through its data folder."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from qbconnector.errors import ServiceError
from qbconnector.service.background import Background
from qbconnector.service.base import Program
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.presence import Presence
from tests.cli.conftest import Command


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Background]:
    qb = Command(tmp_path / "the books")
    for name, value in {"LocalHost": "127.0.0.1", "Port": free_port(), "ConsolePort": free_port()}.items():
        assert qb("config", "set", name, str(value)).code == 0
    background = Background(Program(qb.data))
    yield background
    with suppress(ServiceError):
        background.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def healthy(folder: DataFolder) -> bool:
    return httpx.get(f"{folder.console_url.read_text().strip()}healthz").status_code == 200


def test_it_is_started_asked_and_stopped(background: Background) -> None:
    folder = DataFolder(background.program.data)
    assert background.state() == "stopped"
    background.start()
    assert background.state() == "started"
    assert healthy(folder)
    with pytest.raises(ServiceError, match=r"^service start: it runs already\.$"):
        background.start()
    background.stop()
    assert background.state() == "stopped"
    assert not folder.console_url.exists()  # it ended by itself
    with pytest.raises(ServiceError, match=r"^service stop: it does not run\.$"):
        background.stop()


def test_why_it_does_not_start_is_told(background: Background) -> None:
    store = DataFolder(background.program.data).store
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        store.set("Port", port)
        with pytest.raises(ServiceError, match=f"^service start: Cannot listen on 127.0.0.1:{port}: "):
            background.start()
    background.start()  # what was written down of the failure is not told again


def test_a_request_to_end_is_for_the_connector_that_runs(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data").ensure()
    first, second, other = Presence(folder), Presence(folder), Presence(folder)
    first.request.touch()
    assert not other.runs()
    assert not first.show()  # the request was for one before it
    assert other.runs()
    other.request.touch()
    assert not second.show()
    assert first.show()
    first.leave()
    assert not second.show()
    assert other.runs()
    second.leave()
    assert not other.runs()


def test_nothing_runs_where_there_is_no_folder(tmp_path: Path) -> None:
    assert not Presence(DataFolder(tmp_path / "none")).runs()
    assert not (tmp_path / "none").exists()
