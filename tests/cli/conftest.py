"""The command line on a data folder of its own, in this process and in others."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click.testing
import pytest

from qbconnector.cli import main
from tests.platforms import GROUP, LISTEN, interrupt

COMMAND = (sys.executable, "-c", f"{LISTEN}from qbconnector.cli import main; main()")


@dataclass
class Result:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


class Command:
    """Calls the command with one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        runner = click.testing.CliRunner()
        result = runner.invoke(main, ["--data", str(self.data), *arguments], input=stdin, prog_name="qbconnector")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Result(result.exit_code, result.stdout, result.stderr)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COMMAND, "--data", str(self.data), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "error"},
            **GROUP,
        )


@dataclass
class Serving:
    """A connector in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str
    console: str

    def stop(self) -> tuple[int, str]:
        """End it as an operator does: its exit code and what it said on standard error."""
        interrupt(self.process)
        _, err = self.process.communicate(timeout=60)
        return self.process.returncode, err


@pytest.fixture
def qb(tmp_path: Path) -> Command:
    return Command(tmp_path / "data")


@pytest.fixture
def serve(qb: Command) -> Iterator[Callable[..., Serving]]:
    """Starts ``serve`` on free ports and waits for its ready line."""
    started: list[Serving] = []

    def start(*arguments: str) -> Serving:
        process = qb.start("serve", "--host", "127.0.0.1", "--port", "0", "--console-port", "0", *arguments)
        assert process.stdout is not None
        line = process.stdout.readline().split()
        assert line, process.communicate()
        assert [line[0], line[2]] == ["ready", "console"]
        started.append(Serving(process, line[1], line[3]))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()
