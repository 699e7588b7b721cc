"""Declared settings: each kind reads what it should, and what is read is what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.accounts.users import USER
from qbconnector.errors import InvalidSetting, UnknownSetting
from qbconnector.settings.schema import (
    Bits,
    Choice,
    Flag,
    Listed,
    Number,
    Text,
    Word,
    find,
    read_record,
    waiting,
    write_record,
)
from qbconnector.settings.values import SETTINGS, Settings

# The names of the manual's two tables of registry values.
MANUAL = [
    "LocalAuth",
    "AllowedClients",
    "AuthFlags",
    "CloseAndRetryConnect",
    "CloseAndRetryTimeout",
    "CloseAndRetryCount",
    "CloseAndRetryErrorList",
    "QBInstanceFile",
    "LocalHost",
    "LogEnabled",
    "LogDir",
    "LogFormat",
    "LogLevel",
    "LogPort",
    "MaxLogSize",
    "Port",
    "PersistentEnabled",
    "PersistentIdleTimeout",
    "PromptForRegPermissions",
    "RunAsService",
    "SSLCertPassword",
    "SSLCertStore",
    "SSLCertSubject",
    "SSLCertType",
    "SSLEnabled",
    "Timeout",
    "UseInteractiveLogon",
]
MANUAL_USER = ["AppName", "AuthMode", "Authorized", "CompanyFile", "ConnectionMode", "Password", "ReadOnly"]


def test_every_value_of_the_manual_is_declared() -> None:
    assert {name for name, one in SETTINGS.items() if not one.ours} == set(MANUAL)
    assert set(USER) == set(MANUAL_USER)


@pytest.mark.parametrize("declaration", [*SETTINGS.values(), *USER.values()], ids=lambda one: one.name)
def test_every_default_is_a_value(declaration) -> None:  # type: ignore[no-untyped-def]
    assert declaration.read(declaration.kind.write(declaration.default)) == declaration.default
    assert declaration.about.endswith(".")


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (Flag(), "True", True),
        (Flag(), 0, False),
        (Number(0, 20), "0xF", 15),
        (Number(0, 20), " 7 ", 7),
        (Choice(("Off", "Error")), "error", 1),
        (Choice(("Off", "Error")), 0, 0),
        (Word(("DontCare", "Single")), "SINGLE", "Single"),
        (Text(), 12, "12"),
        (Bits(0xF), "0xF", 15),
        (Bits(0xF), "", 0),
        (Listed(r"0x\d+|\*", "numbers"), "0x1, *,", "0x1, *,"),
    ],
)
def test_kinds_read(kind, given, value) -> None:  # type: ignore[no-untyped-def]
    assert kind.read(given) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Port", 65536),
        ("Port", "many"),
        ("Port", True),
        ("SSLEnabled", "perhaps"),
        ("LogLevel", 5),
        ("LogLevel", "Loud"),
        ("SSLCertType", "JKS"),
        ("LogDir", "two\nlines"),
        ("LogDir", ["a"]),
        ("AllowedClients", "127.0.0.1 192.168.1.1"),
        ("AllowedClients", "http://shop"),
        ("CloseAndRetryErrorList", "80040408"),
        ("AuthFlags", 16),
        ("AuthFlags", -1),
        ("AuthFlags", True),
        ("PasswordScheme", "md5"),
    ],
)
def test_what_a_setting_does_not_take_is_refused_with_what_it_takes(name: str, value: object) -> None:
    with pytest.raises(InvalidSetting, match=f"^{name} does not take .* it takes "):
        SETTINGS[name].read(value)


def test_what_takes_effect_at_the_next_start_is_named() -> None:
    assert waiting(Settings(), Settings(port=1, console_port=1, console_host="::1")) == ["ConsoleHost", "ConsolePort"]


def test_a_secret_is_not_repeated() -> None:
    with pytest.raises(InvalidSetting) as refused:
        SETTINGS["SSLCertPassword"].read("hunter2\n")
    assert "hunter2" not in str(refused.value)


def test_names_are_found_in_any_case_and_near_misses_named() -> None:
    assert find(SETTINGS, "allowedCLIENTS").key == "allowed_clients"
    with pytest.raises(UnknownSetting) as refused:
        find(SETTINGS, "AlowedClients")
    assert refused.value.remedy == "Did you mean AllowedClients?"


@given(
    port=st.integers(0, 65535),
    level=st.integers(0, 4),
    enabled=st.booleans(),
    folder=st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), max_size=20),
)
def test_what_is_written_is_what_is_read(port: int, level: int, enabled: bool, folder: str) -> None:
    settings = Settings(port=port, log_level=level, ssl_enabled=enabled, log_dir=folder)
    assert read_record(Settings, write_record(settings).items()) == settings
