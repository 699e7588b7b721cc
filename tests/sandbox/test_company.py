"""Company files: made, opened, refused, copied; and that what was answered is there."""

import asyncio
import stat
import threading
from pathlib import Path

import pytest

from qbconnector.errors import (
    CompanyFileExists,
    CompanyFileMissing,
    NotACompanyFile,
    QbxmlRefused,
    ReadOnlyAccess,
    RequestProcessorError,
)
from qbconnector.sandbox.company import Company
from tests.platforms import WINDOWS

from .conftest import Ask, Clock, document

ADD = "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq>"


def test_a_new_file_is_private_and_sound(company: Company) -> None:
    if not WINDOWS:  # there the folder says who may
        assert stat.S_IMODE(company.path.stat().st_mode) == 0o600
    assert company.verify() == []


def test_a_file_is_not_overwritten(company: Company) -> None:
    with pytest.raises(CompanyFileExists):
        Company.create(company.path, name="Another")


def test_other_files_are_refused_by_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(CompanyFileMissing):
        Company.open(tmp_path / "none.qbsandbox")
    real = tmp_path / "real.qbw"
    real.write_bytes(b"\x00" * 4096)
    with pytest.raises(NotACompanyFile, match="real QuickBooks"):
        Company.open(real)
    other = tmp_path / "notes.qbsandbox"
    other.write_text("not a database")
    with pytest.raises(NotACompanyFile):
        Company.open(other)


def test_what_was_answered_survives_a_restart(company: Company, ask: Ask) -> None:
    list_id = ask(ADD.format("Fern")).ret().text("ListID")
    company.close()
    with Company.open(company.path) as again:
        answer = b"".join(again.execute(document(f"<CustomerQueryRq><ListID>{list_id}</ListID></CustomerQueryRq>")))
    assert b"<FullName>Fern</FullName>" in answer


def test_a_copy_is_the_same_file(company: Company, ask: Ask, tmp_path: Path) -> None:
    ask(ADD.format("Fern"))
    company.copy(tmp_path / "copy.qbsandbox")
    with Company.open(tmp_path / "copy.qbsandbox") as copy:
        assert copy.verify() == []
        assert b"Fern" in b"".join(copy.execute(document("<CustomerQueryRq/>")))


def test_a_refused_document_changes_nothing(company: Company, ask: Ask) -> None:
    broken = document(ADD.format("Fern") + "<CustomerAddRq><CustomerAdd><Nam>x</Nam></CustomerAdd></CustomerAddRq>")
    with pytest.raises(QbxmlRefused):
        list(company.execute(broken))
    with pytest.raises(RequestProcessorError, match="rollbackOnError"):
        list(company.execute(document(ADD.format("Fern"), on_error="rollbackOnError")))
    assert ask("<CustomerQueryRq/>").codes == [1]


def test_a_reading_session_may_not_write(company: Company, ask: Ask) -> None:
    session = company.session(read_only=True)
    with pytest.raises(ReadOnlyAccess):
        list(company.execute(document("<CustomerQueryRq/>" + ADD.format("Fern")), session))
    assert b'statusCode="1"' in b"".join(company.execute(document("<CustomerQueryRq/>"), session))


def test_writers_in_many_threads_lose_and_double_nothing(company: Company, ask: Ask) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            list(company.execute(document(ADD.format(f"Customer {number}-{turn}"))))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = ask('<CustomerQueryRq metaData="MetaDataOnly"/>')
    assert answers[0][1]["retCount"] == "80"
    assert company.verify() == []


def test_two_processes_may_write_to_one_file(company: Company, ask: Ask) -> None:
    with Company.open(company.path) as other:
        for turn in range(5):
            assert ask(ADD.format(f"Mine {turn}")).codes == [0]
            answer = b"".join(other.execute(document(ADD.format(f"Theirs {turn}") + ADD.format(f"Mine {turn}"))))
            assert answer.count(b'statusCode="0"') == 1
            assert answer.count(b'statusCode="3100"') == 1
    assert ask('<CustomerQueryRq metaData="MetaDataOnly"/>')[0][1]["retCount"] == "10"
    assert company.verify() == []


def test_a_write_goes_on_when_nobody_listens(company: Company, ask: Ask, time: Clock) -> None:
    body = document("".join(ADD.format(f"Customer {number}") for number in range(350)))

    async def walk_away() -> None:
        answer = company.process(company.session(), body)
        await anext(answer)
        await answer.aclose()

    asyncio.run(walk_away())
    ask(ADD.format("Behind the queue"))
    company.close()
    with Company.open(company.path) as again:
        count = b"".join(again.execute(document('<CustomerQueryRq metaData="MetaDataOnly"/>')))
    assert b'retCount="351"' in count
