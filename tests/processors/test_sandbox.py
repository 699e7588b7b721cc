"""The sandbox behind the seam, with company files that are real."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from qbconnector.errors import RequestProcessorError
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.sandbox import Companies, SandboxProcessor
from qbconnector.sandbox.company import Company
from qbconnector.sandbox.quickbooks import QuickBooks
from qbconnector.settings.folders import DataFolder
from tests.platforms import not_on_windows

QUERY = b"""<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">
<CompanyQueryRq/></QBXMLMsgsRq></QBXML>"""
APP = Application("Till")
FULL = Access()


class World:
    """A data folder with company files in it, and how often each was opened."""

    def __init__(self, root: Path) -> None:
        self.folder = DataFolder(root).ensure()
        self.opened: list[Path] = []
        self.opening = threading.Event()
        self.quickbooks = QuickBooks(self.folder.state)
        self.companies = Companies(self.folder.companies, self._open_file)

    def _open_file(self, path: Path) -> Company:
        self.opened.append(path)
        self.opening.set()
        return Company.open(path)

    def create(self, name: str) -> Path:
        path = self.folder.companies / name
        Company.create(path, name="Shop").close()
        self.quickbooks.trust(path.resolve())
        return path.resolve()

    async def connect(self) -> SandboxProcessor:
        processor = SandboxProcessor(self.companies, self.quickbooks, ["1.0", "13.0"])
        await processor.open_connection(APP)
        return processor


@pytest.fixture
def run(tmp_path: Path) -> Callable[[Callable[[World], Coroutine[Any, Any, None]]], None]:
    def run(test: Callable[[World], Coroutine[Any, Any, None]]) -> None:
        async def within() -> None:
            world = World(tmp_path / "data")
            try:
                await test(world)
            finally:
                await world.companies.aclose()

        asyncio.run(within())

    return run


Run = Callable[[Callable[[World], Coroutine[Any, Any, None]]], None]


async def begin(processor: SandboxProcessor, name: str = "") -> str:
    return await processor.begin_session(name, FileMode.DONT_CARE, FULL)


def test_a_session_executes_requests_and_tells_its_file(run: Run) -> None:
    async def test(world: World) -> None:
        path = world.create("shop.qbsandbox")
        processor = await world.connect()
        ticket = await begin(processor, "shop.qbsandbox")
        answer = b"".join([chunk async for chunk in processor.process_request(ticket, QUERY)])
        assert b"<CompanyQueryRs " in answer
        assert await processor.current_company_file(ticket) == str(path.resolve())
        assert await processor.supported_versions(ticket) == ["1.0", "13.0"]
        await processor.end_session(ticket)
        await processor.close_connection()

    run(test)


def test_a_file_whose_opener_leaves_is_opened_for_the_next(run: Run) -> None:
    async def test(world: World) -> None:
        path = world.create("shop.qbsandbox")
        impatient = asyncio.create_task(begin(await world.connect(), "shop.qbsandbox"))
        await asyncio.to_thread(world.opening.wait)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        processor = await world.connect()
        await begin(processor, "shop.qbsandbox")
        assert world.opened == [path]
        await processor.aclose()

    run(test)


def test_a_document_that_is_no_qbxml_is_refused_before_the_first_chunk(run: Run) -> None:
    async def test(world: World) -> None:
        world.create("shop.qbsandbox")
        processor = await world.connect()
        ticket = await begin(processor, "shop.qbsandbox")
        with pytest.raises(RequestProcessorError, match="0x80040400"):
            await anext(processor.process_request(ticket, b"nonsense"))
        await processor.aclose()

    run(test)


def test_a_file_is_opened_once_whatever_it_is_called(run: Run) -> None:
    async def test(world: World) -> None:
        path = world.create("shop.qbsandbox")
        world.quickbooks.open(path)
        processors = [await world.connect() for _ in range(4)]
        names = ["shop.qbsandbox", str(path), "../companies/shop.qbsandbox", ""]
        await asyncio.gather(*(begin(one, name) for one, name in zip(processors, names, strict=True)))
        assert world.opened == [path.resolve()]
        for one in processors:
            await one.aclose()

    run(test)


@not_on_windows("Windows lets nobody replace a file that is open")
def test_a_file_that_was_replaced_is_opened_anew(run: Run) -> None:
    async def test(world: World) -> None:
        path = world.create("shop.qbsandbox")
        old = await world.connect()
        await begin(old, "shop.qbsandbox")
        replacement = world.create("new.qbsandbox")
        for journal in path.parent.glob("shop.qbsandbox-*"):
            journal.unlink()
        replacement.replace(path)
        await world.companies.sweep()
        new = await world.connect()
        await begin(new, "shop.qbsandbox")
        assert len(world.opened) == 2
        await old.aclose()
        await new.aclose()

    run(test)


def test_the_open_file_changes_between_sessions(run: Run) -> None:
    async def test(world: World) -> None:
        one, two = world.create("one.qbsandbox"), world.create("two.qbsandbox")
        processor = await world.connect()
        for path in (one, two):
            QuickBooks(world.folder.state).open(path)
            ticket = await begin(processor)
            assert await processor.current_company_file(ticket) == str(path.resolve())
        QuickBooks(world.folder.state).close()
        with pytest.raises(RequestProcessorError, match="0x80040416") as nothing:
            await begin(processor)
        assert "qbconnector company open" in nothing.value.detail
        await processor.aclose()

    run(test)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.qbsandbox", None, "company create"),
        ("real.qbw", b"MAUI", "real QuickBooks"),
        ("letter.qbsandbox", b"Dear Sir", "is not a company file"),
    ],
)
def test_what_cannot_be_opened_is_named(run: Run, name: str, content: bytes | None, said: str) -> None:
    async def test(world: World) -> None:
        if content is not None:
            (world.folder.companies / name).write_bytes(content)
        processor = await world.connect()
        with pytest.raises(RequestProcessorError, match="0x80040403") as refused:
            await begin(processor, name)
        assert name in refused.value.detail
        assert said in refused.value.detail

    run(test)


def test_the_order_of_calls_is_kept(run: Run) -> None:
    async def test(world: World) -> None:
        world.create("shop.qbsandbox")
        processor = SandboxProcessor(world.companies, world.quickbooks, [])
        with pytest.raises(RequestProcessorError, match="0x80040411"):
            await begin(processor, "shop.qbsandbox")
        with pytest.raises(RequestProcessorError, match="0x80040415"):
            await processor.open_connection(Application(""))
        await processor.open_connection(APP)
        with pytest.raises(RequestProcessorError, match="0x80040412"):
            await processor.open_connection(APP)
        with pytest.raises(RequestProcessorError, match="0x8004040C"):
            processor.process_request("x", QUERY)
        await begin(processor, "shop.qbsandbox")
        with pytest.raises(RequestProcessorError, match="0x8004040D"):
            processor.process_request("x", QUERY)
        await processor.aclose()

    run(test)


SUBSCRIPTION = b"""<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLSubscriptionMsgsRq>
<UIEventSubscriptionQueryRq><SubscriberID>{6B063959-81B0-4622-85D6-F548C8CCB517}</SubscriberID>
</UIEventSubscriptionQueryRq></QBXMLSubscriptionMsgsRq></QBXML>"""


def test_subscriptions_need_a_connection_and_no_session(run: Run) -> None:
    async def test(world: World) -> None:
        processor = SandboxProcessor(world.companies, world.quickbooks, [])
        with pytest.raises(RequestProcessorError, match="0x80040411"):
            await processor.process_subscription(SUBSCRIPTION)
        await processor.open_connection(APP)
        with pytest.raises(RequestProcessorError, match="0x80040416"):
            await processor.process_subscription(SUBSCRIPTION)
        world.quickbooks.open(world.create("shop.qbsandbox"))
        answer = await processor.process_subscription(SUBSCRIPTION)
        assert b'<UIEventSubscriptionQueryRs statusCode="500"' in answer
        with pytest.raises(RequestProcessorError, match="0x80040429") as other:
            await processor.process_subscription(QUERY)
        assert "QBXMLMsgsRq" in other.value.detail
        await processor.aclose()

    run(test)
