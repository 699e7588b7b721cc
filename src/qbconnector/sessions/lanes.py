"""A lane: how many requests of one company file run at once, and who waits for the next place.

It owns no sessions and no time; a waiting request leaves by being cancelled.
"""

import asyncio
from collections import deque
from typing import Final

from qbconnector.errors import QueueFull

WAITING: Final = 256  # requests that may wait in one lane

Turn = asyncio.Future[None]


class Lane:
    """``width`` run at once; users who wait take turns, and each user's requests go in the order they came.

    ``enter`` and ``leave`` belong in try and finally.
    """

    __slots__ = ("_queues", "running", "waiting", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.running = 0
        self._queues: dict[str, deque[Turn]] = {}  # the user whose turn is next stands first
        self.waiting = 0

    @property
    def empty(self) -> bool:
        """Whether nobody runs or waits."""
        return not self.running

    def queue(self) -> dict[str, int]:
        """How many requests of each user wait, in the order of their turns."""
        return {user: len(turns) for user, turns in self._queues.items()}

    async def enter(self, user: str = "") -> None:
        """Wait for a place. Raises ``QueueFull``."""
        if self.running < self.width:
            self.running += 1
            return
        if self.waiting >= WAITING:
            self._make_room(user)
        turn: Turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(user, deque()).append(turn)
        self.waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place had been handed over already
                self.leave()
            else:
                self._forget(user, turn)
            raise

    def _make_room(self, user: str) -> None:
        """A full queue refuses the newest request of whoever has the most in it; that may be the one that comes."""
        longest = max(self._queues, key=lambda name: len(self._queues[name]))
        if len(self._queues[longest]) <= len(self._queues.get(user, ())) + 1:
            raise QueueFull(self.waiting)
        turn = self._queues[longest][-1]
        turn.set_exception(QueueFull(self.waiting))
        self._forget(longest, turn)

    def _forget(self, user: str, turn: Turn) -> None:
        queue = self._queues.get(user)
        if queue is not None and turn in queue:
            queue.remove(turn)
            self.waiting -= 1
            if not queue:
                del self._queues[user]

    def leave(self) -> None:
        """Give the place to the user who is next, and there to the request that has waited longest."""
        while self._queues:
            user, queue = next(iter(self._queues.items()))
            turn = queue.popleft()
            self.waiting -= 1
            del self._queues[user]
            if queue:
                self._queues[user] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self.running -= 1
