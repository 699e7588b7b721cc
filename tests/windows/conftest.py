"""For the tests of what only Windows has: there, none of them may be skipped."""

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
