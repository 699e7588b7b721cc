"""Sessions: one for each request or one that stays, deadlines, and nothing left open."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qbconnector import clock
from qbconnector.accounts.users import User
from qbconnector.errors import ProcessEnded, RequestProcessorError, RequestTimedOut
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.sandbox import Sandbox
from qbconnector.sandbox.company import Company
from qbconnector.sessions.sessions import Sessions
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.values import Settings

ANNA = User("anna", company_file="shop", app_name="Till", read_only=True, mode="Single")


class Recorder:
    """A processor that tells what is asked of it, and waits where it is told to."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.concurrency = world.concurrency
        self.alive = True
        world.made.append(self)

    async def open_connection(self, app: Application) -> None:
        self.world.events.append(f"open {app.name}")

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        self.world.events.append(f"begin {company_file} {mode.value}{' read-only' * access.read_only}")
        if company_file == "missing":
            raise RequestProcessorError(0x80040403, "missing")
        self.world.open += 1
        return "ticket"

    async def process_request(self, ticket: str, request: bytes) -> AsyncGenerator[bytes, None]:
        self.world.events.append(f"process {request.decode()}")
        self.world.running += 1
        try:
            await self.world.gate.wait()
            if request == b"fail":
                raise RequestProcessorError(0x80040400, "refused")
            if request == b"lose":
                raise ProcessEnded("it was killed")
            yield b"1"
            yield b"2"
            if request == b"break":
                raise RequestProcessorError(0x80040400, "broken")
        finally:
            self.world.running -= 1

    async def end_session(self, ticket: str) -> None:
        self.world.open -= 1
        self.world.events.append("end")

    async def close_connection(self) -> None:
        self.world.events.append("close")

    async def current_company_file(self, ticket: str) -> str:
        return "/books/shop"

    async def supported_versions(self, ticket: str) -> list[str]:
        return ["13.0"]

    async def process_subscription(self, request: bytes) -> bytes:
        return request

    async def aclose(self) -> None:
        self.world.events.append("aclose")


class World:
    """Sessions over recorders; ``gate`` holds requests back."""

    def __init__(self, concurrency: int = 4, **settings: Any) -> None:
        self.events: list[str] = []
        self.made: list[Recorder] = []
        self.open = 0
        self.running = 0
        self.concurrency = concurrency
        self.gate = asyncio.Event()
        self.gate.set()
        self.sessions = Sessions(lambda _: Recorder(self))
        self.sessions.replace(Settings(**settings), {"anna": ANNA})
        self.time = clock.monotonic()

    def later(self, seconds: float) -> None:
        self.time += seconds
        self.sessions.sweep(self.time)

    async def ask(self, request: bytes = b"x", user: User = ANNA) -> bytes:
        async with aclosing(await self.sessions.execute(user, request)) as answer:
            return b"".join([answer.first] + [chunk async for chunk in answer])


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


async def turn(times: int = 10) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


def test_each_request_has_a_session_of_its_own() -> None:
    async def test() -> None:
        world = World()
        assert await world.ask() == b"12"
        once = ["open Till", "begin shop Single read-only", "process x", "end", "close", "aclose"]
        assert world.events == once
        assert await world.ask() == b"12"
        assert world.events == once * 2

    run(test())


@pytest.mark.parametrize("request_", [b"fail", b"break"])
def test_a_failure_closes_the_session(request_: bytes) -> None:
    async def test() -> None:
        world = World(concurrency=1)
        for _ in range(2):
            with pytest.raises(RequestProcessorError):
                await world.ask(request_)
        assert world.open == world.running == 0
        assert await world.ask() == b"12"

    run(test())


def test_a_company_file_that_does_not_open_leaves_nothing() -> None:
    async def test() -> None:
        world = World(concurrency=1)
        for _ in range(2):
            with pytest.raises(RequestProcessorError):
                await world.ask(user=replace(ANNA, company_file="missing"))
        assert world.events[-1] == "aclose"

    run(test())


def test_an_answer_that_is_not_read_to_its_end_closes_the_session() -> None:
    async def test() -> None:
        world = World(concurrency=1)
        async with aclosing(await world.sessions.execute(ANNA, b"x")) as answer:
            assert answer.first == b"1"
        assert world.open == world.running == 0
        assert await world.ask() == b"12"

    run(test())


