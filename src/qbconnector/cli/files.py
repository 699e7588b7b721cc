"""How company files are named on the command line; no command of its own."""

from pathlib import Path
from typing import Final

from qbconnector.settings.folders import DataFolder

SUFFIX: Final = ".qbsandbox"


def company_file(name: str) -> str:
    """The name as a user's settings hold it: a bare name is one in the data folder, a path becomes absolute."""
    return name if Path(name).name == name else str(Path(name).expanduser().absolute())


def company_path(folder: DataFolder, name: str, *, new: bool = False) -> Path:
    """The company file of this name.

    A new one gets the ending that it lacks, an old one if it is found so.
    """
    path = folder.companies / company_file(name)
    ended = path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)
    return ended if new or not path.exists() else path
