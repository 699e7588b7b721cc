"""docs/manual-coverage.md: every row is whole, every test it names exists, and what did not run is noticed."""

import subprocess
import sys
from pathlib import Path

from tests.docs import manual
from tests.docs.pages import ROOT


def test_every_row_says_where_and_names_its_tests() -> None:
    assert len(manual.rows()) > 100
    for chapter, statement, where, test in manual.rows():
        assert where, (chapter, statement)
        assert manual.NAMED.findall(test), (chapter, statement)


def test_every_named_test_exists() -> None:
    assert [one for one in manual.named() if not manual.defined(one)] == []


def test_what_did_not_run_or_was_skipped_is_lacking() -> None:
    outcomes = {"ran": {"passed"}, "skipped": {"skipped"}, "partly": {"passed", "skipped"}}
    assert manual.lacking(["ran", "skipped", "partly", "never"], outcomes) == ["skipped", "partly", "never"]


def test_a_run_of_everything_fails_when_a_named_test_did_not_run(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = some\n")
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "test_it.py").write_text("def test_it(): pass\n")
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom tests.conftest import pytest_configure\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "1"]
    whole = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert whole.returncode == 1, whole.stdout + whole.stderr
    assert "names tests that did not run" in whole.stdout
    part = subprocess.run([*command, "some"], cwd=tmp_path, capture_output=True, text=True)
    assert part.returncode == 0, part.stdout + part.stderr
