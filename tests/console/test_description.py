"""The API keeps to its own description, whatever it is asked: schemathesis asks, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.console.conftest import Console
from tests.platforms import not_on_windows

PROGRAM = "from schemathesis.cli import schemathesis; schemathesis()"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)


@not_on_windows("the description is the same there, and under Wine asking so much takes longer than a test may")
def test_the_api_keeps_to_its_description(console: Console, tmp_path: Path) -> None:
    command: list[str] = [
        *(sys.executable, "-c", PROGRAM, "run", f"{console.url}api/openapi.json"),
        *("--header", f"Authorization:{console.api.headers['Authorization']}", "--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--seed", "1", "--continue-on-failure"),
        *("--suppress-health-check", "all", "--generation-database", "none", "--warnings", "off"),
        *("--request-timeout", "60", "--exclude-path", "/status/log/stream"),  # it has no end; test_log reads it
        *("--exclude-path", "/company/fault"),  # it lets whoever comes next wait
    ]
    environment = os.environ | {"NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout[-20_000:]
