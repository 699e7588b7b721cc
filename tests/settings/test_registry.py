"""Installations of the original product: read from exported files, written as such, and nothing lost on the way."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.accounts.users import USER
from qbconnector.errors import NotARegistryFile
from qbconnector.settings import regfile
from qbconnector.settings.registry import (
    USER_VALUES,
    Imported,
    Key,
    installation,
    read_installation,
    write_installation,
)
from qbconnector.settings.schema import Choice
from qbconnector.settings.values import SETTINGS

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
HEAD = "Windows Registry Editor Version 5.00\r\n\r\n"
PRODUCT = r"HKEY_LOCAL_MACHINE\SOFTWARE\DPayments\4D Payments Quickbooks Connector"


def imported(path: Path) -> Imported:
    found = installation(regfile.read(path))
    assert found is not None
    return read_installation(found[1], SETTINGS, USER)


def write(folder: Path, text: str, encoding: str = "utf-16") -> Path:
    path = folder / "some.reg"
    path.write_bytes(text.replace("\n", "\r\n").replace("\r\r", "\r").encode(encoding))
    return path


def test_an_export_in_unicode_with_users_below_their_own_key() -> None:
    found = imported(EXAMPLES / "connector.reg")
    assert found.settings == {
        "Port": 8168,
        "AllowedClients": "127.0.0.1, 192.168.1.*",
        "AuthFlags": 15,
        "LogEnabled": True,
        "LogDir": r"C:\ProgramData\Connector\Logs",
        "LogLevel": "Info",
        "LogFormat": "Weekly",
        "QBInstanceFile": r"C:\ProgramData\QB.INI",
        "PersistentEnabled": False,
        "PersistentIdleTimeout": 300,
        "SSLEnabled": False,
        "Timeout": 60,
    }
    assert set(found.users) == {"store", "reports"}
    assert found.users["store"]["AppName"] == 'The "Corner" Store'
    assert found.users["store"]["Authorized"] is True
    assert found.users["reports"]["ConnectionMode"] == "Multi"
    assert found.left_out == ('There is no setting "WindowPlacement".',)


def test_an_ansi_export_of_a_32_bit_install_with_users_below_the_root() -> None:
    found = imported(EXAMPLES / "older-connector.reg")
    assert found.settings == {
        "Port": 8167,
        "LocalHost": "",
        "CloseAndRetryConnect": True,
        "CloseAndRetryErrorList": "0x80040402,0x80040408",
        "QBInstanceFile": r"C:\QB.INI",
    }
    assert found.users == {"till": {"Password": "plain as day", "AppName": "Kasse Süd", "ReadOnly": False}}
    assert found.left_out == ()


@pytest.mark.parametrize(
    "key",
    [
        r"SOFTWARE\DPayments\4D Payments Quickbooks Connector",
        r"SOFTWARE\WOW6432Node\DPayments\4D Payments Quickbooks Connector",
        r"SOFTWARE\RemoteConnector",
        r"Software\wow6432node\REMOTECONNECTOR",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_every_place_of_the_family(tmp_path: Path, key: str, encoding: str) -> None:
    found = imported(write(tmp_path, f'{HEAD}[HKEY_LOCAL_MACHINE\\{key}]\n"Port"=dword:00000007\n', encoding))
    assert found.settings == {"Port": 7}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ('"a\\\\b \\"c\\""', 'a\\b "c"'),
        ("hex(1):61,00,62,00,00,00", "ab"),
        ("hex(7):61,00,00,00,62,00,00,00,00,00", "a,b"),
        ("dword:00000010", "16"),
        ("hex(b):10,00,00,00,00,00,00,00", "16"),
        ("hex(4):10,00,00,00", "16"),
        ("hex(5):00,00,00,10", "16"),
    ],
)
def test_values_of_every_type(tmp_path: Path, value: str, stored: str) -> None:
    assert imported(write(tmp_path, f'{HEAD}[{PRODUCT}]\n"LogDir"={value}\n')).settings == {"LogDir": stored}


def test_what_cannot_be_taken_is_left_out_and_named(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f'{HEAD}[{PRODUCT}]\n"Port"=dword:00011170\n"LogDir"=hex:00\n"Timeout"=-\n"LogLevel"="loud"\n'
        f'[{PRODUCT}\\Users\\anna]\n"Password"="x"\n"ConnectionMode"="triple"\n[-{PRODUCT}\\Users\\gone]\n',
    )
    found = imported(path)
    assert found.settings == {}
    assert found.users == {"anna": {"Password": "x"}}
    assert [problem.partition(" does not")[0] for problem in found.left_out] == [
        "user anna: ConnectionMode",
        "Port",
        "LogDir: binary values have no meaning here",
        "LogLevel",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Port = 1\n", "line 1: it does not begin"),
        (HEAD + "[HKEY_LOCAL_MACHINE\n", "line 3: a key has no end"),
        (HEAD + "[HKEY]\nPort\n", "line 4: this is neither"),
        (HEAD + '[HKEY]\n"Port"=dword:xyz\n', "line 4: the value of Port"),
        (HEAD + '[HKEY]\n"Port"=hex:12,zz\n', "line 4: the value of Port"),
    ],
)
def test_what_is_no_export_is_refused_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(NotARegistryFile, match=problem):
        regfile.read(write(tmp_path, text))


@given(st.binary(max_size=200))
def test_any_file_is_an_export_or_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.reg"
    path.write_bytes(HEAD.encode() + b"[HKEY]\r\n" + content)
    with suppress(NotARegistryFile):
        regfile.read(path)


LINES = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)


@given(
    port=st.integers(0, 65535),
    enabled=st.booleans(),
    folder=LINES,
    name=LINES.filter(lambda name: name.strip() and not set(name) & set("\\]")),
    app=LINES,
)
def test_what_is_exported_is_imported(
    tmp_path_factory: pytest.TempPathFactory, port: int, enabled: bool, folder: str, name: str, app: str
) -> None:
    settings = {"Port": port, "LogEnabled": enabled, "LogDir": folder, "LogFormat": 2, "ConsolePort": 1}
    root = write_installation(settings, {name: {"AppName": app, "ReadOnly": enabled}}, SETTINGS, USER)
    path = tmp_path_factory.mktemp("export") / "x.reg"
    path.write_bytes(regfile.write(root))
    found = imported(path)
    assert found.settings == {"Port": port, "LogEnabled": enabled, "LogDir": folder, "LogFormat": "Monthly"}
    assert found.users == {name: {"AppName": app, "ReadOnly": enabled}}


def test_a_registry_without_the_product() -> None:
    assert installation(Key()) is None


def test_a_users_key_has_every_value_of_a_user() -> None:
    words = {name: one.kind.words if isinstance(one.kind, Choice) else () for name, one in USER.items()}
    assert words == USER_VALUES
