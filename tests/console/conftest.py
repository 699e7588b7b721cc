"""A connector on the sample company in a process of its own, and its console as a script and a browser see it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from qbconnector.cli.demo import FILE, _prepare
from qbconnector.console.administrator import Administrator
from qbconnector.sandbox.quickbooks import QuickBooks
from qbconnector.settings.folders import DataFolder
from tests.cli.conftest import COMMAND
from tests.platforms import GROUP, interrupt


@dataclass
class Console:
    """A connector that runs: ``api`` is a client with a token, ``data`` the address for requests."""

    folder: DataFolder
    process: "subprocess.Popen[str]"
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


@pytest.fixture
def console(sample: Path, tmp_path: Path) -> Iterator[Console]:
    """A connector on a copy of the sample company, with the demo user."""
    folder = DataFolder(tmp_path / "data").ensure()
    shutil.copy(sample, folder.companies / FILE)
    _prepare(folder)
    folder.store.merge({"LocalHost": "127.0.0.1", "Port": 0, "ConsolePort": 0}, {})
    process = subprocess.Popen(
        [*COMMAND, "--data", str(folder.root), "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error"},
        **GROUP,
    )
    assert process.stdout is not None
    words = process.stdout.readline().split()
    assert words, process.communicate()
    token = Administrator(folder.state).add_token("tests")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=words[3], headers=headers, trust_env=False) as api:
        yield Console(folder, process, words[1], words[3], api)
    interrupt(process)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in said) == (0, False), said
