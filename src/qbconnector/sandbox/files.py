"""The company files of a folder, and new ones: an empty one, the sample, or one of any size.

A company file itself is ``company``'s, and whom QuickBooks lets into it ``quickbooks``'.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qbconnector.errors import CompanyFileError
from qbconnector.settings.folders import SUFFIX

from .company import Company, reading
from .quickbooks import ANY, QuickBooks
from .sample import NAME, populate


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """A company file in a folder: its size in bytes, when it changed last in seconds since 1970, and its company's name
    or, where it cannot be read, the ``problem``."""

    path: Path
    size: int
    modified: float
    company: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a new company file is to have: nothing, the sample, or so many of the sample's customers and invoices."""

    name: str = ""
    sample: bool = False
    customers: int | None = None
    invoices: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.sample and self.customers is None and self.invoices is None


def files(folder: Path) -> list[CompanyFile]:
    """The company files in a folder, by name."""
    return [_describe(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def _describe(path: Path) -> CompanyFile:
    stat = path.stat()
    try:
        with reading(path) as books:
            return CompanyFile(path, stat.st_size, stat.st_mtime, books.singleton("Company").text("CompanyName"))
    except (CompanyFileError, OSError) as error:
        problem = error.advice if isinstance(error, CompanyFileError) else str(error)
        return CompanyFile(path, stat.st_size, stat.st_mtime, problem=problem)


def create(
    quickbooks: QuickBooks,
    path: Path,
    contents: Contents,
    application: str,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Create a company file that lets in every application if it is a sample, else this one.

    ``progress`` is told how many of how many steps are done. One that could not be filled does not stay. Raises
    CompanyFileError and SampleRefused.
    """
    if contents.is_empty:
        Company.create(path, name=contents.name).close()
    else:
        _fill(path, contents, progress)
    quickbooks.forget(path.resolve())
    quickbooks.trust(path.resolve(), application if contents.is_empty else ANY)


def _fill(path: Path, contents: Contents, progress: Callable[[int, int], None] | None) -> None:
    company = Company.create(path, name=contents.name or NAME, sample=True)
    try:
        with company:
            populate(company, customers=contents.customers, invoices=contents.invoices, progress=progress)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
