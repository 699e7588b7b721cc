"""``log tail --follow``, and what else shows a running connector from outside: its figures and a verbose log."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.cli.conftest import Command, Serving
from tests.cli.test_serve import ask, let_in
from tests.platforms import interrupt

Serve = Callable[..., Serving]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_tail_follows_what_the_connector_sends(qb: Command, serve: Serve) -> None:
    qb("config", "set", "LogPort", str(free_port()))
    tail = qb.start("log", "tail", "-f")
    try:
        assert tail.stdout is not None
        assert tail.stderr is not None
        assert tail.stderr.readline().startswith("Listening to UDP port ")
        serving = serve()
        assert ask(serving.url, "nobody", "x").status_code == 401
        assert " serves http://127.0.0.1:" in tail.stdout.readline()
        assert "#1 127.0.0.1 nobody, type ?, 401" in tail.stdout.readline()
        interrupt(tail, signal.SIGINT)
        assert tail.communicate(timeout=30)[1].endswith("Aborted!\n")
    finally:
        tail.kill()
        tail.communicate()


def test_tail_says_that_another_receiver_holds_the_port(qb: Command) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        qb("config", "set", "LogPort", str(port))
        result = qb("log", "tail", "-f")
        assert result.code == 1
        assert f"UDP port {port} (LogPort) is held by another receiver" in result.err
        assert result.err.count("\n") == 1


def test_tail_goes_to_the_files_then(qb: Command, serve: Serve) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        qb("config", "set", "LogPort", str(other.getsockname()[1]))
        qb("config", "set", "LogEnabled", "true")
        tail = qb.start("log", "tail", "-f")
        try:
            assert tail.stdout is not None
            assert tail.stderr is not None
            assert tail.stderr.readline().endswith("Following the log's files.\n")
            serve()
            assert " serves http://127.0.0.1:" in tail.stdout.readline()
        finally:
            tail.terminate()
            tail.communicate()


def test_a_connector_tells_its_figures(qb: Command, serve: Serve) -> None:
    qb("company", "create", "shop")
    let_in(qb)
    qb("user", "add", "anna", "--password", "one")
    serving = serve()
    assert ask(serving.url, "anna", "one", 1).status_code == 200
    assert ask(serving.url, "anna", "two", 1).status_code == 401
    figures = dict(
        line.rsplit(" ", 1)
        for line in httpx.get(serving.console + "metrics").text.splitlines()
        if not line.startswith("#")
    )
    assert figures['qbconnector_requests_total{interaction="1",status="200"}'] == "1.0"
    assert float(figures["qbconnector_session_opens_total"]) == 1
    assert float(figures["qbconnector_failed_logins_total"]) == 1
    assert float(figures["qbconnector_queue_waiting"]) == 0
    assert float(figures["qbconnector_busy_seconds_total"]) > 0
    assert not any("shop" in one or "anna" in one for one in figures)


def test_a_read_only_user_changes_nothing(qb: Command, serve: Serve) -> None:
    qb("company", "create", "shop")
    let_in(qb)
    qb("user", "add", "anna", "--password", "one", "--read-only")
    serving = serve()
    query = "<CustomerQueryRq/>"
    write = "<CustomerAddRq><CustomerAdd><Name>x</Name></CustomerAdd></CustomerAddRq>"

    def execute(requests: str) -> httpx.Response:
        body = f'<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">{requests}</QBXMLMsgsRq></QBXML>'
        headers = {"X-AcctSyncInteractionType": "0"}
        return httpx.post(serving.url, content=body, auth=("anna", "one"), headers=headers)

    refused = execute(query + write)
    assert (refused.status_code, refused.reason_phrase) == (517, "Server Error")
    assert "CustomerAddRq would write; nothing of the message set was executed." in refused.text
    assert 'statusCode="1"' in execute(query).text


def test_the_port_of_the_log_is_that_of_the_requests_by_default(qb: Command, serve: Serve) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(30)
        serving = serve("--port", str(receiver.getsockname()[1]))
        assert serving.url.encode() in receiver.recv(10_000)


def test_a_full_line_has_everything(qb: Command, serve: Serve, tmp_path: Path) -> None:
    qb("company", "create", "shop")
    let_in(qb)
    qb("user", "add", "anna", "--password", "one", "--company-file", "shop.qbsandbox")
    for name, value in {"LogEnabled": "1", "LogDir": str(tmp_path / "log"), "LogFormat": "Monthly"}.items():
        assert qb("config", "set", name, value).code == 0
    serving = serve()
    ask(serving.url, "anna", "one", 103)
    serving.stop()
    (path,) = (tmp_path / "log").iterdir()
    assert len(path.stem) == len("yyyy_MM")
    (line,) = (line for line in path.read_text().splitlines() if "#1" in line)
    assert " INFO    #1 127.0.0.1 anna 'qbconnector' shop.qbsandbox, type 103, 200, " in line
    assert " ms, 0 > 6 bytes" in line
