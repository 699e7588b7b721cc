"""A request under way: whose, since when, how far; and cancelling it.

It is made by whoever wants to know afterwards where the time went; ``sessions`` takes it through.
"""

from dataclasses import dataclass, field
from typing import Final

from qbconnector.activity.requests import NOTHING, Spent
from qbconnector.sessions.deadlines import Deadline
from qbconnector.sessions.opening import Way

NOWHERE: Final = Way("", "", "", read_only=False)


@dataclass(slots=True, eq=False)
class Job:
    """A request under way: its number in the log, whose it is and how it opens; until when it may take.

    ``came``, ``entered`` (its place in the lane), ``opened`` (its session) and ``answered`` (its first bytes) are
    seconds of ``clock.monotonic``; 0 as long as it has not come so far. ``seen``: QuickBooks may have seen it.
    """

    number: int = 0
    user: str = ""
    way: Way = NOWHERE
    came: float = 0
    entered: float = 0
    opened: float = 0
    answered: float = 0
    deadline: Deadline = field(init=False)
    seen: bool = False
    cancelled: bool = False

    @property
    def state(self) -> str:
        """What it does now."""
        if not self.entered:
            return "waiting"
        if not self.opened:
            return "opening"
        return "answering" if self.answered else "executing"

    @property
    def since(self) -> float:
        """When its state began."""
        return self.answered or self.opened or self.entered or self.came

    def spent(self, end: float) -> Spent:
        """Where the time went until ``end``."""
        if not self.came:
            return NOTHING
        answered = self.answered or end
        opened = self.opened or answered
        entered = self.entered or opened
        return Spent(entered - self.came, opened - entered, answered - opened, end - answered)

    def cancel(self) -> bool:
        """Let it end now with ``RequestCancelled``. Whether there was still time for that."""
        if not self.deadline.expire():
            return False
        self.cancelled = True
        return True
