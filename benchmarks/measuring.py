"""Timing two things in turn, and the memory of a process. Which things is the rows' business."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Compared:
    """Medians over the rounds; `ratio` is the median of each round's own ratio, which a noisy machine moves less."""

    figure: float
    floor: float
    ratio: float


def compare(rounds: int, figure: Callable[[], float], floor: Callable[[], float]) -> Compared:
    """Measure both, a round at a time, floor and figure going first in turns."""
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            measured = figure()
            pairs.append((measured, floor()))
        else:
            ground = floor()
            pairs.append((figure(), ground))
    return Compared(
        statistics.median(one for one, _ in pairs),
        statistics.median(ground for _, ground in pairs),
        statistics.median(one / ground for one, ground in pairs),
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Memory:
    """The private memory of a process in bytes, from /proc: pages of a mapped file are not counted."""

    def __init__(self, pid: int | str = "self") -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._before = self.now()
        self._most = self._before

    def now(self) -> int:
        line = next(line for line in self._status.read_text().splitlines() if line.startswith("RssAnon:"))
        return int(line.split()[1]) * 1024

    def sample(self) -> None:
        """Look how much it is by now."""
        self._most = max(self._most, self.now())

    @property
    def growth(self) -> int:
        """The most it had at any sample, above what it had at first."""
        return self._most - self._before


@contextmanager
def no_garbage() -> Iterator[None]:
    """Keep the collector from running in the middle of something short."""
    import gc

    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
