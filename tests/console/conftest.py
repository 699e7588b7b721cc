"""A connector on the sample company, and its console as a script and a browser see it."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from qbconnector.app import Connector
from qbconnector.cli.demo import FILE, _prepare
from qbconnector.cli.serve import run_until
from qbconnector.console.administrator import Administrator
from qbconnector.sandbox.quickbooks import QuickBooks
from qbconnector.settings.folders import DataFolder


@dataclass
class Console:
    """A connector that runs: ``api`` is a client with a token, ``data`` the address for requests."""

    folder: DataFolder
    served: "Served"
    data: str
    url: str
    api: httpx.Client

    @property
    def password(self) -> str:
        return Administrator(self.folder.state).password()

    def client(self) -> httpx.Client:
        """A client that has not signed in."""
        return httpx.Client(base_url=self.url, trust_env=False)

    def send(
        self, body: bytes = b"", interaction: str = "0", user: str = "demo", password: str = "demo"
    ) -> httpx.Response:
        """A request to the data port, and its answer."""
        with self.sending(body, interaction, user, password) as answer:
            answer.read()
            return answer

    def sending(
        self, body: bytes = b"", interaction: str = "0", user: str = "demo", password: str = "demo"
    ) -> AbstractContextManager[httpx.Response]:
        """The same, with an answer that is to be read as it comes."""
        headers = {"X-AcctSyncInteractionType": interaction}
        return httpx.stream(
            "POST", self.data, auth=(user, password), headers=headers, content=body, timeout=60, trust_env=False
        )

    def hang(self, starts: int = 1) -> None:
        """Let QuickBooks hang when it is started next; 0 lets it start again."""
        QuickBooks(self.folder.state).spoil(0, starts)

    def link(self) -> str:
        """An address that signs in once."""
        return f"{self.url}signin?link={Administrator(self.folder.state).make_link()}"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company file, made once."""
    folder = DataFolder(tmp_path_factory.mktemp("sample")).ensure()
    _prepare(folder)
    return folder.companies / FILE


class Served:
    """A connector that runs in a thread, on an event loop of its own, as ``serve`` runs it."""

    def __init__(self, folder: DataFolder) -> None:
        self.connector = Connector(folder)
        self._ready: Future[Callable[[], object]] = Future()
        self._pool = ThreadPoolExecutor(1)
        self._ended = self._pool.submit(run_until, folder, self.connector, self._began, self._stop_by)
        either: list[Future[Any]] = [self._ready, self._ended]
        wait(either, return_when=FIRST_COMPLETED)
        if self._ended.done():
            self._ended.result()

    def stop(self) -> None:
        """Stop it as a signal does; more than once does no harm. Raises what it raises."""
        self._ready.result()()
        self._ended.result()
        self._pool.shutdown()

    async def _began(self, _: Connector) -> None:
        loop, stop = asyncio.get_running_loop(), self._event
        self._ready.set_result(lambda: None if loop.is_closed() else loop.call_soon_threadsafe(stop.set))

    def _stop_by(self, _: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        self._event = stop


@pytest.fixture
def console(sample: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Console]:
    """A connector on a copy of the sample company, with the demo user."""
    folder = DataFolder(tmp_path / "data").ensure()
    shutil.copy(sample, folder.companies / FILE)
    _prepare(folder)
    folder.store.merge({"LocalHost": "127.0.0.1", "Port": 0, "ConsolePort": 0}, {})
    served = Served(folder)
    token = Administrator(folder.state).add_token("tests")
    headers = {"Authorization": f"Bearer {token}"}
    url = served.connector.console_url
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as api:
        yield Console(folder, served, served.connector.data_url, url, api)
    served.stop()
    assert [one.text for one in served.connector.activity.recent if "Traceback" in one.text] == []
    assert [one.getMessage() for one in caplog.get_records("call") if one.exc_info] == []
