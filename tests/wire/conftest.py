"""Data ports that serve for one test, on each kind of event loop there is."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from qbconnector.wire.messages import Limits, Response
from tests.wire.served import Served

LOOPS: list[Callable[[], asyncio.AbstractEventLoop]] = [asyncio.new_event_loop]
try:
    import uvloop
except ImportError:  # Windows has none
    pass
else:
    LOOPS.append(uvloop.new_event_loop)


@pytest.fixture(params=LOOPS, ids=["asyncio", "uvloop"][: len(LOOPS)])
def serve(request: pytest.FixtureRequest) -> Iterator[Callable[..., Served]]:
    """Makes ports with limits and an admission of one's own."""
    made: list[Served] = []

    def make(limits: Limits | None = None, admit: Callable[[str], Response | None] = lambda address: None) -> Served:
        made.append(Served(request.param(), limits or Limits(), admit))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    """A port with the ordinary limits."""
    return serve()
