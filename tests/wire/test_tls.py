"""TLS on the data port, with clients of all kinds."""

import shutil
import socket
import ssl
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from qbconnector.tls.context import pem, server_context
from qbconnector.tls.describe import exported
from qbconnector.tls.generate import generate
from qbconnector.tls.identity import Identity
from qbconnector.wire.greeting import PLAINTEXT
from qbconnector.wire.messages import Limits
from qbconnector.wire.protocol import refusal
from tests.platforms import not_on_windows
from tests.wire.served import Served, post, wait_for


def client_identity() -> Identity:
    """A client's certificate: generate makes a server's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "till")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(ONE.certificate.not_valid_before_utc)
    builder = builder.not_valid_after(ONE.certificate.not_valid_after_utc)
    return Identity(builder.sign(key, hashes.SHA256()), key)


ONE, OTHER = generate(["localhost", "127.0.0.1"], "ec"), generate(["localhost"], "ec")


def trusting(*identities: Identity) -> ssl.SSLContext:
    """A client's context that pins these certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for one in identities:
        context.load_verify_locations(cadata=exported(one.certificate, "der"))
    return context


def secured(served: Served, context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(served.connect(), server_hostname="localhost")


def talk(client: ssl.SSLSocket, request: bytes) -> bytes:
    client.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(65536)
        assert part, data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def tls(served: Served) -> Served:
    served.port.tls = server_context(ONE)
    return served


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_requests_inside_tls(tls: Served, version: ssl.TLSVersion) -> None:
    context = trusting(ONE)
    context.minimum_version = context.maximum_version = version
    body = b"x" * 3_000_000
    with secured(tls, context) as client:
        for sent in (b"one", b"", body[:900_000]):
            assert talk(client, post(sent)).endswith(b"\r\n\r\n" + sent)
        client.sendall(post(body))
        head = client.recv(100)
        assert head.startswith(b"HTTP/1.1 200 OK")


def test_a_hello_in_pieces(tls: Served) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = trusting(ONE).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with tls.connect() as client:
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                for byte in struct.unpack(f"{outgoing.pending}c", outgoing.read()):
                    client.sendall(byte)
                incoming.write(client.recv(65536))
        session.write(post(b"hello"))
        client.sendall(outgoing.read())
        received = b""
        while b"hello" not in received:
            incoming.write(client.recv(65536))
            try:
                received += session.read(65536)
            except ssl.SSLWantReadError:
                continue
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")


def test_old_versions_are_refused(tls: Served) -> None:
    context = trusting(ONE)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError), secured(tls, context):
        pass


def test_plaintext_is_refused_and_told_why(tls: Served) -> None:
    answer = tls.ask(post(b"hello"))
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"\r\n\r\n" + PLAINTEXT.body)
    assert requests.post(f"http://127.0.0.1:{tls.port.number}/", data=b"x" * 300_000, timeout=30).status_code == 400


def test_tls_to_a_plain_port_ends_at_once(served: Served) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)), secured(served, trusting(ONE)):
        pass


@pytest.mark.parametrize("data", [b"\x16", b"\x16\x03\x01\x00\x05hello", b"\x16" * 70_000, b"\x00", b"\xff" * 300])
def test_any_bytes_end_without_harm(tls: Served, data: bytes) -> None:
    client = tls.connect()
    client.say(data).shutdown(socket.SHUT_WR)
    client.rest()
    client.close()
    wait_for(lambda: not tls.port.connections)


def test_a_client_that_says_nothing_is_cut(tls: Served) -> None:
    client = tls.connect()
    wait_for(lambda: len(tls.port.connections) == 1)
    tls.later(tls.port.limits.head_seconds + 1)
    assert client.rest() == b""


def test_who_may_not_connect_is_told_inside_tls(serve: Callable[..., Served]) -> None:
    served = serve(Limits(), lambda address: refusal(403))
    served.port.tls = server_context(ONE)
    with secured(served, trusting(ONE)) as client:
        assert talk(client, post(b"")).startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert served.ask(post(b"")).startswith(b"HTTP/1.1 403 Forbidden\r\n")


def test_a_refused_body_does_not_take_the_answer_with_it(tls: Served) -> None:
    with secured(tls, trusting(ONE)) as client:
        client.sendall(post(b"", Authorization=None, Content_Length="500000"))
        client.sendall(b"x" * 100_000)
        assert client.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_a_changed_certificate_is_shown_to_the_next_client(tls: Served) -> None:
    with secured(tls, trusting(ONE)) as before:
        assert b"200 OK" in talk(before, post(b"a"))
        tls.port.tls = server_context(OTHER)
        with secured(tls, trusting(OTHER)) as after:
            assert b"200 OK" in talk(after, post(b"b"))
        with pytest.raises(ssl.SSLCertVerificationError):
            secured(tls, trusting(ONE))
        assert b"200 OK" in talk(before, post(b"c"))


def test_client_certificates(served: Served, tmp_path: Path) -> None:
    authority, till = tmp_path / "clients.pem", client_identity()
    authority.write_bytes(exported(till.certificate, "pem"))
    served.port.tls = server_context(ONE, authority)
    ours, stranger = trusting(ONE), trusting(ONE)
    for context, identity in ((ours, till), (stranger, client_identity())):
        file = tmp_path / "client.pem"
        file.write_bytes(pem(identity, b""))
        context.load_cert_chain(file)
    with secured(served, ours) as client:
        assert b"200 OK" in talk(client, post(b"x"))
    for context in (stranger, trusting(ONE)):
        with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)), secured(served, context) as client:
            talk(client, post(b"x"))


@not_on_windows("curl stands for the clients of other systems")
def test_requests_and_curl_pin_the_certificate(tls: Served, tmp_path: Path) -> None:
    file = tmp_path / "pinned.pem"
    file.write_bytes(exported(ONE.certificate, "pem"))
    url = f"https://localhost:{tls.port.number}/"
    headers = {"X-AcctSyncInteractionType": "0"}
    answer = requests.post(url, b"hi", headers=headers, auth=("anna", "se:cret"), verify=str(file), timeout=30)
    assert (answer.status_code, answer.content) == (200, b"hi")
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    sent = ["-u", "anna:se:cret", "-H", "X-AcctSyncInteractionType: 0", "-d", "hi"]
    command = [curl, "-sS", "--cacert", str(file), *sent]
    assert subprocess.run([*command, url], capture_output=True, check=True).stdout == b"hi"
    file.write_bytes(exported(OTHER.certificate, "pem"))
    assert subprocess.run([*command, url], capture_output=True).returncode == 60


def test_it_stops_with_clients_in_every_state(serve: Callable[..., Served]) -> None:
    served = serve()
    served.port.tls = server_context(ONE)
    silent, halfway, done = served.connect(), served.connect().say(b"\x16\x03\x01"), secured(served, trusting(ONE))
    assert b"200 OK" in talk(done, post(b"x"))
    wait_for(lambda: len(served.port.connections) >= 2)
    served.submit(served.port.stop(grace=5)).result()
    assert silent.rest() == b""
    assert halfway.rest() == b""
    assert done.recv(10) == b""
    done.close()
