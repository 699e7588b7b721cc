"""QuickBooks over COM, from an HTTP client to the sandbox that Windows starts as QuickBooks' COM server, and back."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import sqlite3
from xml.etree import ElementTree as ET

import requests

from qbconnector.processors.programs import DESKTOP
from qbconnector.processors.winprograms import stop
from tests.cli.conftest import Command, Serving, qb, serve
from tests.cli.test_serve import until

from .com import HEAD, ONE_CUSTOMER, Shop, add, document, registered

__all__ = ["qb", "serve"]

# Wine starts no server again after one was killed, and says so in one of two ways; what Windows does is not known.
NOT_YET = "0x80040154", "0x80040408: Could not start QuickBooks.\r\n\r\nQuickBooks' process is no more. (0x800706BA)"


class Desktop(Shop):
    """A shop whose connector has QuickBooks Desktop behind it."""

    url = ""

    def start(self, serve: Callable[..., Serving], **settings: Any) -> "Desktop":
        for name, value in {"RequestProcessor": "Desktop", "Timeout": 100, **settings}.items():
            assert self.qb("config", "set", name, str(value)).code == 0
        assert self.qb("user", "add", "anna", "--password", "pencil").code == 0
        self.url = serve().url
        assert self.patiently(interaction=103).text == "16.0\r\n"
        return self

    def send(self, body: str | bytes, interaction: int = 0) -> requests.Response:
        body = body.encode() if isinstance(body, str) else body
        headers = {"X-AcctSyncInteractionType": str(interaction)}
        return requests.post(self.url, data=body, auth=("anna", "pencil"), headers=headers, timeout=110)

    def patiently(self, body: str = "", interaction: int = 0) -> requests.Response:
        """Again until the server may start anew."""
        answers: list[requests.Response] = []

        def answered() -> bool:
            answers.append(self.send(body, interaction))
            return not answers[-1].text.startswith(NOT_YET)

        until(answered)
        return answers[-1]


@pytest.fixture
def desktop(qb: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with registered(qb, monkeypatch) as shop:
        yield Desktop(shop.qb)


def test_requests_go_over_com_and_come_back(desktop: Desktop, serve: Callable[..., Serving]) -> None:
    desktop.start(serve)
    with ThreadPoolExecutor() as pool:  # two processors
        answers = list(pool.map(desktop.send, [ONE_CUSTOMER] * 4))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all('statusMessage="Status OK"' in answer.text and "<CustomerRet>" in answer.text for answer in answers)
    assert desktop.send("", 1).text == f"{desktop.file}\r\n"
    assert desktop.send("", 104).text.splitlines()[-2:] == ["15.0", "16.0"]
    assert desktop.send("", 105).text == "0\r\n"

    declared = HEAD.replace('"1.0"?', '"1.0" encoding="windows-1252"?', 1)
    assert desktop.send(document(add("Bücher &amp; Söhne"), declared).encode("cp1252")).status_code == 200
    assert desktop.send(document(add("Žluťoučký 🐎")).encode("utf-16")).status_code == 200
    found = desktop.send(document("<CustomerQueryRq><IncludeRetElement>Name</IncludeRetElement></CustomerQueryRq>"))
    names = {one.text for one in ET.fromstring(found.content).iter("Name")}
    assert names >= {"Bücher & Söhne", "Žluťoučký 🐎"}

    large = document(f"<!--{'x' * 10_000_000}-->{add('Last')}")
    assert 'statusCode="0"' in desktop.send(large).text

    assert desktop.send("", 101).status_code == 200
    assert len(desktop.held()) == 1
    assert desktop.send(ONE_CUSTOMER).status_code == 200
    assert desktop.send("", 102).status_code == 200
    assert desktop.held() == []
    until(lambda: not desktop.processes())  # nobody holds it any more


def test_errors_come_through(desktop: Desktop, serve: Callable[..., Serving]) -> None:
    desktop.start(serve)
    refused = desktop.send(document("<CustomerQueryRq><Nonsense/></CustomerQueryRq>"))
    assert refused.status_code == 517
    first, _, rest = refused.text.partition("\r\n")
    assert first == "0x80040400: QuickBooks found an error when parsing the provided XML text stream."
    assert "Nonsense" in rest
    assert desktop.send(b"\xff").text.startswith("0x80040400: ")
    desktop.qb("company", "dialog", "Do you want to update?")
    assert desktop.send(ONE_CUSTOMER).text.startswith("0x80040414: A modal dialog box is showing")
    desktop.qb("company", "dialog", "--dismiss")
    desktop.qb("company", "fault", "0x80040408")
    assert desktop.send(ONE_CUSTOMER).text.startswith("0x80040408: Could not start QuickBooks.")
    desktop.qb("company", "fault", "--clear")
    assert desktop.send(ONE_CUSTOMER).status_code == 200
    assert desktop.held() == []


def test_a_request_that_takes_too_long_is_left_behind(desktop: Desktop, serve: Callable[..., Serving]) -> None:
    desktop.start(serve)
    assert desktop.send("", 101).status_code == 200
    assert desktop.qb("config", "set", "Timeout", "1").code == 0
    with closing(sqlite3.connect(desktop.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        until(lambda: desktop.send(document(add("Late"))).text.startswith("0x800705B4: "))
    assert desktop.qb("config", "set", "Timeout", "100").code == 0
    until(lambda: "Late" in desktop.send(document("<CustomerQueryRq/>")).text)
    assert desktop.send("", 102).status_code == 200
    until(lambda: not desktop.held())


@pytest.mark.parametrize("processor", ["Desktop", "DesktopProcess"])
def test_a_process_that_ends_leaves_an_unknown_outcome(
    desktop: Desktop, serve: Callable[..., Serving], processor: str
) -> None:
    desktop.start(serve, RequestProcessor=processor)
    assert desktop.send("", 101).status_code == 200
    many = document("".join(add(f"Lost {number}") for number in range(5000)))
    with ThreadPoolExecutor() as pool, closing(sqlite3.connect(desktop.file)) as books:
        begun = books.execute("SELECT count(*) FROM object").fetchone()
        answer = pool.submit(desktop.send, many)
        until(lambda: books.execute("SELECT count(*) FROM object").fetchone() != begun)
        stop(DESKTOP)
        said = answer.result()
    assert said.status_code == 517
    assert said.text.startswith("0x800706BE: The QuickBooks process ended before it had answered.")
    assert "query before you repeat it" in said.text
    again = desktop.patiently(ONE_CUSTOMER)
    assert again.status_code == 200, again.text


def test_a_start_that_hangs_is_ended_and_tried_again(desktop: Desktop, serve: Callable[..., Serving]) -> None:
    desktop.start(serve, CloseAndRetryConnect=True, CloseAndRetryTimeout=5, CloseAndRetryErrorList="*")
    desktop.qb("company", "fault", "hang")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(desktop.send, ONE_CUSTOMER)
        until(lambda: bool(desktop.processes()))
        first = desktop.processes()
        until(lambda: not first & desktop.processes())
        desktop.qb("company", "fault", "--clear")
        assert answer.result().text.startswith(NOT_YET) or answer.result().status_code == 200
    again = desktop.patiently(ONE_CUSTOMER)
    assert again.status_code == 200, again.text
