"""Failed sign-ins: who has failed too often has to wait. Names and addresses are all it knows, no password."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from qbconnector import clock

REMEMBERED: Final = 4096  # names and addresses that have failed
PATIENCE: Final = 3  # failures of one name from one address that are answered at once
DELAY: Final = 0.25  # seconds by which each failure after that is answered later
FAILURES: Final = 10  # and after so many it has to wait
PAUSE: Final = 30.0  # seconds it waits
LONGEST: Final = 256  # characters of a name that are looked at and remembered


class Failures:
    """The failures of one door. ``sleep`` delays the answer to them."""

    def __init__(
        self,
        monotonic: Callable[[], float] = clock.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.count = 0  # so far, of everybody
        self._monotonic = monotonic
        self._sleep = sleep
        self._failures: dict[tuple[str, str], tuple[int, float]] = {}

    def locked_out(self, name: str, address: str) -> bool:
        """Whether this name has failed from this address so often that it has to wait."""
        who = _who(name, address)
        failures, last = self._failures.get(who, (0, 0.0))
        if failures and self._monotonic() - last >= PAUSE:
            del self._failures[who]
            return False
        return failures >= FAILURES

    async def failed(self, name: str, address: str) -> None:
        """This name has failed from this address; returns when that may be answered."""
        self.count += 1
        who = _who(name, address)
        if who not in self._failures and len(self._failures) >= REMEMBERED:
            self._failures.pop(next(iter(self._failures)))
        failures = self._failures.get(who, (0, 0.0))[0] + 1
        self._failures[who] = failures, self._monotonic()
        if failures > PATIENCE:
            await self._sleep((failures - PATIENCE) * DELAY)

    def forgive(self, name: str, address: str) -> None:
        """It was right this time."""
        self._failures.pop(_who(name, address), None)


def _who(name: str, address: str) -> tuple[str, str]:
    return name.casefold()[:LONGEST], address
