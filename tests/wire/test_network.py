"""Who gets through, and how: every kind of client, both internet protocols, a listener that moves."""

import asyncio
import http.client
import shutil
import socket
import subprocess
from collections.abc import Callable

import pytest
import requests

from qbconnector.errors import PortUnavailable
from qbconnector.wire.messages import Limits
from qbconnector.wire.port import Port, allow_files, bind
from qbconnector.wire.protocol import refusal
from tests.platforms import not_on_windows
from tests.wire.served import Echo, Served, basic, post, wait_for

Serve = Callable[..., Served]


@not_on_windows("curl stands for the clients of other systems")
def test_curl_is_served(served: Served) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    url = f"http://127.0.0.1:{served.port.number}/"
    for version in ("--http1.1", "--http1.0"):
        command = [curl, "--silent", version, "--user", "anna:se:cret", "--data-binary", "@-", url]
        command += ["--header", "X-AcctSyncInteractionType: 0", "--header", "Expect: 100-continue"]
        done = subprocess.run(command, input=b"x" * 100_000, capture_output=True, check=True)
        assert done.stdout == b"x" * 100_000


def test_http_client_is_served(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port.number, timeout=30)
    headers = {"Authorization": basic(), "X-AcctSyncInteractionType": "0"}
    for body in (b"one", b"fail"):
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        text = answer.read()
    assert (answer.status, answer.reason) == (517, "Server Error")
    assert text.startswith(b"0x80040400: ")
    connection.close()


def test_requests_is_served(served: Served) -> None:
    with requests.Session() as session:
        session.auth = ("anna", "se:cret")
        for interaction, expected in (("1", f"{Echo.company_file}\r\n"), ("103", "13.0\r\n")):
            headers = {"X-AcctSyncInteractionType": interaction}
            url = f"http://127.0.0.1:{served.port.number}/"
            assert session.post(url, data=b"", headers=headers, timeout=30).text == expected


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_every_interface_means_both_protocols(served: Served) -> None:
    served.submit(served.port.listen("", 0)).result()
    for host in ("127.0.0.1", "::1"):
        with socket.create_connection((host, served.port.number), timeout=30) as client:
            client.sendall(post(b"hi"))
            assert client.recv(12) == b"HTTP/1.1 200"


def test_a_listener_moves_between_all_interfaces_and_one_on_the_same_port(served: Served) -> None:
    kept = served.connect()
    kept.say(post(b"one")).answer()
    number = served.port.number
    for host in ("", "127.0.0.1", "", "localhost"):
        served.submit(served.port.listen(host, number)).result()
        assert served.port.number == number
        assert served.connect().say(post(b"two")).answer()[1] == b"two"
    assert kept.say(post(b"three")).answer()[1] == b"three"


def test_a_listener_that_cannot_move_stays(served: Served) -> None:
    number = served.port.number
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for address in (("127.0.0.1", taken.getsockname()[1]), ("192.0.2.1", number), ("no such host", 0)):
            with pytest.raises(PortUnavailable):
                served.submit(served.port.listen(*address)).result()
    assert served.port.number == number
    assert served.connect().say(post(b"here")).answer()[1] == b"here"


def test_a_port_that_stops_listens_no_more(served: Served) -> None:
    served.submit(served.port.stop()).result()
    served.submit(served.port.listen("127.0.0.1", 0)).result()  # settings that changed in the last moment
    assert not served.port.listening


def test_who_may_no_longer_connect_is_let_go_after_the_answer(serve: Serve) -> None:
    allowed = [True]
    served = serve(admit=lambda address: None if allowed[0] else refusal(403))
    idle, busy = served.connect(), served.connect().say(post(b"hang"))
    idle.say(post(b"hi")).answer()
    wait_for(lambda: Echo.hanging == 1)
    allowed[0] = False
    served.call(served.port.admit_anew)
    assert idle.rest() == b""
    served.sessions_later(61)
    head, _ = busy.answer()
    assert b"Connection: close" in head
    assert served.connect().say(post(b"again")).rest().startswith(b"HTTP/1.1 403 ")


def test_limits_may_change_while_it_serves(served: Served) -> None:
    served.port.handler.limits = served.port.limits = Limits(body_bytes=10)  # type: ignore[attr-defined]
    head, body = served.connect().say(post(b"x" * 11)).answer()
    assert head.startswith(b"HTTP/1.1 413 Content Too Large")
    assert body == b"A request may have 10 bytes (MaxRequestSize).\r\n"


@not_on_windows("Windows has no limit of files")
def test_the_process_may_have_a_file_for_each_connection() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, before[0]), before[1]))
        allow_files(100)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(612, before[1]), before[1])
        allow_files(10**9)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_port_that_never_listened_stops() -> None:
    async def handler(request: object) -> None:
        raise AssertionError(request)

    asyncio.run(Port(handler).stop())
    for listener in bind("127.0.0.1", 0):
        listener.close()
