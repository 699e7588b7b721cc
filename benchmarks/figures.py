"""A figure, its floor and its goal, and the table they stand in. It measures nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted of a figure: at least (or at most) `limit`.

    `of` says of what: "%" or "×" compare the ratio of figure and floor, "" the figure itself.
    """

    limit: float
    at_least: bool
    of: str

    def __str__(self) -> str:
        limit = f"{self.limit * 100:g} %" if self.of == "%" else f"{self.limit:g} {self.of}".rstrip()
        return f"{'≥' if self.at_least else '≤'} {limit}"


def percent(limit: float) -> Goal:
    """At least so many percent of the floor, where more is better."""
    return Goal(limit / 100, at_least=True, of="%")


def faster(limit: float) -> Goal:
    """At least so many times the floor, where more is better."""
    return Goal(limit, at_least=True, of="×")


def times(limit: float) -> Goal:
    """At most so many times the floor, where less is better."""
    return Goal(limit, at_least=False, of="×")


def at_most(limit: float) -> Goal:
    """At most so much, whatever the floor."""
    return Goal(limit, at_least=False, of="")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ratio` is figure to floor, both None where only the figure counts."""

    row: str
    work: str
    unit: str
    figure: float
    goal: Goal
    floor: float | None = None
    ratio: float | None = None

    @property
    def met(self) -> bool:
        value = self.figure if self.ratio is None or not self.goal.of else self.ratio
        return value >= self.goal.limit if self.goal.at_least else value <= self.goal.limit

    @property
    def cells(self) -> list[str]:
        """The line as texts."""
        floor = "" if self.floor is None else shown(self.floor)
        ratio = "" if self.ratio is None else shown(self.ratio, self.goal.of)
        goal = str(self.goal) if self.goal.of else f"{self.goal} {self.unit}"
        return [self.work, shown(self.figure), floor, self.unit, ratio, goal, "yes" if self.met else "no"]

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"met": self.met}


HEADER = ["work", "figure", "floor", "unit", "ratio", "goal", "met"]


def shown(value: float, of: str = "") -> str:
    """A number with three digits or all of its whole ones: 1,234 and 12.3 and 0.12; of "%", in percent."""
    if of == "%":
        return f"{value * 100:.0f} %"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}" + (f" {of}" if of else "")


def table(figures: Sequence[Figure]) -> str:
    """The figures as a table, in Markdown, so that it can be pasted."""
    rows = [HEADER, *(figure.cells for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)
