"""The charts of the Status page: from the steps of the history to paths of SVG, and the words beside them.

A chart is as many units wide as it has steps and HEIGHT high; the page stretches it. What is to be read stands beside
it as text, in the page's letters, and all of it once more in a table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qbconnector import clock
from qbconnector.activity.history import Point
from qbconnector.console.pages.saying import duration

HEIGHT: Final = 100
GAP: Final = 0.1  # of a step, on each side of a bar
QUARTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour shows; ``kind`` is its class in the style sheet."""

    kind: str
    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: the figure that says it in short, the top of its scale, and what is drawn."""

    title: str
    figure: str
    top: str
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class Step:
    """One step in words."""

    when: str
    hint: str
    point: Point


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of a span of time, its steps, and the times to stand below."""

    charts: Sequence[Chart]
    steps: Sequence[Step]
    times: Sequence[str]


def drawn(points: Sequence[Point], whole: Point) -> Charts:
    """The charts of these steps, oldest first, and of all of them together."""
    steps = [_step(point) for point in points]
    times = [step.when for step in steps[:: len(steps) // QUARTERS]]
    return Charts((_requests(points, whole), _trouble(points, whole), _latency(points, whole)), steps, [*times, "now"])


def _step(point: Point) -> Step:
    when = f"{datetime.fromtimestamp(point.began, clock.now().tzinfo):%H:%M}"
    if not point.requests:
        return Step(when, f"{when}: no request", point)
    took = f"half within {duration(point.median)}, 95 of 100 within {duration(point.slow)}"
    counted = f"{point.requests:,} requests, {point.refused:,} refused, {point.failed:,} failed"
    return Step(when, f"{when}: {counted}; {took}", point)


def _requests(points: Sequence[Point], whole: Point) -> Chart:
    counts = [point.requests for point in points]
    top = _round(max(counts))
    bars = Series("requests", "requests", _bars(zip([0] * len(counts), counts, strict=True), top))
    return Chart("Requests", f"{whole.requests:,}", f"{top:,.0f}", (bars,))


def _trouble(points: Sequence[Point], whole: Point) -> Chart:
    top = _round(max(point.failed + point.refused for point in points))
    failed = _bars(((0, point.failed) for point in points), top)
    refused = _bars(((point.failed, point.refused) for point in points), top)
    series = (
        Series("failed", f"{whole.failed:,} failed", failed),
        Series("refused", f"{whole.refused:,} refused", refused),
    )
    return Chart("Errors", f"{whole.failed + whole.refused:,}", f"{top:,.0f}", series)


def _latency(points: Sequence[Point], whole: Point) -> Chart:
    top = _round(max(point.slow for point in points) * 1000) / 1000
    slow = _line(([point.slow for point in points]), top)
    median = _line([point.median for point in points], top)
    series = (
        Series("slow", f"95 of 100 within {duration(whole.slow)}", slow),
        Series("median", f"half within {duration(whole.median)}", median),
    )
    return Chart("Time taken", duration(whole.median) if whole.requests else "none", duration(top), series)


def _round(most: float) -> float:
    """The top of a scale: the next of 1, 2, 5, 10, 20 and so on."""
    size = 1
    while True:
        for first in (1, 2, 5):
            if first * size >= most:
                return first * size
        size *= 10


def _bars(heights: Iterable[tuple[float, float]], top: float) -> str:
    """A bar for each step that has one: from where, and how high."""
    return "".join(
        f"M{step + GAP:g} {_y(base, top)}V{_y(base + height, top)}H{step + 1 - GAP:g}V{_y(base, top)}Z"
        for step, (base, height) in enumerate(heights)
        if height
    )


def _line(values: Sequence[float], top: float) -> str:
    """A line of stairs, broken where there is nothing."""
    path, before = "", 0.0
    for step, value in enumerate(values):
        if value:
            path += f"V{_y(value, top)}" if before else f"M{step} {_y(value, top)}"
            path += f"H{step + 1}"
        before = value
    return path


def _y(value: float, top: float) -> str:
    return f"{HEIGHT - value / top * HEIGHT:.4g}"
