"""Notices that the settings file has changed, by a command or by hand."""

from qbconnector.settings.store import Content, SettingsStore


class Watch:
    """Someone calls ``check`` every second or so; it costs one ``stat`` when nothing has changed."""

    def __init__(self, store: SettingsStore) -> None:
        self._store = store
        self._seen: tuple[int, ...] | None = None

    def changed(self) -> bool:
        """Whether ``check`` would have something to read."""
        return self._store.signature() != self._seen

    def check(self) -> Content | None:
        """What the file says, if it says something else than at the last look (or this is the first).

        Raises ``BrokenSettingsFile``, once for each broken state.
        """
        signature = self._store.signature()
        if signature == self._seen:
            return None
        self._seen = signature
        return self._store.read()
