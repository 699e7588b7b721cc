"""What was answered is on the disk: the process is killed, and the calls to the operating system are watched."""

import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from qbconnector.sandbox.company import Company
from tests.platforms import not_on_windows

from .conftest import COMMAND, Command, Serving, running, writer

WRITERS = 6
ENOUGH = 150


def test_a_killed_connector_loses_no_answered_write(file: Path, serve: Callable[..., Serving]) -> None:
    serving = serve()
    answered: list[str] = []
    enough = threading.Event()

    def write(number: int) -> None:
        try:
            with writer(serving.url) as add:
                for turn in range(10_000):
                    name = f"Customer {number}-{turn}"
                    assert 'statusCode="0"' in add(name)
                    answered.append(name)
                    if len(answered) >= ENOUGH:
                        enough.set()
        except requests.RequestException:
            return  # the connector is gone

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    serving.process.kill()
    serving.process.communicate()
    for thread in threads:
        thread.join()
    with Company.open(file) as company:
        query = '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
        query += "<CustomerQueryRq/></QBXMLMsgsRq></QBXML>"
        stored = set(re.findall(r"<Name>([^<]*)<", b"".join(company.execute(query.encode())).decode()))
        assert [name for name in answered if name not in stored] == []
        assert len(stored) <= len(answered) + 1 + WRITERS  # at most one write of each was under way
        assert company.verify() == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt-get install strace")
@not_on_windows("strace watches Linux processes")
def test_every_write_reaches_the_disk_before_its_answer_leaves(file: Path, qb: Command, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,write,writev,send,sendto,sendmsg"
    command = ["strace", "-f", "-q", "-s", "24", "-e", calls, "-o", str(trace)]
    command += [*COMMAND, "--data", str(qb.data), "serve", "--host", "127.0.0.1", "--port", "0", "--console-port", "0"]
    with running(command) as process:
        assert process.stdout is not None
        with writer(process.stdout.readline().split()[1]) as add:
            for number in range(20):
                assert 'statusCode="0"' in add(f"Customer {number}")
    events = re.findall(r"(f(?:data)?sync)\(\d+\)|(HTTP/1\.1 200)", trace.read_text(errors="replace"))
    order = ["sync" if sync else "answer" for sync, _ in events]
    assert order.count("answer") == 20
    answers = [index for index, event in enumerate(order) if event == "answer"]
    assert all("sync" in order[before + 1 : here] for before, here in zip([-1, *answers], answers, strict=False))
