"""For the tests of what only Windows has: there, none of them may be skipped.

Those about COM run in one worker, since Windows has one registry; as they wait a lot, they begin before all others.
"""

from collections.abc import Generator

import pytest

from tests.platforms import WINDOWS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test fail that is skipped on Windows."""
    report = yield
    if WINDOWS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} may not be skipped here: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What has to go one after another begins first."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
