"""The settings file: TOML, with the manual's names at the top and one table for each user.

People edit it by hand, so writing keeps their comments and their order. It owns reading, writing and
noticing changes; it does not know what a user's table says.

    Port = 8167
    AllowedClients = "192.168.1.*"

    [users.anna]
    Password = "$argon2id$…"
    CompanyFile = "shop.qbsandbox"
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbconnector.errors import BrokenSettingsFile, SettingsError
from qbconnector.settings.files import locked, read_file, replace_file, signature
from qbconnector.settings.schema import Stored, find, read_record
from qbconnector.settings.store import Content
from qbconnector.settings.values import SETTINGS, Settings

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

USERS = "users"


class TomlStore:
    """A ``SettingsStore``: the settings in one file. Every read sees a whole file, and writers wait for each other."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Content:
        """What the file says now; a file that is not there says nothing. Raises ``BrokenSettingsFile``."""
        text = self._text()
        table = self._parse(text)
        users = table.pop(USERS, {})
        if not isinstance(users, dict) or not all(isinstance(one, dict) for one in users.values()):
            raise BrokenSettingsFile(self.path, "a user is a table, [users.NAME]", *_place(text, USERS))
        for name, value in table.items():
            try:
                read_record(Settings, [(name, value)])
            except SettingsError as error:
                raise BrokenSettingsFile(self.path, error.advice.rstrip("."), *_place(text, name)) from None
        return Content(read_record(Settings, table.items()), users)

    def set(self, name: str, value: object) -> Stored:
        """Set one setting, by the manual's name in any case; returns what the file now says."""
        declaration = find(SETTINGS, name)
        stored = declaration.kind.write(declaration.read(value))

        def change(document: "TOMLDocument") -> None:
            document[_written(document, declaration.name)] = stored

        self._edit(change)
        return stored

    def set_user(self, name: str, table: Mapping[str, Stored]) -> None:
        """Write a user's table; comments and the order of names that stay are kept."""
        import tomlkit

        def change(document: "TOMLDocument") -> None:
            users: Any = document.setdefault(USERS, tomlkit.table(is_super_table=True))
            before: Any = users.setdefault(name, tomlkit.table())
            for key in [key for key in before if key not in table]:
                del before[key]
            before.update(table)

        self._edit(change)

    def replace_in_user(self, name: str, key: str, old: str, new: str) -> bool:
        """Change one value of a user, if it is still ``old``; whether it was."""
        done = False

        def change(document: "TOMLDocument") -> None:
            nonlocal done
            table: Any = document.get(USERS, {}).get(name, {})
            done = table.get(key) == old
            if done:
                table[key] = new

        self._edit(change)
        return done

    def merge(self, values: Mapping[str, Stored], users: Mapping[str, Mapping[str, Stored]]) -> None:
        """Write these settings and the tables of these users, all at once; the others stay.

        Names are the manual's, values as a file holds them.
        """
        import tomlkit

        def change(document: "TOMLDocument") -> None:
            for name, value in values.items():
                written = _written(document, name)
                if written in document or value != SETTINGS[name].kind.write(SETTINGS[name].default):
                    document[written] = value
            tables: Any = document.setdefault(USERS, tomlkit.table(is_super_table=True)) if users else {}
            for user, table in users.items():
                name = _written(tables, user)
                tables.pop(name, None)
                tables[name] = dict(table)

        self._edit(change)

    def remove_user(self, name: str) -> None:
        """Remove a user's table."""

        def change(document: "TOMLDocument") -> None:
            users: Any = document[USERS]
            del users[name]

        self._edit(change)

    def permit(self, user: str) -> list[str]:
        """See ``SettingsStore``. Whoever may change the file may."""
        raise SettingsError(f"The settings are in {self.path}, and its own permissions say who may change them.")

    def signature(self) -> tuple[int, ...]:
        """Something that differs when the file does."""
        return signature(self.path)

    def _text(self) -> str:
        try:
            return read_file(self.path).decode()
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            raise BrokenSettingsFile(self.path, f"byte {error.start} is not UTF-8") from None
        except OSError as error:
            raise BrokenSettingsFile(self.path, error.strerror or "it cannot be read") from None

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            problem, _, place = str(error).partition(" (at ")
            numbers = [int(number) for number in re.findall(r"\d+", place)]
            if not numbers:  # "at end of document"
                numbers = [text.count("\n") + 1, len(text) - text.rfind("\n")]
            raise BrokenSettingsFile(self.path, problem[:1].lower() + problem[1:], *numbers) from None

    def _edit(self, change: Callable[["TOMLDocument"], None]) -> None:
        import tomlkit  # only writing needs it, and it takes its time to load

        with locked(self.path):
            self.read()  # says what is wrong, and where, before anything is touched
            document = tomlkit.parse(self._text())
            change(document)
            replace_file(self.path, tomlkit.dumps(document).encode())


def _written(names: Iterable[str], name: str) -> str:
    """The name as the file has it, in any case."""
    return next((one for one in names if one.casefold() == name.casefold()), name)


def _place(text: str, name: str) -> tuple[int, int]:
    """Line and column of a name at the start of a line, or of the table of that name."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(rf"\s*\[?[\"']?{re.escape(name)}\b", line):
            return number, len(line) - len(line[match.start() :].lstrip()) + 1
    return 0, 0
