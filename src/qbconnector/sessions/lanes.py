"""A lane: how many requests of one company file run at once, and who waits for the next place.

It owns no sessions and no time; a waiting request leaves by being cancelled.
"""

import asyncio
from collections import deque
from typing import Final

from qbconnector.errors import QueueFull

WAITING: Final = 256  # requests that may wait in one lane


class Lane:
    """First come, first served; ``width`` run at once. ``enter`` and ``leave`` belong in try and finally."""

    __slots__ = ("_queue", "_running", "_width")

    def __init__(self, width: int) -> None:
        self._width = width
        self._running = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def empty(self) -> bool:
        """Whether nobody runs or waits."""
        return not self._running

    async def enter(self) -> None:
        """Wait for a place. Raises ``QueueFull``."""
        if self._running < self._width:
            self._running += 1
            return
        if len(self._queue) >= WAITING:
            raise QueueFull(len(self._queue))
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place had been handed over already
                self.leave()
            elif turn in self._queue:
                self._queue.remove(turn)
            raise

    def leave(self) -> None:
        """Give the place to the one who has waited longest."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._running -= 1
