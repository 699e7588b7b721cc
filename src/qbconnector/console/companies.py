"""The company files that the console may name, and the work with them that takes its time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from qbconnector.console.backstage import Backstage
from qbconnector.console.tasks import Progress, Task
from qbconnector.errors import CompanyFileExists, NothingOpen, UnknownPlace
from qbconnector.processors.authorizing import APPLICATION
from qbconnector.sandbox import files
from qbconnector.sandbox.books import Books
from qbconnector.sandbox.company import reading
from qbconnector.sandbox.quickbooks import QuickBooks
from qbconnector.sandbox.verify import faults

NEW_NAME: Final = r'^[^\x00-\x1f\x7f/\\:*?"<>|. ][^\x00-\x1f\x7f/\\:*?"<>|]*$'
"""What a new company file can be called on every system."""

INSTRUCTIONS: Final = 100_000  # of SQLite, between looks whether to go on


def quickbooks(stage: Backstage) -> QuickBooks:
    """The sandbox's QuickBooks: what it does, and what it is told."""
    return QuickBooks(stage.folder.state)


def located(stage: Backstage, name: str) -> Path:
    """The full path that a company file has: one in the data folder by its name, any other by its path, and the one
    that is open in QuickBooks by "". Raises UnknownPlace and NothingOpen; whether it is there nobody has looked."""
    name = name or quickbooks(stage).state().file
    if not name:
        raise NothingOpen
    if not name.isprintable() or (Path(name).name != name and not Path(name).is_absolute()):
        raise UnknownPlace(name)
    return stage.folder.company(name).resolve()


def short(stage: Backstage, path: Path | str) -> str:
    """What ``located`` knows it by: its name in the data folder, else its path."""
    path = Path(path)
    return path.name if path.parent == stage.folder.companies.resolve() else str(path)


@contextmanager
def opened(stage: Backstage, name: str) -> Iterator[Books]:
    """A company file to read in. Raises CompanyFileError."""
    with reading(located(stage, name)) as books:
        yield books


def create(stage: Backstage, name: str, contents: files.Contents) -> Task:
    """Begin to create a company file in the data folder; the name is as ``NEW_NAME`` wants it.

    Raises CompanyFileExists, CompanyFileBusy and TooManyTasks.
    """
    if not re.match(NEW_NAME, name):
        raise UnknownPlace(name)
    path = stage.folder.ensure().company(name, new=True).resolve()

    def work(progress: Progress) -> list[str]:
        files.create(quickbooks(stage), path, contents, APPLICATION, progress)
        return []

    if path.exists() and all(task.file != str(path) for task in stage.tasks.running()):
        raise CompanyFileExists(path)
    return stage.tasks.start("created", path, work, stage.stopping.is_set)


def verify(stage: Backstage, name: str) -> Task:
    """Begin to verify a company file. Raises CompanyFileError and TooManyTasks."""
    path = located(stage, name)

    def work(progress: Progress) -> list[str]:
        with reading(path) as books:
            books.connection.set_progress_handler(lambda: progress.is_over, INSTRUCTIONS)
            return faults(books, progress)

    return stage.tasks.start("verified", path, work, stage.stopping.is_set)
