"""AllowedClients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.wire.clients import AllowedClients, look_up, plain_address

NAMES = {"office.example": ["192.0.2.7", "2001:db8::7"]}


def allowed(text: str) -> AllowedClients:
    return AllowedClients(text, lambda name: NAMES.get(name.lower(), ()))


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("", ["192.0.2.1", "::1"], []),
        ("*", ["192.0.2.1", "::1"], []),
        ("192.0.2.1", ["192.0.2.1"], ["192.0.2.10", "192.0.2.2"]),
        ("192.0.2.*", ["192.0.2.1", "192.0.2.254"], ["192.0.20.1", "10.192.0.2"]),
        ("192.*.1", ["192.0.2.1"], ["192.0.2.2"]),
        ("10.0.0.0/8, 192.0.2.1/24", ["10.1.2.3", "192.0.2.77"], ["11.0.0.1", "::1"]),
        ("2001:db8::/32", ["2001:db8::1"], ["2001:db9::1", "10.0.0.1"]),
        ("localhost", ["127.0.0.1", "::1"], ["127.0.0.2"]),
        ("Office.example, 10.0.0.1", ["192.0.2.7", "2001:db8::7", "10.0.0.1"], ["192.0.2.8"]),
        ("nobody.example", [], ["192.0.2.1", "nobody.example"]),
        (" , 10.0.0.1 ,", ["10.0.0.1"], ["10.0.0.2"]),
    ],
)
def test_who_may_connect(text: str, yes: list[str], no: list[str]) -> None:
    clients = allowed(text)
    assert all(clients.allows(address) for address in yes)
    assert not any(clients.allows(address) for address in no)


def test_addresses_are_written_as_people_write_them() -> None:
    assert plain_address("::ffff:192.0.2.1") == "192.0.2.1"
    assert plain_address("fe80::1%eth0") == "fe80::1"
    assert plain_address("2001:db8::1") == "2001:db8::1"


def test_names_are_looked_up() -> None:
    assert "127.0.0.1" in look_up("127.0.0.1")
    assert not look_up("no such name")


@given(st.text(st.sampled_from("0123456789./*:,abc [x]"), max_size=30), st.ip_addresses().map(str))
def test_any_list_answers(text: str, address: str) -> None:
    assert allowed(text).allows(address) in {True, False}
