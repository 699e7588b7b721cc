"""Where settings and users are kept: one interface for a file (``tomlstore``) and a registry (``registrystore``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from qbconnector.settings.schema import Stored
from qbconnector.settings.values import Settings

UserTables = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Content:
    """What a store says: the settings, and the table of each user by the user's name."""

    settings: Settings = field(default_factory=Settings)
    users: UserTables = field(default_factory=dict)


class SettingsStore(Protocol):
    """Settings by the manual's names, and a table for each user, whose words it does not know.

    Writers wait for each other. All methods raise ``SettingsError``.
    """

    def read(self) -> Content:
        """What it says now; one that is not there says nothing."""
        ...

    def set(self, name: str, value: object) -> Stored:
        """Set one setting, by the manual's name in any case; returns what the store now says."""
        ...

    def set_user(self, name: str, table: Mapping[str, Stored]) -> None:
        """Write a user's table in the place of the one before."""

    def replace_in_user(self, name: str, key: str, old: str, new: str) -> bool:
        """Change one value of a user, if it is still ``old``; whether it was."""
        ...

    def merge(self, values: Mapping[str, Stored], users: Mapping[str, Mapping[str, Stored]]) -> None:
        """Write these settings and the tables of these users, all at once; the others stay.

        Names are the manual's, values as ``read_record`` takes them.
        """

    def remove_user(self, name: str) -> None:
        """Remove a user's table."""

    def permit(self, user: str) -> list[str]:
        """Let another user of the system change it; the names of what it is in."""
        ...

    def signature(self) -> tuple[int, ...]:
        """Something that differs when what it says does. It is asked for with every request, so it is cheap."""
        ...
