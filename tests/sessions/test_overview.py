"""What the sessions say of themselves, and what an administrator can end."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from qbconnector.errors import RequestCancelled, RequestProcessorError, RequestTimedOut
from qbconnector.sessions.jobs import Job
from tests.sessions.test_sessions import ANNA, World, run, turn

BO = replace(ANNA, name="bo")


async def ask(world: World, number: int, request: bytes = b"x") -> tuple[Job, bytes]:
    job = Job(number)
    async with aclosing(await world.sessions.execute(ANNA, request, 0, job)) as answer:
        return job, b"".join([answer.first] + [chunk async for chunk in answer])


def states(world: World) -> dict[int, str]:
    return {one.number: one.state for one in world.sessions.overview().requests}


def test_requests_under_way_are_shown_with_what_they_do() -> None:
    async def test() -> None:
        world = World(concurrency=1)
        world.gate.clear()
        tasks = [asyncio.create_task(ask(world, number)) for number in (1, 2)]
        await turn()
        first, second = world.sessions.overview().requests
        assert (first.number, first.user, first.application, first.company_file) == (1, "anna", "Till", "shop")
        assert (first.state, second.state) == ("executing", "waiting")
        assert first.age >= second.age >= second.in_state >= 0
        (queue,) = world.sessions.overview().queues
        assert (queue.company_file, queue.running, queue.width, queue.waiting) == ("", 1, 1, {"anna": 1})
        assert world.sessions.overview().connected == {"anna"}
        world.gate.set()
        await asyncio.gather(*tasks)
        empty = world.sessions.overview()
        assert (empty.requests, empty.sessions, empty.queues, empty.connected) == ([], [], [], set())

    run(test())


def test_an_answer_that_has_begun_is_shown_until_it_ends() -> None:
    async def test() -> None:
        world = World()
        async with aclosing(await world.sessions.execute(ANNA, b"x", 0, Job(5))) as answer:
            assert states(world) == {5: "answering"}
            assert [chunk async for chunk in answer] == [b"2"]
        assert states(world) == {}

    run(test())


def test_a_delay_is_part_of_opening_and_a_failure_leaves_nothing() -> None:
    async def test() -> None:
        world = World()
        task = asyncio.create_task(world.sessions.versions(ANNA, 60, Job(3)))
        await turn()
        assert states(world) == {3: "opening"}
        assert world.sessions.cancel(3)
        with pytest.raises(RequestCancelled):
            await task
        with pytest.raises(RequestProcessorError):
            await world.sessions.open(replace(ANNA, company_file="missing"), 0, Job(4))
        assert states(world) == {}
        assert world.open == 0

    run(test())


def test_the_time_of_a_request_is_split() -> None:
    async def test() -> None:
        world = World()
        job, _ = await ask(world, 1)
        end = job.answered + 1
        assert 0 < job.came <= job.entered <= job.opened <= job.answered
        assert sum(job.spent(end)) == pytest.approx(end - job.came)
        assert job.spent(end).sending == pytest.approx(1)
        refused = Job(2)
        with pytest.raises(RequestProcessorError):
            await world.sessions.company_file(replace(ANNA, company_file="missing"), 0, refused)
        spent = refused.spent(refused.entered + 1)
        assert spent.opening == pytest.approx(1)
        assert spent.executing == spent.sending == 0
        assert Job(3).spent(1) == (0, 0, 0, 0)

    run(test())


def test_a_request_can_be_cancelled_and_is_told_whether_it_was_seen() -> None:
    async def test() -> None:
        world = World(concurrency=1)
        world.gate.clear()
        tasks = [asyncio.create_task(ask(world, number)) for number in (1, 2, 3)]
        await turn()
        assert world.sessions.cancel(2)
        with pytest.raises(RequestCancelled, match="The administrator of the connector cancelled") as waiting:
            await tasks[1]
        assert "QuickBooks has not seen it" in waiting.value.detail
        assert world.sessions.cancel(1)
        assert not world.sessions.cancel(1), "once is enough"
        with pytest.raises(RequestCancelled) as running:
            await tasks[0]
        assert "may still take effect" in running.value.detail
        await turn()
        assert states(world) == {3: "executing"}
        world.gate.set()
        assert (await tasks[2])[1] == b"12"
        assert not any(world.sessions.cancel(number) for number in (1, 2, 3, 99))
        assert world.open == world.running == 0

    run(test())


def test_who_is_cancelled_is_not_told_that_it_was_too_late() -> None:
    async def test() -> None:
        world = World(timeout=60)
        world.gate.clear()
        cancelled, late = (asyncio.create_task(ask(world, number)) for number in (1, 2))
        await turn()
        world.sessions.cancel(1)
        world.later(61)
        with pytest.raises(RequestCancelled):
            await cancelled
        with pytest.raises(RequestTimedOut):
            await late

    run(test())


def test_sessions_that_stay_are_shown_and_can_be_closed() -> None:
    async def test() -> None:
        world = World(persistent_enabled=True, persistent_idle_timeout=100)
        await world.ask()
        await world.ask(user=BO)
        (kept,) = world.sessions.overview().sessions
        assert (kept.owners, kept.application, kept.company_file) == (("anna", "bo"), "Till", "shop")
        assert (kept.mode, kept.read_only, kept.users) == ("Single", True, 0)
        assert kept.idle + kept.expires == pytest.approx(100)
        assert world.sessions.overview().connected == {"anna", "bo"}
        assert not world.sessions.end(kept.number + 1)
        assert world.sessions.end(kept.number)
        await turn()
        assert world.open == 0
        assert not world.sessions.end(kept.number)

    run(test())


def test_a_session_in_use_that_is_closed_ends_with_its_last_use() -> None:
    async def test() -> None:
        world = World()
        await world.sessions.open(ANNA)
        world.gate.clear()
        task = asyncio.create_task(world.ask())
        await turn()
        (kept,) = world.sessions.overview().sessions
        assert (kept.users, kept.idle) == (1, 0)
        assert world.sessions.end(kept.number)
        assert world.open == 1
        world.gate.set()
        assert await task == b"12"
        assert world.open == 0

    run(test())
