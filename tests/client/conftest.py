"""A data port for the clients to talk to."""

import asyncio
from collections.abc import Iterator

import pytest

from qbconnector.wire.messages import Limits
from tests.wire.served import Served


@pytest.fixture
def served() -> Iterator[Served]:
    """A port that echoes."""
    served = Served(asyncio.new_event_loop(), Limits(), lambda address: None)
    yield served
    served.close()
