"""What takes its time: whose turn it is, how it ends, what is remembered."""

from pathlib import Path
from threading import Event

import pytest

from qbconnector.console.tasks import REMEMBERED, WAITING, Progress, Task, Tasks
from qbconnector.errors import CompanyFileBusy, CompanyFileExists, TooManyTasks, UnknownTask

SHOP = Path("shop.qbsandbox")


def until_it_ends(task: Task) -> Task:
    while task.ended is None:
        Event().wait(0.001)
    return task


def run(tasks: Tasks, path: Path, *faults: str) -> Task:
    return until_it_ends(tasks.start("verified", path, lambda _: list(faults), lambda: False))


def test_a_task_says_how_far_it_is_and_can_be_stopped() -> None:
    tasks, reached, go_on = Tasks(), Event(), Event()

    def work(progress: Progress) -> list[str]:
        progress(3, 7)
        reached.set()
        go_on.wait()
        progress(4, 7)
        return []

    task = tasks.start("created", SHOP, work, lambda: False)
    reached.wait()
    assert (task.done, task.steps, task.ended) == (3, 7, None)
    with pytest.raises(CompanyFileBusy, match="is being created"):
        tasks.start("verified", SHOP, work, lambda: False)
    tasks.stop(task.number)
    go_on.set()
    assert (until_it_ends(task).stopped, task.done, task.is_sound) == (True, 3, False)
    assert tasks.running() == []


def test_the_end_of_the_connector_ends_a_task() -> None:
    task = Tasks().start("verified", SHOP, lambda _: [], lambda: True)
    assert until_it_ends(task).stopped is True


def test_only_so_many_wait() -> None:
    tasks, go_on = Tasks(), Event()

    def work(progress: Progress) -> list[str]:
        go_on.wait()
        return []

    begun = [tasks.start("verified", Path(str(number)), work, lambda: False) for number in range(WAITING)]
    with pytest.raises(TooManyTasks):
        tasks.start("verified", SHOP, work, lambda: False)
    go_on.set()
    for task in begun:
        assert until_it_ends(task).is_sound


def test_what_fails_says_why() -> None:
    def refused(progress: Progress) -> list[str]:
        raise CompanyFileExists(SHOP)

    def full(progress: Progress) -> list[str]:
        raise OSError(28, "No space left on device")

    def broken(progress: Progress) -> list[str]:
        raise KeyError("x")

    problems = [until_it_ends(Tasks().start("created", SHOP, work, lambda: False)).problem for work in (refused, full)]
    assert "Choose another name" in problems[0]
    assert "No space left" in problems[1]
    assert until_it_ends(Tasks().start("created", SHOP, broken, lambda: False)).problem == "KeyError: 'x'"


def test_the_last_verification_that_ended_is_remembered_and_old_tasks_are_not() -> None:
    tasks = Tasks()
    first = run(tasks, SHOP, "a fault")
    last = run(tasks, SHOP)
    stopped = until_it_ends(tasks.start("verified", SHOP, lambda _: [], lambda: True))
    assert tasks.all() == [stopped, last, first]
    assert tasks.verified(SHOP) is last
    for number in range(REMEMBERED):
        run(tasks, Path(str(number)))
    assert len(tasks.all()) == REMEMBERED
    assert tasks.verified(SHOP) is None
    with pytest.raises(UnknownTask):
        tasks.get(first.number)
