"""HTTP on real connections: framing, limits, deadlines, refusals and the end of a connection."""

import socket
import struct
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qbconnector.wire.http import Connection
from qbconnector.wire.messages import Limits
from qbconnector.wire.protocol import refusal
from tests.wire.served import CHUNK, Echo, Served, basic, post, wait_for

Serve = Callable[..., Served]


def status(answer: bytes) -> int:
    return int(answer[9:12])


def connections(served: Served) -> list[Connection]:
    return [one for one in served.port.connections if isinstance(one, Connection)]


def waits(connection: Connection) -> bool:
    """Whether a handler waits for the rest of a body."""
    return connection._receiving is not None and connection._receiving.waiter is not None


def test_a_connection_serves_many_requests(served: Served) -> None:
    client = served.connect()
    for number in range(5):
        head, body = client.say(post(b"%d" % number)).answer()
        assert body == b"%d" % number
        assert b"close" not in head


def test_a_request_may_come_byte_by_byte(served: Served) -> None:
    client = served.connect()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in post(b"slow"):
        client.say(bytes([byte]))
    assert client.answer()[1] == b"slow"


def test_requests_in_one_go_are_answered_in_order(served: Served) -> None:
    client = served.connect().say(b"".join(post(b"%d" % number) for number in range(50)))
    assert [client.answer()[1] for _ in range(50)] == [b"%d" % number for number in range(50)]


def test_the_second_of_two_requests_may_have_a_large_body(served: Served) -> None:
    client = served.connect().say(post(b"one") + post(b"x" * 300_000) + post(b"three"))
    assert [len(client.answer()[1]) for _ in range(3)] == [3, 300_000, 5]


def test_connection_close_is_obeyed(served: Served) -> None:
    client = served.connect().say(post(b"bye", Connection="close"))
    head, body = client.answer()
    assert b"Connection: close" in head
    assert body == b"bye"
    assert client.rest() == b""


def test_http_1_0_closes_unless_asked_to_keep(served: Served) -> None:
    old = post(b"hi").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert served.connect().say(old).rest().endswith(b"hi")
    kept = served.connect()
    for _ in range(2):
        head, body = kept.say(old.replace(b"Host", b"Connection: keep-alive\r\nHost")).answer()
        assert b"Connection: keep-alive" in head
        assert body == b"hi"


def test_a_client_may_half_close_and_still_read(served: Served) -> None:
    assert served.ask(post(b"last words")).endswith(b"last words")


def test_expect_100_continue(served: Served) -> None:
    request = post(b"body", Expect="100-continue")
    client = served.connect().say(request[:-4])
    assert client.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert client.say(b"body").answer()[1] == b"body"


def test_who_is_refused_is_not_asked_for_the_body(served: Served) -> None:
    request = post(b"body", Expect="100-continue", Authorization=basic("anna", "wrong"))
    client = served.connect().say(request[:-4])
    assert status(client.head()) == 401


def test_an_upgrade_is_ignored(served: Served) -> None:
    request = post(b"h2?", Connection="Upgrade, HTTP2-Settings", Upgrade="h2c")
    client = served.connect()
    for pieces in ([request], [request[:-2], request[-2:]], [request + request[:20], request[20:]]):
        for piece in pieces:
            client.say(piece)
        assert client.answer()[1] == b"h2?"
    assert client.answer()[1] == b"h2?"
    assert client.say(post(b"still 1.1")).answer()[1] == b"still 1.1"


def test_a_refused_body_does_not_cost_the_connection(served: Served) -> None:
    client = served.connect().say(post(b"secret", Authorization=basic("anna", "wrong")))
    assert status(client.answer()[0]) == 401
    assert client.say(post(b"again")).answer()[1] == b"again"


def test_a_large_refused_body_is_not_taken_in_but_the_answer_arrives(served: Served) -> None:
    client = served.connect().say(post(b"", Authorization=None, Content_Length="100000000"))
    client.say(b"x" * 200_000)
    assert status(client.rest()) == 401