def test_requests_of_one_company_file_run_as_many_at_once_as_the_processor_can() -> None:
    async def test() -> None:
        world = World(concurrency=2)
        world.gate.clear()
        tasks = [asyncio.create_task(world.ask()) for _ in range(5)]
        other = asyncio.create_task(world.ask(user=replace(ANNA, company_file="other")))
        await turn()
        assert world.running == 3
        world.gate.set()
        assert await asyncio.gather(*tasks, other) == [b"12"] * 6
        assert world.open == 0

    run(test())


def test_all_requests_queue_for_a_program_that_has_one_file_open_at_a_time() -> None:
    async def test() -> None:
        world = World(concurrency=1)
        world.gate.clear()
        files = [ANNA.company_file, "other", ""]
        tasks = [asyncio.create_task(world.ask(user=replace(ANNA, company_file=file))) for file in files]
        await turn()
        assert world.running == world.open == 1
        world.gate.set()
        assert await asyncio.gather(*tasks) == [b"12"] * 3

    run(test())


def test_a_persistent_session_stays_until_it_is_closed() -> None:
    async def test() -> None:
        world = World()
        await world.sessions.open(ANNA)
        await world.sessions.open(ANNA)
        await world.ask()
        await world.ask()
        assert world.events == ["open Till", "begin shop Single read-only", "process x", "process x"]
        await world.sessions.close(ANNA)
        assert world.events[-3:] == ["end", "close", "aclose"]
        await world.sessions.close(ANNA)
        await world.ask()
        assert world.events.count("begin shop Single read-only") == 2

    run(test())


def test_persistent_enabled_opens_by_itself_and_ignores_closing() -> None:
    async def test() -> None:
        world = World(persistent_enabled=True)
        await world.ask()
        await world.sessions.close(ANNA)
        await world.ask()
        assert world.events == ["open Till", "begin shop Single read-only", "process x", "process x"]
        await world.sessions.aclose()
        assert world.open == 0

    run(test())


def test_an_idle_persistent_session_is_closed() -> None:
    async def test() -> None:
        world = World(persistent_idle_timeout=100)
        await world.sessions.open(ANNA)
        world.later(90)
        await world.ask()
        world.later(90)
        await turn()
        assert world.open == 1
        world.later(11)
        await turn()
        assert world.open == 0

    run(test())


def test_a_persistent_session_in_use_ends_with_its_last_use() -> None:
    async def test() -> None:
        world = World()
        await world.sessions.open(ANNA)
        world.gate.clear()
        task = asyncio.create_task(world.ask())
        await turn()
        await world.sessions.close(ANNA)
        world.later(1000)
        assert world.open == 1
        world.gate.set()
        await asyncio.gather(task, return_exceptions=True)
        assert world.open == 0

    run(test())


def test_a_changed_user_loses_the_persistent_session() -> None:
    async def test() -> None:
        world = World()
        await world.sessions.open(ANNA)
        changed = replace(ANNA, company_file="other")
        world.sessions.replace(Settings(), {"anna": changed})
        await turn()
        assert world.open == 0
        await world.sessions.open(changed)
        await world.ask(user=changed)
        assert world.events[-2:] == ["begin other Single read-only", "process x"]
        world.sessions.replace(Settings(), {})
        await turn()
        assert world.open == 0

    run(test())


def test_a_request_that_takes_too_long_is_told_so() -> None:
    async def test() -> None:
        world = World(concurrency=1, timeout=60)
        world.gate.clear()
        running, waiting = asyncio.create_task(world.ask()), asyncio.create_task(world.ask())
        await turn()
        world.later(59)
        await turn()
        assert not running.done()
        world.later(2)
        for task in (running, waiting):
            with pytest.raises(RequestTimedOut, match="within 60 seconds"):
                await task
        world.gate.set()
        assert await world.ask() == b"12"
        assert world.open == world.running == 0

    run(test())


def test_a_slow_reader_is_not_too_late() -> None:
    async def test() -> None:
        world = World(timeout=60)
        async with aclosing(await world.sessions.execute(ANNA, b"x")) as answer:
            world.later(1000)
            await turn()
            assert [chunk async for chunk in answer] == [b"2"]

    run(test())


