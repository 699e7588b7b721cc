"""For every test: after a run of everything, each test that docs/manual-coverage.md names must have run."""

import pytest

from tests.docs.manual import Watch


def pytest_configure(config: pytest.Config) -> None:
    """Watch, where the outcomes of all workers come together."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Watch())
