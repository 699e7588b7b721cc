"""``serve`` from the outside: ready, live settings and users, a clean end."""

import re
import socket
import time
from collections.abc import Callable

import httpx
import requests

from qbconnector.client import Client
from tests.cli.conftest import Command, Serving
from tests.platforms import WINDOWS

Serve = Callable[..., Serving]


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Until it is so. It should take a second."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ask(url: str, user: str, password: str, interaction: int = 103) -> requests.Response:
    headers = {"X-AcctSyncInteractionType": str(interaction)}
    return requests.post(url, data=b"", auth=(user, password), headers=headers, timeout=30)


def let_in(qb: Command) -> None:
    """Open the company file by hand and let the connector in."""
    assert qb("company", "open", "shop").code == 0
    assert qb("company", "authorize", "shop").code == 0


def test_a_connector_serves_and_stops(qb: Command, serve: Serve) -> None:
    path = qb("company", "create", "shop").out.strip()
    let_in(qb)
    qb("user", "add", "anna", "--password", "pä:ss", "--company-file", "shop.qbsandbox")
    serving = serve()
    with Client(serving.url, "anna", "pä:ss") as client:
        assert client.company_file() == path
        assert "13.0" in client.versions()
        assert client.authorized()
        client.open()
    assert httpx.get(serving.console + "healthz").json()["status"] == "ok"
    assert httpx.get(serving.console).headers["location"] == "/signin"
    code, err = serving.stop()
    assert code == 0
    assert "Traceback" not in err
    assert "Warning" not in err
    assert re.search(r"INFO +#1 127\.0\.0\.1 anna 'qbconnector' shop\.qbsandbox, type 1, 200, ", err)
    assert "pä:ss" not in err


def test_users_and_settings_that_change_are_in_force_at_once(qb: Command, serve: Serve) -> None:
    qb("company", "create", "shop")
    let_in(qb)
    serving = serve()
    assert ask(serving.url, "anna", "one").status_code == 401
    qb("user", "add", "anna", "--password", "one")
    until(lambda: ask(serving.url, "anna", "one").status_code == 200)
    qb("user", "edit", "anna", "--password", "two")
    until(lambda: ask(serving.url, "anna", "one").status_code == 401)
    until(lambda: ask(serving.url, "anna", "two").status_code == 200)
    qb("user", "remove", "anna")
    until(lambda: ask(serving.url, "anna", "two").status_code == 401)
    qb("config", "set", "AllowedClients", "192.0.2.1")
    until(lambda: ask(serving.url, "anna", "two").status_code == 403)


def test_a_broken_settings_file_changes_nothing_and_is_told(qb: Command, serve: Serve) -> None:
    qb("company", "create", "shop")
    let_in(qb)
    qb("user", "add", "anna", "--password", "one", "--company-file", "shop.qbsandbox")
    qb("config", "set", "LogEnabled", "true")
    serving = serve()
    settings = qb.data / "settings.toml"
    good = settings.read_text()
    settings.write_text("Port = ")
    until(lambda: "settings.toml, line 1" in qb_log(qb))
    assert ask(serving.url, "anna", "one").status_code == 200
    settings.write_text(good)
    until(lambda: "are in force" in qb_log(qb))


def qb_log(qb: Command) -> str:
    return "".join(path.read_text() for path in (qb.data / "logs").glob("*.txt"))


def test_the_port_can_change_while_it_runs(qb: Command, serve: Serve) -> None:
    process = qb.start("serve", "--host", "127.0.0.1", "--console-port", "0")
    try:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        qb("config", "set", "Port", str(port))

        def answers() -> bool:
            try:
                return ask(f"http://127.0.0.1:{port}/", "x", "x").status_code == 401
            except requests.ConnectionError:
                return False

        until(answers)
    finally:
        process.terminate()
        process.communicate()


def test_a_taken_port_is_named_with_what_to_do(qb: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = qb.start("serve", "--host", "127.0.0.1", "--port", str(port), "--console-port", "0")
        _, err = process.communicate()
    assert process.returncode == 1
    reason = "" if WINDOWS else "Address already in use."  # Windows says it in its own words
    assert err.startswith(f"Error: Cannot listen on 127.0.0.1:{port}: {reason}")
    assert "qbconnector config set Port" in err
    assert err.count("\n") == 1
