"""A client that takes its time: it holds nobody up, and the write-ahead log does not grow for it."""

import asyncio

import pytest

from qbconnector.sandbox import workers
from qbconnector.sandbox.company import Company

from .conftest import document

EVERYBODY = "<CustomerQueryRq/>"
NOTES = "x" * 4000


def customers(first: int, count: int) -> bytes:
    return document(
        "".join(
            f"<CustomerAddRq><CustomerAdd><Name>C{number}</Name><Notes>{NOTES}</Notes></CustomerAdd></CustomerAddRq>"
            for number in range(first, first + count)
        )
    )


def test_writers_go_on_beside_an_answer_nobody_reads(company: Company) -> None:
    wal = company.path.with_name(company.path.name + "-wal")
    list(company.execute(customers(0, 500)))

    async def story() -> list[bytes]:
        slow = company.process(company.session(), document(EVERYBODY))
        pieces = [await anext(slow)]
        for turn in range(1, 41):  # some 8 MB in 40 transactions
            answer = [piece async for piece in company.process(company.session(), customers(turn * 1000, 50))]
            assert b"".join(answer).count(b'statusCode="0"') == 50
        assert wal.stat().st_size < 8_000_000
        pieces += [piece async for piece in slow]
        return pieces

    answer = b"".join(asyncio.run(story()))
    assert answer.endswith(b"</QBXML>\n")
    found = answer.count(b"<CustomerRet>")
    assert found >= 500  # those that were there at the start; a page reads what is there when it is made


def test_an_answer_left_alone_gives_its_connection_back(company: Company) -> None:
    list(company.execute(customers(0, 300)))

    async def story() -> None:
        for _ in range(50):
            answer = company.process(company.session(), document(EVERYBODY))
            await anext(answer)
            await answer.aclose()
            await answer.aclose()

    asyncio.run(story())
    assert len(company._workers._all) < 10
    assert company.verify() == []


def test_a_read_that_is_not_quick_is_done_elsewhere(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "QUICK_SECONDS", -1)
    monkeypatch.setattr(workers, "QUICK_STEPS", 1)
    list(company.execute(customers(0, 20)))

    async def story() -> bytes:
        answers = await asyncio.gather(*(read() for _ in range(20)))
        assert len(set(answers)) == 1
        return answers[0]

    async def read() -> bytes:
        return b"".join([piece async for piece in company.process(company.session(), document(EVERYBODY))])

    assert asyncio.run(story()).count(b"<CustomerRet>") == 20
