"""What is done with company files and takes its time: creating and verifying. Its progress and outcome, in memory.

Two of them run at a time, the others wait for their turn; a file has one at a time. It owns none of the work.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Final, Literal, Protocol

from qbconnector import clock
from qbconnector.errors import CompanyFileBusy, QbConnectorError, TooManyTasks, UnknownTask

AT_ONCE: Final = 2
WAITING: Final = 20  # tasks that have not ended, before no more are taken
REMEMBERED: Final = 50

What = Literal["created", "verified"]


class Stopped(Exception):
    """The work has to end where it is; whoever does it leaves nothing half done."""


@dataclass(slots=True)
class Task:
    """One piece of work. ``problem`` is what it ended with if it failed; ``faults`` are what a verification found."""

    number: int
    what: What
    file: str
    done: int = 0
    steps: int = 0
    ended: datetime | None = None
    stopped: bool = False
    problem: str = ""
    faults: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """It came to its end, and found nothing wrong."""
        return self.ended is not None and not (self.stopped or self.problem or self.faults)


class Progress(Protocol):
    """What the work tells, and may ask."""

    def __call__(self, done: int, steps: int) -> None:
        """So many of so many steps are done. Raises ``Stopped``."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether the work has to end."""
        ...


Work = Callable[[Progress], list[str]]


class _Telling:
    """The progress of one task; ``stopping`` says that the connector ends."""

    def __init__(self, task: Task, stopping: Callable[[], bool]) -> None:
        self._task = task
        self._stopping = stopping

    def __call__(self, done: int, steps: int) -> None:
        if self.is_over:
            raise Stopped
        self._task.done, self._task.steps = done, steps

    @property
    def is_over(self) -> bool:
        return self._task.stopped or self._stopping()


class Tasks:
    """The tasks of one console, the latest of them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "task")
        self._numbers = count(1)
        self._lock = Lock()
        self._known: dict[int, Task] = {}

    def start(self, what: What, path: Path, work: Work, stopping: Callable[[], bool]) -> Task:
        """Do this work with a company file as soon as it is its turn. Raises CompanyFileBusy and TooManyTasks."""
        with self._lock:
            waiting = [task for task in self._known.values() if task.ended is None]
            for task in waiting:
                if task.file == str(path):
                    raise CompanyFileBusy(path, task.what)
            if len(waiting) >= WAITING:
                raise TooManyTasks(WAITING)
            task = Task(next(self._numbers), what, str(path))
            self._known[task.number] = task
            while len(self._known) > REMEMBERED:
                del self._known[next(number for number, one in self._known.items() if one.ended)]
        self._threads.submit(self._run, task, work, _Telling(task, stopping))
        return task

    def all(self) -> list[Task]:
        """Every task there is still something to say of, the latest first."""
        with self._lock:
            return [*reversed(self._known.values())]

    def running(self) -> list[Task]:
        """Those that have not ended."""
        return [task for task in self.all() if task.ended is None]

    def get(self, number: int) -> Task:
        """One task. Raises ``UnknownTask``."""
        with self._lock:
            if number not in self._known:
                raise UnknownTask(number)
            return self._known[number]

    def verified(self, path: Path) -> Task | None:
        """The last verification of a company file that came to its end."""
        wanted = ("verified", str(path))
        ended = (task for task in self.all() if task.ended and not task.stopped)
        return next((task for task in ended if (task.what, task.file) == wanted), None)

    def stop(self, number: int) -> Task:
        """End a task where it is. Raises ``UnknownTask``."""
        task = self.get(number)
        if task.ended is None:
            task.stopped = True
        return task

    def _run(self, task: Task, work: Work, progress: Progress) -> None:
        try:
            progress(0, 0)
            task.faults = tuple(work(progress))
        except Stopped:
            task.stopped = True
        except (QbConnectorError, OSError) as error:
            task.problem = error.advice if isinstance(error, QbConnectorError) else str(error)
            task.stopped = progress.is_over
        except Exception as error:  # noqa: BLE001  (a fault of ours: it has to be seen where the task is)
            task.problem = f"{type(error).__name__}: {error}"
        finally:
            task.ended = clock.now()
