"""A backend in a process of its own: everything of the seam comes through, and the process may end at any time."""

import asyncio
import hashlib
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from qbconnector.activity.log import ActivityLog
from qbconnector.errors import ProcessEnded, RequestProcessorError
from qbconnector.processors.backends import BACKENDS
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.hosted import Hosted, HostedProcessor
from qbconnector.processors.pipe import BODY_BYTES, pack
from qbconnector.settings.schema import Word
from qbconnector.settings.values import SETTINGS
from tests.platforms import gone, not_on_windows
from tests.processors.obedient import COMMAND, REFUSED


class World:
    """A host, and what the log says of it."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.activity = ActivityLog()
        self.backend = Hosted(command, 8, self.activity)

    async def begin(self, company_file: str = "shop") -> HostedProcessor:
        processor = self.backend.processor()
        await processor.open_connection(Application("Till", "7"))
        assert await processor.begin_session(company_file, FileMode.MULTI, Access(lasting=True)) == "ticket"
        return processor

    async def pid(self) -> int:
        return (await self.backend.link()).pid

    def said(self) -> str:
        return "\n".join(str(one) for one in self.activity.recent)


async def ask(processor: HostedProcessor, request: bytes) -> bytes:
    async with aclosing(processor.process_request("ticket", request)) as chunks:
        return b"".join([chunk async for chunk in chunks])


def run(test: Callable[[World], Coroutine[Any, Any, None]], command: Sequence[str] = COMMAND) -> World:
    async def within() -> World:
        world = World(command)
        try:
            await test(world)
        finally:
            await world.backend.aclose()
        return world

    return asyncio.run(within())


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await condition():
            pass


def test_the_seam_comes_through() -> None:
    async def test(world: World) -> None:
        processor = await world.begin()
        assert processor.concurrency == 8
        way = "Till 7 shop Multi Access(read_only=False, auth_flags=0, lasting=True)"
        assert await processor.current_company_file("ticket") == way
        assert await processor.supported_versions("ticket") == ["1.0", "13.0"]
        assert await processor.process_subscription(b"ab") == b"abab"
        await processor.end_session("ticket")
        await processor.close_connection()
        await processor.aclose()
        assert (await ask(await world.begin(), b"made")).endswith(b"1 0")

    run(test)


@pytest.mark.parametrize("size", [7, BODY_BYTES - 1, BODY_BYTES, BODY_BYTES + 1, 5 * BODY_BYTES])
def test_long_requests_and_answers_come_through_whole(size: int) -> None:
    async def test(world: World) -> None:
        processor = await world.begin()
        request = b"digest ".ljust(size, b"x")
        assert await ask(processor, request) == hashlib.sha256(request).digest()
        assert await ask(processor, b"large %d" % size) == bytes(size) + b"end"

    run(test)


def test_a_piece_is_made_when_it_is_asked_for_and_others_go_on() -> None:
    async def test(world: World) -> None:
        slow, other = await world.begin(), await world.begin()
        async with aclosing(slow.process_request("ticket", b"endless")) as chunks:
            assert [len(await anext(chunks)) for _ in range(3)] == [1000] * 3
            answers = await asyncio.gather(*[ask(other, b"digest %d" % number) for number in range(50)])
            assert answers == [hashlib.sha256(b"digest %d" % number).digest() for number in range(50)]
            assert (await ask(other, b"made")).startswith(b"3 ")

    run(test)


def test_errors_come_through_unchanged() -> None:
    async def test(world: World) -> None:
        processor = await world.begin()
        with pytest.raises(RequestProcessorError) as refused:
            await ask(processor, b"refuse")
        error = refused.value
        assert (error.hresult, error.text, error.detail) == (REFUSED.hresult, REFUSED.text, REFUSED.detail)
        with pytest.raises(RequestProcessorError, match="0x80040402") as fault:
            await ask(processor, b"bug")
        assert "ZeroDivisionError: of course" in fault.value.detail
        assert await ask(processor, b"digest")

    run(test)


def test_a_request_that_is_given_up_is_given_up_there() -> None:
    async def test(world: World) -> None:
        processor, other = await world.begin(), await world.begin()

        async def waiting(number: int) -> bool:
            return (await ask(other, b"made")).split()[1] == b"%d" % number

        task = asyncio.create_task(ask(processor, b"wait"))
        await until(lambda: waiting(1))
        task.cancel()
        await until(lambda: waiting(0))
        opening = asyncio.create_task(world.begin("wait"))
        await ask(other, b"made")
        opening.cancel()
        await asyncio.gather(task, opening, return_exceptions=True)
        assert await ask(processor, b"digest")

    run(test)


def test_nobody_else_writes_into_the_pipe_or_reads_from_it(capfd: pytest.CaptureFixture[str]) -> None:
    async def test(world: World) -> None:
        assert await ask(await world.begin(), b"print") == b"read"

    run(test)
    said = capfd.readouterr().err
    assert "not for the pipe" in said
    assert "nor is this" in said
    assert said.rstrip().endswith("closed")


@pytest.mark.parametrize("answered", [0, 2])
def test_after_a_request_was_sent_its_outcome_is_unknown(answered: int) -> None:
    async def test(world: World) -> None:
        processor = await world.begin()
        chunks = processor.process_request("ticket", b"die %d" % answered)
        for _ in range(answered):
            assert await anext(chunks) == b"."
        with pytest.raises(ProcessEnded, match="0x800706BE") as ended:
            await anext(chunks)
        assert "ended with exit code 3" in ended.value.detail
        assert "may have taken effect" in ended.value.detail
        assert not processor.alive
        with pytest.raises(RequestProcessorError, match="0x80040401") as unsent:
            await ask(processor, b"digest")
        assert "was not sent" in unsent.value.detail
        await processor.aclose()
        assert await ask(await world.begin(), b"digest")

    assert "is no more: it ended with exit code 3" in run(test).said()


def test_an_opening_that_breaks_may_be_tried_again() -> None:
    async def test(world: World) -> None:
        with pytest.raises(RequestProcessorError, match="0x80040408"):
            await world.begin("die")
        assert await ask(await world.begin(), b"digest")

    run(test)


@pytest.mark.parametrize("command", [("/nowhere/python",), (sys.executable, "-c", "")])
def test_a_process_that_does_not_start_says_so(command: Sequence[str]) -> None:
    async def test(world: World) -> None:
        with pytest.raises(RequestProcessorError, match="0x80040408") as refused:
            await world.begin()
        assert "nowhere" in refused.value.detail or "exit code 0" in refused.value.detail

    run(test, command)


def test_stopping_kills_a_process_that_does_nothing_any_more() -> None:
    async def test(world: World) -> None:
        processor, pid = await world.begin(), await world.pid()
        chunks = processor.process_request("ticket", b"block")
        assert await anext(chunks) == b"."
        request = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        await world.backend.stop()
        with pytest.raises(ProcessEnded, match="0x800706BE"):
            await request
        assert gone(pid)
        assert await world.pid() != pid
        assert (await ask(await world.begin(), b"made")).endswith(b" 1")

    assert "was killed" in run(test).said()


@not_on_windows("a host has no console there, and so gets no signals")
@pytest.mark.parametrize("last_words", [b"", b"Traceback (most recent call last)"])
def test_a_host_outlives_signals_but_not_its_connector(last_words: bytes) -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(pack({"id": 1, "do": "stop"}))
        process.stdin.flush()
        assert process.stdout.read(8) == bytes([0, 0, 0, 8, 0, 0, 0, 0])
        assert process.stdout.read(8) == b'{"id":1}'
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(last_words, timeout=60)
        assert (process.returncode, out) == (0, b"")
        assert err.endswith(b"closed\n")


def test_every_backend_has_a_name_that_a_setting_takes() -> None:
    kinds = [SETTINGS[name].kind for name in ("RequestProcessor", "POSRequestProcessor")]
    taken = {word for kind in kinds if isinstance(kind, Word) for word in kind.words}
    assert taken - {"None"} == set(BACKENDS)
