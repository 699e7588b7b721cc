"""A connector in a process of its own, and ways to write to it."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.cli.conftest import COMMAND, Command, Serving, qb, serve

__all__ = ["COMMAND", "Command", "Serving", "qb", "serve"]

ADD = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"
)


@pytest.fixture
def file(qb: Command) -> Path:
    """The company file that is open, and a user who may write to it."""
    qb("company", "create", "shop", "--sample", "--customers", "1", "--invoices", "0")
    qb("company", "open", "shop")
    qb("user", "add", "clerk", "--password", "pencil")
    return qb.data / "companies" / "shop.qbsandbox"


@contextmanager
def writer(url: str) -> Iterator[Callable[[str], str]]:
    """Adds customers, over one connection; returns the answer's text."""
    with requests.Session() as http:
        http.auth = ("clerk", "pencil")

        def add(name: str) -> str:
            answer = http.post(url, data=ADD.format(name), headers={"X-AcctSyncInteractionType": "0"}, timeout=60)
            assert answer.status_code == 200, answer.text
            return answer.text

        yield add


@contextmanager
def running(command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    """A process and its children; all of them are asked to stop at the end."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
