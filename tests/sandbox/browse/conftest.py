"""The sample company, small and the same every day, as a person looks at it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qbconnector.sandbox.books import Books
from qbconnector.sandbox.company import Company, reading
from qbconnector.sandbox.sample import NAME, populate


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browse") / "sample.qbsandbox"
    with Company.create(path, name=NAME, sample=True) as company:
        populate(company, customers=90, invoices=150, today=date(2026, 11, 20))
    return path


@pytest.fixture
def books(sample: Path) -> Iterator[Books]:
    with reading(sample) as opened:
        yield opened
