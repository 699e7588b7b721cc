"""Shows the icon, by pystray: one thread looks every few seconds, and does what the menu is asked for."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from typing import Any, Final

from qbconnector.errors import TrayUnavailable
from qbconnector.settings.files import claim
from qbconnector.settings.folders import DataFolder
from qbconnector.tray.states import LONGEST, Choice, Tray

PAUSE: Final = 5.0  # seconds between looks
PACKAGES: Final = frozenset({"pystray", "PIL"})


def show(folder: DataFolder) -> None:
    """Show the icon until somebody chooses Quit. Raises ``TrayUnavailable``."""
    pystray = load()
    if (own := claim(folder.state / "tray")) is None:
        raise TrayUnavailable("it is there already")
    with own:
        Shell(folder, pystray).run()


def load() -> Any:
    """The module pystray. Raises ``TrayUnavailable``."""
    try:
        import pystray

        from qbconnector.tray import picture  # noqa: F401  (it takes PIL)
    except ModuleNotFoundError as error:
        if error.name not in PACKAGES:
            raise TrayUnavailable(f"this system shows none: {error}") from None
        remedy = '`python -m pip install "qbconnector[tray]"` installs what it takes.'
        raise TrayUnavailable(f"the package {error.name} is not installed", remedy) from None
    except Exception as error:  # noqa: BLE001  (each system says in its own way that there is no screen)
        raise TrayUnavailable(f"this session shows none: {error}") from None
    return pystray


class Shell:
    """The icon on the screen."""

    def __init__(self, folder: DataFolder, pystray: Any) -> None:
        from qbconnector.tray.picture import draw

        self._pystray = pystray
        self._draw = draw
        self._wishes: Queue[Callable[[], object]] = Queue()
        self._left = False
        self._tray = Tray(folder, self._leave)
        self._shown = self._tray.state
        self.icon = pystray.Icon("qbconnector", draw(self._shown.condition), menu=pystray.Menu(self._items))

    def run(self) -> None:
        """Show it. It has the thread that calls, which has to be the main one on some systems."""
        self.icon.run(self._work)

    def _items(self) -> Iterator[Any]:
        for choice in self._tray.menu():
            yield self._item(choice) if choice.text else self._pystray.Menu.SEPARATOR

    def _item(self, choice: Choice) -> Any:
        def wish() -> None:
            self._wishes.put(choice.do or self._tray.look)

        return self._pystray.MenuItem(choice.text, wish, default=choice.default, enabled=choice.do is not None)

    def _work(self, icon: Any) -> None:
        """What pystray calls in a thread of its own."""
        icon.visible = True
        self._refresh()
        while not self._left:
            with suppress(Empty):
                self._wishes.get(timeout=PAUSE)()
            if not self._left:
                self._refresh()

    def _refresh(self) -> None:
        before, now = self._shown, self._tray.look()
        if now == before:
            return
        self._shown = now
        self.icon.title = now.title
        if now.condition is not before.condition:
            self.icon.icon = self._draw(now.condition)
        self.icon.update_menu()
        if now.problem and self.icon.HAS_NOTIFICATION:
            self.icon.notify(now.problem[:LONGEST], "qbconnector")

    def _leave(self) -> None:
        self._left = True
        self.icon.stop()
