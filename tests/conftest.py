"""For every test: after a run of everything, each test that docs/manual-coverage.md names must have run.

Windows has one registry, so that there the tests about COM run one after another, in one worker.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.docs.manual import Watch
from tests.platforms import WINDOWS

ONE_BY_ONE = "tests/windows/test_com", "tests/windows/test_pos"


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
    """Begins with the tests that run in one worker; the others go where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        return "one by one" if nodeid.startswith(ONE_BY_ONE) else nodeid


def pytest_configure(config: pytest.Config) -> None:
    """Watch, where the outcomes of all workers come together."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Watch())


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduler | None:
    """Which tests go to which worker; None is as always."""
    return Scheduler(config, log) if WINDOWS else None
