"""Showing the icon: pystray itself, but for the screen, whose part the test plays."""

import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from qbconnector.errors import TrayUnavailable
from qbconnector.settings.files import claim
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.presence import Presence
from qbconnector.tray import shell
from tests.cli.conftest import Command
from tests.cli.test_serve import until
from tests.service.test_background import free_port


@pytest.fixture
def pystray(monkeypatch: pytest.MonkeyPatch) -> Any:
    """pystray with a backend that draws nothing, and runs until it is stopped."""
    monkeypatch.setenv("PYSTRAY_BACKEND", "dummy")
    monkeypatch.delitem(sys.modules, "pystray", raising=False)
    import pystray

    class Screen(pystray.Icon):  # type: ignore[misc]
        HAS_NOTIFICATION = True

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.over = threading.Event()
            self.told: list[str] = []

        def _run(self) -> None:
            self._mark_ready()
            self.over.wait(30)

        def _stop(self) -> None:
            self.over.set()

        def _notify(self, message: str, title: str | None = None) -> None:
            self.told.append(message)

        _show = _hide = _update_icon = _update_title = _update_menu = lambda self: None

    monkeypatch.setattr(pystray, "Icon", Screen)
    monkeypatch.setattr(shell, "PAUSE", 0.01)
    return pystray


def item(icon: Any, text: str) -> Any:
    return next(one for one in icon.menu.items if one.text == text)


def test_it_shows_how_it_is_and_does_what_the_menu_says(
    pystray: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DataFolder(tmp_path / "data").ensure()
    folder.store.set("ConsolePort", free_port())
    opened = threading.Event()
    monkeypatch.setattr("webbrowser.open", lambda url: opened.set())
    shown = shell.Shell(folder, pystray)
    thread = threading.Thread(target=shown.run)
    thread.start()
    icon = shown.icon
    try:
        until(lambda: bool(icon.title == "qbconnector: Stopped"))
        assert not item(icon, "Open console").enabled
        assert item(icon, "Open console").default
        before = icon.icon.tobytes()
        connector = Presence(folder)
        until(lambda: connector.show() or bool(icon.told))  # it runs, and answers nobody
        assert icon.told[0].startswith("It does not answer.")
        assert icon.icon.tobytes() != before
        item(icon, "Open console")(icon)
        assert opened.wait(30)
        connector.leave()
        until(lambda: bool(icon.title == "qbconnector: Stopped"))
    finally:
        item(icon, "Quit")(icon)
        thread.join(30)
    assert not thread.is_alive()


def test_one_icon_is_enough(pystray: Any, tmp_path: Path) -> None:
    qb = Command(tmp_path / "data")
    own = claim(DataFolder(qb.data).ensure().state / "tray")
    assert own is not None
    with own:
        refused = qb("tray")
    assert (refused.code, refused.err) == (1, "Error: No icon beside the clock: it is there already.\n")


def test_what_it_takes_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "pystray":
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.delitem(sys.modules, "pystray", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(TrayUnavailable, match=r"the package pystray is not installed\.") as told:
        shell.load()
    assert told.value.remedy == '`python -m pip install "qbconnector[tray]"` installs what it takes.'


def test_a_session_without_a_screen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSTRAY_BACKEND", "none")
    monkeypatch.delitem(sys.modules, "pystray", raising=False)
    with pytest.raises(TrayUnavailable, match="this session shows none: unknown backend: 'none'"):
        shell.load()
