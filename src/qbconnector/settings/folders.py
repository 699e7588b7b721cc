"""The data folder: where everything of one connector is.

It owns the names of what stands in it, not the content.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qbconnector.settings.files import INSIDE, make_private
from qbconnector.settings.store import SettingsStore
from qbconnector.settings.tomlstore import TomlStore

SUFFIX: Final = ".qbsandbox"
"""What the name of a company file of the sandbox ends with."""


def default_folder() -> Path:
    """Where the platform wants a program's data to be."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "qbconnector"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "qbconnector"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "qbconnector"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """One data folder. ``ensure`` creates it, private to the user."""

    root: Path

    @property
    def settings(self) -> Path:
        """The file of the settings and the users, where a file has them."""
        return self.root / "settings.toml"

    @property
    def store(self) -> SettingsStore:
        """What keeps them: that file, but in Windows' own folder the registry, unless the file is there."""
        if sys.platform == "win32" and self.root == default_folder() and not self.settings.exists():
            from qbconnector.settings.registrystore import RegistryStore

            return RegistryStore(self.settings)
        return TomlStore(self.settings)

    @property
    def companies(self) -> Path:
        """The sandbox's company files; relative names mean this folder."""
        return self.root / "companies"

    def company(self, name: str, *, new: bool = False) -> Path:
        """The company file that somebody means by this name, as ``company_file`` has it.

        A new one gets the ending that it lacks, an old one if it is found so.
        """
        path = self.companies / company_file(name)
        ended = path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)
        return ended if new or not path.exists() else path

    @property
    def logs(self) -> Path:
        """The log files, unless LogDir says otherwise."""
        return self.root / "logs"

    def log_folder(self, log_dir: str) -> Path:
        """The folder that LogDir means. A relative one is in the data folder, as one of another system is here."""
        return self.root / log_dir if log_dir else self.logs

    @property
    def tls(self) -> Path:
        """Certificates."""
        return self.root / "tls"

    @property
    def state(self) -> Path:
        """What the connector remembers between runs and nobody edits."""
        return self.root / "state"

    @property
    def console_url(self) -> Path:
        """Where the console of the connector that runs is."""
        return self.state / "console-url.txt"

    def ensure(self) -> "DataFolder":
        """Create what is missing; it is its owner's only."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        try:
            make_private(self.root)
        except FileExistsError:
            if not self.root.is_dir():
                raise
        for folder in (self.companies, self.logs, self.tls, self.state):
            folder.mkdir(INSIDE, exist_ok=True)
        return self

    def permit(self, user: str) -> None:
        """Let another user of Windows have it too, and the settings wherever they are. Raises ``OSError``."""
        if sys.platform == "win32":
            from qbconnector.settings.winfiles import permit

            permit(self.root, user)
            if not isinstance(self.store, TomlStore):
                self.store.permit(user)


def company_file(name: str) -> str:
    """The name as a user's settings hold it: a bare name is one in the data folder, a path becomes absolute."""
    return name if Path(name).name == name else str(Path(name).expanduser().absolute())
