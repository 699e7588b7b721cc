"""A running connector on the sample company, as the pages expect one."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA_URL, CONSOLE_URL = "127.0.0.1:8167", "127.0.0.1:8168"
"""What the pages write; a test's connector has other ports."""

READY = re.compile(r"ready http://([^/\s]+)\S* console http://([^/\s]+)")
"""How the demo says where it answers, when it does."""


@dataclass(frozen=True)
class Connector:
    """What a reader has: a data folder, a shell, and a connector that answers."""

    environment: dict[str, str]
    data: str
    console: str

    def run(self, kind: str, text: str, folder: Path) -> str:
        """Run a block in a folder as its reader would, against this connector; returns what it prints."""
        text = text.replace(DATA_URL, self.data).replace(CONSOLE_URL, self.console)
        command = ["bash", "-euo", "pipefail", "-c", text] if kind == "sh" else [sys.executable, "-c", text]
        done = subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connector]:
    """A connector as `qbconnector demo` starts it, on ports of its own."""
    folder = tmp_path_factory.mktemp("demo")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "QBCONNECTOR_DATA": str(folder / "data")}
    demo = ["qbconnector", "demo", "--port", "0", "--console-port", "0"]
    with (
        (folder / "errors").open("w+") as errors,
        subprocess.Popen(demo, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := READY.search(line):
                    break
            else:
                pytest.fail((folder / "errors").read_text("utf-8"))
            yield Connector(environment, found[1], found[2])
        finally:
            process.terminate()
