"""The benchmarks run and print every row; how fast is nothing a test says."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the load generator waits with epoll", allow_module_level=True)

from benchmarks import corpus
from benchmarks.__main__ import ROWS
from benchmarks.figures import Figure, at_most, faster, percent, table, times
from qbconnector import database
from qbconnector.sandbox.company import Company

ROOT = Path(__file__).parents[2]


def test_every_row_is_measured(tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json", str(report)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures = json.loads(report.read_text("utf-8"))["figures"]
    assert list(dict.fromkeys(figure["row"] for figure in figures)) == list(ROWS)
    assert [figure["work"] for figure in figures if figure["work"] not in done.stdout] == []


def test_copied_customers_are_as_if_they_had_been_added(tmp_path: Path) -> None:
    corpus.customers(tmp_path / "many.qbsandbox", 20)
    with Company.open(tmp_path / "many.qbsandbox") as company:
        assert company.verify() == []
        assert corpus.execute(company, corpus.EVERY_CUSTOMER).count(b"<CustomerRet>") == 20


def test_raw_writes_leave_the_rows_of_the_invoices(tmp_path: Path) -> None:
    corpus.shop(tmp_path / "shop.qbsandbox")
    written = corpus.copy(tmp_path / "shop.qbsandbox", tmp_path / "written.qbsandbox")
    writes = corpus.Writes(written, corpus.invoices(5))
    raw = corpus.copy(tmp_path / "shop.qbsandbox", tmp_path / "raw.qbsandbox")
    writes.replay(raw, 2)
    assert [_rows(raw, name) for name in ("posting", "uses")] == [_rows(written, name) for name in ("posting", "uses")]
    assert writes.rows()["posting"] >= corpus.LINES + 2


def _rows(path: Path, name: str) -> list[tuple[object, ...]]:
    with closing(database.connect(path, read_only=True)) as connection:
        return sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("row", "work", "a second", 60.0, percent(60), 100.0, 0.6), True),
        (Figure("row", "work", "a second", 59.0, percent(60), 100.0, 0.59), False),
        (Figure("row", "work", "a second", 150.0, faster(15), 10.0, 15.0), True),
        (Figure("row", "work", "ms", 61.0, times(6), 10.0, 6.1), False),
        (Figure("row", "work", "MB", 16.0, at_most(16)), True),
    ],
)
def test_a_goal_is_met_or_not(figure: Figure, met: bool) -> None:
    assert figure.met is met
    assert f"| {'yes' if met else 'no '} |" in table([figure])
