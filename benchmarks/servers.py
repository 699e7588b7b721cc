"""The two servers that are measured, each in a process of its own: the connector as users start it, and the floor."""

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import User, Users
from qbconnector.sandbox.quickbooks import QuickBooks
from qbconnector.settings.folders import DataFolder

PASSWORD = "benchmark"

_READY = re.compile(r"ready http://[^/]*:(\d+)/")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its port and its process."""

    port: int
    pid: int


@contextmanager
def connector(folder: Path, companies: dict[str, Path]) -> Iterator[Server]:
    """`qbconnector serve` with its ordinary settings, and a user for each company file."""
    data = DataFolder(folder).ensure()
    users = Users(data.store)
    for name, company in companies.items():
        QuickBooks(data.state).trust(company.resolve())
        users.add(User(name, password=Passwords().hash(PASSWORD), company_file=str(company)))
    program = str(Path(sys.executable).parent / "qbconnector")
    command = [program, "--data", str(folder), "serve", "--host", "127.0.0.1", "--port", "0", "--console-port", "0"]
    with _process(command) as (process, line):
        ready = _READY.match(line)
        assert ready is not None, line
        yield Server(int(ready[1]), process.pid)


@contextmanager
def floor() -> Iterator[Server]:
    """uvicorn around nothing."""
    with _process([sys.executable, "-m", "benchmarks.floor"]) as (process, line):
        yield Server(int(line), process.pid)


@contextmanager
def _process(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A program, and the first line it prints."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parents[1]
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.terminate()


def post(user: str, body: bytes, *, close: bool = False) -> bytes:
    """A request to the connector, whole."""
    credentials = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    head = (
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Basic {credentials}\r\nX-AcctSyncInteractionType: 0\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n"
    )
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body


def get(target: str, *, close: bool = False) -> bytes:
    """A request to the floor, whole."""
    return (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n" + ("Connection: close\r\n" if close else "") + "\r\n"
    ).encode()
