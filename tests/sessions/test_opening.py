"""Close and retry: which openings are tried again, what is stopped and cleared for it, and what never is."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from qbconnector.accounts.users import Product, User
from qbconnector.errors import RequestProcessorError
from qbconnector.processors.base import Access, FileMode
from qbconnector.sessions import instance_file
from qbconnector.sessions.sessions import Sessions
from qbconnector.settings.values import Settings
from tests.sessions.test_sessions import ANNA, Recorder, World, turn


class Failing(Recorder):
    """Opens only after ``failures`` have been used up; 0 among them hangs."""

    world: "Wedged"

    async def begin_session(self, company_file: str, mode: FileMode, access: Access) -> str:
        if self.world.failures:
            number = self.world.failures[0]
            if not number:
                await asyncio.Event().wait()
            raise RequestProcessorError(number, "no")
        return await super().begin_session(company_file, mode, access)


class Wedged(World):
    """A QuickBooks that works again after so many stops of its process."""

    def __init__(self, *failures: int, **settings: Any) -> None:
        super().__init__()
        self.failures = list(failures)
        self.stops = 0
        self.sessions = Sessions(lambda _: Failing(self), self.stop)
        self.sessions.replace(Settings(close_and_retry_connect=True, **settings), {"anna": ANNA})

    async def stop(self, product: Product) -> None:
        self.stops += 1
        del self.failures[:1]

    async def asked(self, user: User = ANNA) -> bytes:
        return await self.ask(user=user)


def test_an_opening_that_fails_is_tried_again_after_a_stop() -> None:
    async def test() -> None:
        world = Wedged(0x80040402, 0x80040408)
        assert await world.asked() == b"12"
        assert world.stops == 2
        assert world.sessions.figures.retries == 2
        assert world.events.count("process x") == 1

    asyncio.run(test())


@pytest.mark.parametrize(("listed", "stops"), [("0x80040402", 0), ("*", 3), ("0x80040410", 3)])
def test_the_error_list_and_the_count_decide(listed: str, stops: int) -> None:
    async def test() -> None:
        world = Wedged(*[0x80040410] * 9, close_and_retry_error_list=listed)
        with pytest.raises(RequestProcessorError, match="0x80040410") as refused:
            await world.asked()
        assert world.stops == stops
        assert ("tried again 3 times" in refused.value.detail) == bool(stops)

    asyncio.run(test())


def test_an_opening_that_hangs_is_stopped_in_time() -> None:
    async def test() -> None:
        world = Wedged(0, close_and_retry_timeout=30)
        task = asyncio.create_task(world.asked())
        await turn()
        world.later(29)
        await turn()
        assert world.stops == 0
        world.later(2)
        assert await task == b"12"
        assert world.stops == 1

    asyncio.run(test())


def test_a_request_that_quickbooks_has_seen_is_never_tried_again() -> None:
    async def test() -> None:
        world = Wedged(close_and_retry_error_list="*")
        with pytest.raises(RequestProcessorError, match="refused"):
            await world.ask(b"fail")
        assert world.stops == 0
        assert world.events.count("process fail") == 1

    asyncio.run(test())


def test_without_the_setting_nothing_is_stopped() -> None:
    async def test() -> None:
        world = Wedged(0x80040408)
        world.sessions.replace(Settings(), {"anna": ANNA})
        with pytest.raises(RequestProcessorError, match="0x80040408"):
            await world.asked()
        assert world.stops == 0

    asyncio.run(test())


def test_the_instance_file_is_cleared_and_kept_as_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "QBINSTANCEFINDER17.INI"
    path.write_text("[INSTANCES]\nCOUNT=1\n")

    async def test() -> None:
        assert await Wedged(0x80040402, qb_instance_file=str(path)).asked() == b"12"

    asyncio.run(test())
    assert path.read_bytes() == b""
    assert path.with_name(path.name + ".bak").read_text() == "[INSTANCES]\nCOUNT=1\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.ini", b"[A]\n"),
        ("QBINSTANCEFINDER17.INI", b"Dear Sir\n"),
        ("QBINSTANCEFINDER17.INI", b"\x00\x01[A]\xff"),
        ("QBINSTANCEFINDER17.INI", b"[A]\n" * 20_000),
    ],
)
def test_what_does_not_look_like_the_instance_file_is_left_alone(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert "left alone" in instance_file.clear(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
    assert "cannot be cleared" in instance_file.clear(tmp_path / "QBINSTANCEFINDER.INI")
