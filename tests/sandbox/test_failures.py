"""When the disk says no: whatever was answered is there, whatever was not is not, and the file stays sound."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qbconnector import database
from qbconnector.errors import CompanyFileFailed
from qbconnector.sandbox.company import Company

from .conftest import Clock, document

ADD = "<CustomerAddRq><CustomerAdd><Name>{}</Name><Notes>{}</Notes></CustomerAdd></CustomerAddRq>"


@pytest.fixture
def cramped(tmp_path: Path, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company file that may only grow by a few pages: SQLite then fails as it does on a full disk."""
    Company.create(tmp_path / "cramped.qbsandbox", name="Cramped").close()
    connect = database.connect

    def limited(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
        connection = connect(path, read_only=read_only)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 40}")
        return connection

    monkeypatch.setattr(database, "connect", limited)
    with Company.open(tmp_path / "cramped.qbsandbox") as company:
        yield company


def test_a_full_disk_loses_nothing_that_was_answered(cramped: Company) -> None:
    answered: list[str] = []

    def write_on() -> None:
        for number in range(1000):
            name = f"Customer {number}"
            list(cramped.execute(document(ADD.format(name, "x" * 3000))))
            answered.append(name)

    with pytest.raises(CompanyFileFailed, match="0x8004041C") as failure:
        write_on()
    assert "full" in failure.value.detail
    assert 0 < len(answered) < 1000
    stored = b"".join(cramped.execute(document("<CustomerQueryRq/>")))
    assert [name for name in answered if f"<Name>{name}</Name>".encode() not in stored] == []
    assert stored.count(b"<CustomerRet>") == len(answered)
    assert cramped.verify() == []


def test_a_set_that_does_not_fit_leaves_its_earlier_slices_and_nothing_half(cramped: Company) -> None:
    body = document("".join(ADD.format(f"Customer {number}", "x" * 700) for number in range(400)))
    pieces: list[bytes] = []
    with pytest.raises(CompanyFileFailed):
        pieces.extend(cramped.execute(body))
    stored = b"".join(cramped.execute(document("<CustomerQueryRq/>")))
    assert stored.count(b"<CustomerRet>") == b"".join(pieces).count(b"<CustomerRet>")
    assert cramped.verify() == []


def test_what_failed_is_not_done_after_all_when_nobody_waits_any_more(tmp_path: Path) -> None:
    path = tmp_path / "shop.qbsandbox"
    Company.create(path, name="Shop").close()
    body = document(ADD.format("Late", "x"))

    async def give_up(company: Company) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            steps = company.process(company.session(), body)
            with pytest.raises(CompanyFileFailed, match="0x8004041C"):
                await anext(steps)
        await steps.aclose()

    with Company.open(path) as company:
        for books in company._workers._all:
            books.connection.execute("PRAGMA busy_timeout=0")
        asyncio.run(give_up(company))
        list(company.execute(document(ADD.format("Next", "x"))))
        stored = b"".join(company.execute(document("<CustomerQueryRq/>")))
    assert b"Next" in stored
    assert b"Late" not in stored
