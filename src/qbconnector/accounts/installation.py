"""Moving in and out: settings and users of an installation of the original product, taken over or written for it.

Keys and files are the settings' business (``settings.registry``, ``settings.regfile``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qbconnector.accounts.passwords import portable
from qbconnector.accounts.users import USER, User, read_users, unusable
from qbconnector.errors import NotARegistryFile
from qbconnector.settings import registry
from qbconnector.settings.schema import Declaration, Stored, read_record
from qbconnector.settings.store import SettingsStore
from qbconnector.settings.values import SETTINGS


@dataclass(frozen=True, slots=True)
class Taken:
    """How much was taken over, and what was left out and why, as sentences."""

    settings: int
    users: int
    left_out: tuple[str, ...]


def take_over(store: SettingsStore, root: registry.Key, source: Path) -> Taken:
    """Store what an installation says; settings and users that it does not name stay.

    ``source`` is where it was read. Raises ``NotARegistryFile`` and ``SettingsError``.
    """
    found = registry.installation(root)
    if found is None:
        raise NotARegistryFile(source, "it holds no key of the connector")
    imported = registry.read_installation(found[1], SETTINGS, USER)
    refused = _refused(imported.users)
    users = {name: table for name, table in imported.users.items() if name not in refused}
    store.merge(imported.settings, users)
    return Taken(len(imported.settings), len(users), (*imported.left_out, *refused.values()))


def _refused(users: Mapping[str, Mapping[str, Stored]]) -> dict[str, str]:
    """Why the users that could not sign in here could not, by name."""
    problems = {name: unusable(read_record(User, table.items(), name=name)) for name, table in users.items()}
    return {name: f"user {name}: {problem}" for name, problem in problems.items() if problem}


def write_out(store: SettingsStore) -> tuple[registry.Key, list[str]]:
    """The registry as that product would have it, and the users who need a new password there."""
    content = store.read()
    users = read_users(content.users).values()
    needy = [user.name for user in users if user.password and not portable(user.password)]
    tables = {user.name: _values(USER, user) for user in users}
    for name in needy:
        del tables[name]["Password"]
    return registry.write_installation(_values(SETTINGS, content.settings), tables, SETTINGS, USER), needy


def _values(known: Mapping[str, Declaration], record: object) -> dict[str, Any]:
    """What differs from the default, by the manual's names."""
    values = {name: getattr(record, one.key) for name, one in known.items()}
    return {name: value for name, value in values.items() if value != known[name].default}