def test_without_a_timeout_nothing_is_too_late() -> None:
    async def test() -> None:
        world = World(timeout=0)
        world.gate.clear()
        task = asyncio.create_task(world.ask())
        await turn()
        world.later(1e9)
        await turn()
        world.gate.set()
        assert await task == b"12"

    run(test())


def test_a_cancelled_request_leaves_nothing() -> None:
    async def test() -> None:
        world = World(concurrency=1)
        world.gate.clear()
        tasks = [asyncio.create_task(world.ask()) for _ in range(3)]
        await turn()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(task.cancelled() for task in tasks)
        world.gate.set()
        assert await world.ask() == b"12"
        assert world.open == world.running == 0

    run(test())


def test_questions_have_a_session_too() -> None:
    async def test() -> None:
        world = World()
        assert await world.sessions.company_file(ANNA) == "/books/shop"
        assert await world.sessions.versions(ANNA, delay=0.001) == ["13.0"]
        await world.sessions.reach(ANNA)
        assert world.open == 0

    run(test())


def test_persistent_enabled_shares_among_all_who_open_alike() -> None:
    async def test() -> None:
        world = World(persistent_enabled=True)
        bo = replace(ANNA, name="bo")
        await world.ask()
        await world.ask(user=bo)
        assert world.open == 1
        await world.ask(user=replace(bo, read_only=False))
        assert world.open == 2
        await world.sessions.aclose()

    run(test())


def test_a_request_that_only_waited_is_told_that_nobody_saw_it() -> None:
    async def test() -> None:
        world = World(concurrency=1, timeout=60)
        world.gate.clear()
        running, waiting = asyncio.create_task(world.ask()), asyncio.create_task(world.ask())
        await turn()
        world.later(61)
        errors = await asyncio.gather(running, waiting, return_exceptions=True)
        assert [isinstance(one, RequestTimedOut) and one.seen for one in errors] == [True, False]
        assert world.sessions.figures.waiting == 0

    run(test())


@pytest.mark.parametrize("found_out", [True, False])
def test_a_session_whose_process_ended_is_opened_again_and_stays(found_out: bool) -> None:
    async def test() -> None:
        world = World()
        await world.sessions.open(ANNA)
        if found_out:
            with pytest.raises(ProcessEnded):
                await world.ask(b"lose")
        else:
            world.made[-1].alive = False
        assert [await world.ask(), await world.ask()] == [b"12"] * 2
        await turn()
        assert world.open == 1
        assert world.events.count("begin shop Single read-only") == 2
        await world.sessions.close(ANNA)
        await world.ask()
        assert world.open == 0

    run(test())


def test_a_lost_session_is_forgotten_when_it_would_have_been_closed() -> None:
    async def test() -> None:
        for forget in range(3):
            world = World(persistent_idle_timeout=100)
            await world.sessions.open(ANNA)
            with pytest.raises(ProcessEnded):
                await world.ask(b"lose")
            if forget == 0:
                await world.sessions.close(ANNA)
            elif forget == 1:
                world.later(101)
            else:
                world.sessions.replace(Settings(), {"anna": replace(ANNA, mode="Multi")})
            await world.ask()
            await turn()
            assert world.open == 0

    run(test())


def test_a_request_whose_client_has_gone_is_carried_out_to_its_end(tmp_path: Path) -> None:
    """Nobody waits for the first piece of its answer; the pieces that follow are made all the same."""
    add = "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq>"
    adds = "".join(add.format(number) for number in range(250))
    body = f'<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{adds}</QBXMLMsgsRq></QBXML>'
    path = tmp_path / "shop.qbsandbox"
    Company.create(path).close()

    async def test() -> None:
        sandbox = Sandbox(DataFolder(tmp_path / "data").ensure())
        sandbox.quickbooks.trust(path.resolve())
        sessions = Sessions(lambda _: sandbox.processor())
        user = User("anna", company_file=str(path))
        await sessions.open(user)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            task = asyncio.create_task(sessions.execute(user, body.encode()))
            await turn()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await sessions.aclose()
        await sandbox.aclose()

    run(test())
    with closing(sqlite3.connect(path)) as books:
        assert books.execute("SELECT count(*) FROM object WHERE name_key IN ('0', '99', '100', '249')").fetchone() == (
            4,
        )
