"""A connector whose QuickBooks is a process of its own: killed, started anew, and what becomes of the requests."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Command, Serving
from tests.cli.test_serve import qb_log, until
from tests.platforms import KILL, KILLED, gone

QUERY = "<CustomerQueryRq/>"
NEW = "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq>"


class Shop:
    """A connector with a company file, whose user anna opens it in the background."""

    def __init__(self, qb: Command, serve: Callable[..., Serving]) -> None:
        self.qb = qb
        self.path = Path(qb("company", "create", "shop").out.strip())
        qb("user", "add", "anna", "--password", "one", "--company-file", "shop.qbsandbox")
        self.set("RequestProcessor", "SandboxProcess")
        self.set("LogEnabled", "true")
        self._serve = serve

    def set(self, name: str, value: str) -> None:
        assert self.qb("config", "set", name, value).code == 0

    def serve(self) -> None:
        self.serving = self._serve()

    def ask(self, requests: str = "", interaction: int = 0) -> httpx.Response:
        body = f'<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{requests}</QBXMLMsgsRq></QBXML>'
        headers = {"X-AcctSyncInteractionType": str(interaction)}
        return httpx.post(
            self.serving.url, content=body if requests else "", auth=("anna", "one"), headers=headers, timeout=60
        )

    def customers(self) -> list[str]:
        return re.findall("<Name>(.*?)</Name>", self.ask(QUERY).text)

    def figure(self, name: str) -> float:
        figures = httpx.get(self.serving.console + "metrics").text
        (value,) = re.findall(rf"^qbconnector_{name} (.*)$", figures, re.MULTILINE)
        return float(value)

    def pids(self, what: str = "was started") -> list[int]:
        return [int(pid) for pid in re.findall(rf"the QuickBooks process (\d+) {what}", qb_log(self.qb))]

    def pid(self) -> int:
        """The process that runs now; its line is on the disk soon."""
        until(lambda: len(self.pids()) > 0)
        return self.pids()[-1]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody can write to the company file meanwhile."""
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()


@pytest.fixture
def shop(qb: Command, serve: Callable[..., Serving]) -> Shop:
    return Shop(qb, serve)


def test_a_start_that_hangs_is_killed_and_tried_again(shop: Shop, tmp_path: Path) -> None:
    instances = tmp_path / "QBINSTANCEFINDER17.INI"
    instances.write_text("[INSTANCES]\nCOUNT=1\n")
    for name, value in {"Connect": "true", "Timeout": "2"}.items():
        shop.set(f"CloseAndRetry{name}", value)
    shop.set("QBInstanceFile", str(instances))
    shop.serve()
    assert shop.ask(QUERY).status_code == 200
    first = shop.pid()
    shop.qb("company", "fault", "hang")
    assert shop.ask(QUERY).status_code == 200
    assert gone(first)
    until(lambda: len(shop.pids()) > 1)
    assert first in shop.pids("was killed")
    assert shop.pid() != first
    assert instances.read_bytes() == b""
    assert instances.with_name(instances.name + ".bak").read_text() == "[INSTANCES]\nCOUNT=1\n"
    assert shop.figure("retries_total") >= 1  # a process that is slow to start is killed too


def test_only_the_errors_of_the_list_are_tried_again(shop: Shop) -> None:
    shop.set("CloseAndRetryConnect", "true")
    shop.set("CloseAndRetryErrorList", "0x80040402")
    shop.serve()
    shop.qb("company", "fault", "0x80040410")
    assert shop.ask(QUERY).text.startswith("0x80040410: ")
    assert shop.figure("retries_total") == 0
    shop.qb("company", "fault", "0x80040402", "--starts", "2")
    assert shop.ask(QUERY).status_code == 200
    assert shop.figure("retries_total") == 2
    until(lambda: len(shop.pids()) == 3)
    assert shop.pids("was killed") == shop.pids()[:2]


def test_a_kill_in_the_middle_of_a_write_is_told_and_never_tried_again(shop: Shop) -> None:
    shop.set("CloseAndRetryConnect", "true")
    shop.set("CloseAndRetryErrorList", "*")
    shop.serve()
    assert shop.ask(NEW.format("Before")).status_code == 200
    first, opens = shop.pid(), shop.figure("session_opens_total")
    with ThreadPoolExecutor() as threads, shop.held():
        asked = threads.submit(shop.ask, NEW.format("Meanwhile"))
        until(lambda: shop.figure("session_opens_total") > opens)  # the next that happens is that it is sent
        os.kill(first, KILL)
        answer = asked.result()
    assert (answer.status_code, answer.reason_phrase) == (517, "Server Error")
    assert answer.text.startswith("0x800706BE: The QuickBooks process ended before it had answered.\r\n\r\n")
    assert KILLED in answer.text
    assert "may have taken effect: query before you repeat it" in answer.text
    assert shop.customers() == ["Before"]
    until(lambda: len(shop.pids()) == 2)
    assert shop.figure("retries_total") == 0
    assert shop.qb("company", "verify", "shop").code == 0


def test_persistent_sessions_are_opened_again_by_the_next_request(shop: Shop) -> None:
    shop.serve()
    assert shop.ask(interaction=101).text == "\r\n"
    shop.ask(NEW.format("One") + NEW.format("Two"))
    start = shop.ask('<CustomerQueryRq iterator="Start"><MaxReturned>1</MaxReturned></CustomerQueryRq>').text
    (identity,) = re.findall('iteratorID="(.*?)"', start)
    assert shop.qb("company", "open", "shop").code == 1
    os.kill(shop.pid(), KILL)
    until(lambda: len(shop.pids(f"is no more: {KILLED}")) == 1)
    going_on = f'<CustomerQueryRq iterator="Continue" iteratorID="{identity}"><MaxReturned>1</MaxReturned>'
    answer = shop.ask(f"{going_on}</CustomerQueryRq>")
    assert 'statusCode="3000"' in answer.text
    assert answer.headers["X-QBConnector-Hint"].startswith("An iterator lives as long as the session")
    assert shop.figure("sessions_open") == 1
    assert shop.customers() == ["One", "Two"]
    assert "already in use" in shop.qb("company", "open", "shop").err
    assert shop.ask(interaction=102).text == "\r\n"
    assert shop.figure("sessions_open") == 0
    assert shop.qb("company", "open", "shop").code == 0


def test_the_process_ends_with_its_connector(shop: Shop) -> None:
    shop.serve()
    assert shop.ask(interaction=101).status_code == 200
    pid = shop.pid()
    code, err = shop.serving.stop()
    assert code == 0
    assert "Traceback" not in err
    assert "Warning" not in err
    assert gone(pid)
    shop.serve()
    assert shop.ask(interaction=101).status_code == 200
    shop.serving.process.kill()
    shop.serving.process.communicate(timeout=60)  # to the end of what both of them may write
