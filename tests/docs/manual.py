"""docs/manual-coverage.md as data, and the watch over the tests that it names.

The watch sees every test's outcome, on the controller of a parallel run too. After a run of everything it lets the
run fail if a named test did not run, or was skipped; a run of a part says nothing.
"""

import ast
import re
from collections.abc import Iterable, Mapping

import pytest

from tests.docs.pages import ROOT
from tests.platforms import WINDOWS

PAGE = ROOT / "docs" / "manual-coverage.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py::\w+)`")
ROW = re.compile(r"^\| (?!chapter|---)(.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str, str]]:
    """Chapter, statement, where, test."""
    return ROW.findall(PAGE.read_text("utf-8"))


def named() -> list[str]:
    """Every test the page names, once."""
    return list(dict.fromkeys(NAMED.findall(PAGE.read_text("utf-8"))))


def defined(test: str) -> bool:
    """Whether there is a test of this name."""
    path, _, name = test.partition("::")
    file = ROOT / path
    return file.is_file() and any(
        isinstance(one, ast.FunctionDef) and one.name == name for one in ast.parse(file.read_text("utf-8")).body
    )


def lacking(tests: Iterable[str], outcomes: Mapping[str, set[str]]) -> list[str]:
    """The tests that did not run, or were skipped."""
    return [one for one in tests if "passed" not in outcomes.get(one, ()) or "skipped" in outcomes[one]]


def due(tests: Iterable[str]) -> list[str]:
    """The tests that a run on this system has to have run: those about Windows there, the others elsewhere."""
    return [one for one in tests if one.startswith("tests/windows/") == WINDOWS]


class Watch:
    """A pytest plugin: what became of the named tests."""

    def __init__(self) -> None:
        self._outcomes: dict[str, set[str]] = {}
        self._lacking: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended."""
        if report.when == "call" or not report.passed:
            self._outcomes.setdefault(report.nodeid.partition("[")[0], set()).add(report.outcome)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let a run of everything fail that did not run what the page names."""
        config = session.config
        whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
        if not whole or config.option.keyword or config.option.markexpr or config.option.collectonly:
            return
        self._lacking = lacking(due(named()), self._outcomes)
        if self._lacking and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what it was."""
        if self._lacking:
            terminalreporter.section("docs/manual-coverage.md names tests that did not run or were skipped", red=True)
            for one in self._lacking:
                terminalreporter.line(one)
