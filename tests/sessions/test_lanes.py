"""Lanes: so many at once, first come, first served, and a bounded queue."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.errors import QueueFull
from qbconnector.sessions import lanes
from qbconnector.sessions.lanes import Lane


async def turn(times: int = 5) -> None:
    """Let everyone who can go on go on."""
    for _ in range(times):
        await asyncio.sleep(0)


def test_only_so_many_run_and_the_others_go_in_order() -> None:
    async def run() -> list[str]:
        lane, order = Lane(1), []

        async def work(name: str, done: asyncio.Event) -> None:
            await lane.enter()
            order.append(name)
            await done.wait()
            lane.leave()

        done = asyncio.Event()
        tasks = [asyncio.create_task(work(name, done)) for name in "abc"]
        await turn()
        assert order == ["a"]
        done.set()
        await asyncio.gather(*tasks)
        assert lane.empty
        return order

    assert asyncio.run(run()) == ["a", "b", "c"]


def test_who_comes_to_a_full_queue_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WAITING", 2)

    async def run() -> None:
        lane = Lane(1)
        await lane.enter()
        waiting = [asyncio.create_task(lane.enter()) for _ in range(2)]
        await turn()
        with pytest.raises(QueueFull, match="2 requests already wait"):
            await lane.enter()
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        lane.leave()
        assert lane.empty

    asyncio.run(run())


def test_users_take_turns() -> None:
    async def run() -> list[str]:
        lane, order = Lane(1), []

        async def work(user: str, number: int) -> None:
            await lane.enter(user)
            order.append(f"{user}{number}")
            lane.leave()

        await lane.enter()
        tasks = [asyncio.create_task(work(user, number)) for user in "ab" for number in range(3)]
        await turn()
        lane.leave()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(run()) == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_full_queue_refuses_the_newest_of_whoever_has_most_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "WAITING", 3)

    async def run() -> None:
        lane = Lane(1)
        await lane.enter()
        many = [asyncio.create_task(lane.enter("many")) for _ in range(3)]
        await turn()
        one = asyncio.create_task(lane.enter("one"))
        await turn()
        assert [task.done() for task in many] == [False, False, True]
        assert isinstance(many[2].exception(), QueueFull)
        for task in (one, *many):
            task.cancel()
        await asyncio.gather(one, *many, return_exceptions=True)
        assert lane.waiting == 0

    asyncio.run(run())


@given(
    st.integers(1, 3),
    st.lists(st.sampled_from(["enter", "leave", "cancel first", "cancel last"]), max_size=40),
)
def test_no_place_is_lost_and_none_is_given_twice(width: int, steps: list[str]) -> None:
    async def run() -> None:
        lane, inside = Lane(width), 0
        tasks: list[asyncio.Task[None]] = []

        async def enter() -> None:
            nonlocal inside
            await lane.enter()
            inside += 1

        for step in steps:
            waiting = [task for task in tasks if not task.done()]
            if step == "enter":
                tasks.append(asyncio.create_task(enter()))
            elif step == "leave" and inside:
                inside -= 1
                lane.leave()
                if len(steps) % 2:
                    continue  # the next step comes before the one whose turn it is notices
            elif step.startswith("cancel") and waiting:
                waiting[0 if step.endswith("first") else -1].cancel()
            await turn()
            assert inside <= width
            assert inside == width or all(task.done() for task in tasks)
        await turn()
        while inside:
            inside -= 1
            lane.leave()
            await turn()
        assert lane.empty

    asyncio.run(run())
