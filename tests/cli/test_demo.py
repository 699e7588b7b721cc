"""``demo``: what it shows works, the first time and the next."""

import signal

import pytest
import requests

from qbconnector.cli.demo import REQUEST
from tests.cli.conftest import Command
from tests.platforms import interrupt


@pytest.mark.slow
def test_the_demo_shows_a_request_and_can_be_started_again(qb: Command) -> None:
    for _ in range(2):
        process = qb.start("demo", "--port", "0", "--console-port", "0")
        assert process.stdout is not None
        shown = ""
        while "\nready " not in shown:
            line = process.stdout.readline()
            assert line, process.communicate()
            shown += line
        assert '<CustomerQueryRs statusCode="0"' in shown
        assert "curl -u demo:demo" in shown
        url = shown.partition("\nready ")[2].split()[0]
        headers = {"X-AcctSyncInteractionType": "0"}
        answer = requests.post(url, data=REQUEST, auth=("demo", "demo"), headers=headers, timeout=30)
        assert answer.status_code == 200
        assert answer.text in shown
        interrupt(process, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0
        assert out.endswith("Stopped.\n")
        assert "Traceback" not in err
    assert len(list((qb.data / "companies").glob("*.qbsandbox"))) == 1