@pytest.mark.parametrize(
    "request_",
    [
        post(b"ab").replace(b"Content-Length: 2", b"Content-Length: 2\r\nContent-Length: 2"),
        post(b"ab").replace(b"Content-Length: 2", b"Content-Length: 2\r\nTransfer-Encoding: chunked"),
        post(b"ab").replace(b"Content-Length: 2", b"Content-Length: +2"),
        post(b"ab").replace(b"Content-Length: 2", b"Content-Length: 2, 2"),
        post(b"ab").replace(b"\r\n", b"\n"),
        post(b"ab").replace(b"Host: localhost", b"Host: localhost\r\n folded"),
        post(b"ab").replace(b"Host:", b"Host :"),
        post(b"ab").replace(b"HTTP/1.1", b"HTTP/9"),
        b"\x00\x01\x02 nonsense\r\n\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(served: Served, request_: bytes) -> None:
    assert status(served.ask(request_)) == 400


def test_other_versions_are_refused(served: Served) -> None:
    assert status(served.ask(post().replace(b"HTTP/1.1", b"HTTP/2.0"))) == 505


@pytest.mark.parametrize("filler", [b"X-Long: " + b"x" * 40_000, b"\r\n".join(b"X-%d: y" % n for n in range(9_000))])
def test_a_head_has_its_limit(served: Served, filler: bytes) -> None:
    assert status(served.ask(post().replace(b"Host: localhost", filler))) == 431
    assert status(served.connect().say(b"POST / HTTP/1.1\r\n" + filler).rest()) == 431


def test_a_tls_client_on_the_plain_port_is_closed(served: Served) -> None:
    assert served.connect().say(bytes.fromhex("160301020001000001fc0303")).rest() == b""


def test_a_client_that_is_not_allowed_hears_so(serve: Serve) -> None:
    served = serve(admit=lambda address: refusal(403))
    assert status(served.connect().say(post(b"x" * 100_000)).rest()) == 403


def test_a_connection_too_many_hears_so(serve: Serve) -> None:
    served = serve(Limits(connections=2))
    kept = [served.connect() for _ in range(2)]
    for client in kept:
        client.say(post(b"in")).answer()
    refused = served.connect().say(post())
    assert status(refused.rest()) == 503
    refused.close()
    kept[0].close()
    wait_for(lambda: len(served.port.connections) < 2)
    assert served.connect().say(post(b"in")).answer()[1] == b"in"


@pytest.mark.parametrize("begun", [b"", b"POST / HT", post(b"body")[:-2]])
def test_who_does_not_go_on_sending_is_told_or_closed(served: Served, begun: bytes) -> None:
    client = served.connect().say(begun)
    wait_for(lambda: len(served.port.connections) == 1)
    wait_for(
        lambda: (
            not begun.endswith(b"bo") or any(one._receiving and one._receiving.waiter for one in connections(served))
        )
    )
    wait_for(lambda: not begun or any(one._head_bytes for one in connections(served)))
    served.later(100)
    answer = client.rest()
    assert status(answer) == 408 if begun else answer == b""


def test_an_idle_connection_is_closed(served: Served) -> None:
    client = served.connect()
    client.say(post(b"hi")).answer()
    served.later(60)
    client.say(post(b"hi")).answer()
    served.later(100)
    assert client.rest() == b""


def test_a_client_that_does_not_read_is_cut_and_holds_nobody_up(served: Served) -> None:
    slow = served.connect(buffer=4096).say(post(b"chunks 2000"))
    wait_for(lambda: any(one._drained is not None for one in connections(served)))
    assert served.connect().say(post(b"quick")).answer()[1] == b"quick"
    served.later(100)
    wait_for(lambda: not any(one._drained is not None for one in connections(served)))
    assert len(slow.rest()) < 2000 * len(CHUNK)


def test_a_client_that_pipelines_and_does_not_read_fills_no_memory(served: Served) -> None:
    client = served.connect(buffer=4096).say(post(b"chunks 17") * 100)
    wait_for(lambda: any(one._drained is not None for one in connections(served)))
    assert len([line for line in served.lines() if " 200" in line]) < 20
    client.close()


def test_a_client_that_goes_away_ends_its_request(served: Served) -> None:
    client = served.connect().say(post(b"hang"))
    wait_for(lambda: Echo.hanging == 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset
    client.close()
    wait_for(lambda: Echo.hanging == 0)
    wait_for(lambda: any("went away" in line for line in served.lines()))


def test_a_request_that_takes_too_long_is_a_517(served: Served) -> None:
    client = served.connect().say(post(b"hang"))
    wait_for(lambda: Echo.hanging == 1)
    served.sessions_later(61)
    head, body = client.answer()
    assert status(head) == 517
    assert body.startswith(b"0x800705B4: The request did not finish within 60 seconds.\r\n\r\n")
    assert client.say(post(b"next")).answer()[1] == b"next"


def test_stopping_finishes_what_runs_and_closes_what_is_idle(served: Served) -> None:
    idle, busy = served.connect(), served.connect().say(post(b"hang"))
    wait_for(lambda: Echo.hanging == 1)
    stopped = served.submit(served.port.stop(grace=30))
    assert idle.rest() == b""
    assert not served.port.listening
    served.sessions_later(61)
    head, _ = busy.answer()
    assert b"Connection: close" in head
    stopped.result()


def test_a_port_can_be_changed_while_connections_are_open(served: Served) -> None:
    client = served.connect()
    client.say(post(b"one")).answer()
    before = served.port.number
    served.submit(served.port.listen("127.0.0.1", 0)).result()
    assert served.port.number != before
    assert client.say(post(b"two")).answer()[1] == b"two"
    assert served.connect().say(post(b"three")).answer()[1] == b"three"


PIECES = st.sampled_from(
    [
        b"POST / HTTP/1.1\r\n",
        b"\r\n\r\n",
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"hello",
        post(b"hi"),
        post()[:-7],
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=6).map(b"".join))
def test_any_bytes_get_an_answer_or_a_closed_connection(served: Served, data: bytes) -> None:
    answer = served.ask(data)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    assert b"Internal Server Error" not in answer


def test_what_comes_after_a_refused_head_is_not_served(served: Served) -> None:
    refused = post(b"no").replace(b"HTTP/1.1", b"HTTP/2.0")
    answer = served.ask(post(b"yes") + refused + post(b"never"))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.endswith(b"yes")
