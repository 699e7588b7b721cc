"""Every command that ends by itself: what it prints, and how it ends."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qbconnector.cli import COMMANDS, send
from qbconnector.settings.values import SETTINGS
from tests.cli.conftest import COMMAND, Command


@pytest.mark.parametrize("name", COMMANDS)
def test_help_teaches(qb: Command, name: str) -> None:
    result = qb(name, "--help")
    assert result.code == 0
    assert "Examples:\n  " in result.out
    assert "qbconnector " in result.out.partition("Examples:")[2]


def test_help_lists_every_command_without_loading_any() -> None:
    program = "import sys; from qbconnector.cli import main as m; m(['-h'], standalone_mode=False); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert all(f"  {name} " in out for name in COMMANDS)
    assert not {"argon2", "httptools", "httpx", "starlette", "uvicorn", "tomlkit", "sqlite3"} & set(out.split())


def test_letters_that_the_terminal_does_not_have_are_no_error(qb: Command) -> None:
    assert qb("user", "add", "Ω", "--password", "x").code == 0
    command = [*COMMAND, "--data", str(qb.data), "user", "list"]
    done = subprocess.run(command, env=os.environ | {"PYTHONIOENCODING": "cp1252"}, capture_output=True, check=True)
    assert done.stdout.startswith(b"\\u03a9  full")


def test_the_data_folder_comes_from_the_environment(tmp_path: Path) -> None:
    environment = os.environ | {"QBCONNECTOR_DATA": str(tmp_path)}
    subprocess.run([*COMMAND, "config", "set", "Port", "9"], env=environment, check=True)
    assert (tmp_path / "settings.toml").read_text() == "Port = 9\n"


def test_config(qb: Command) -> None:
    assert qb("config", "get", "port").out == "8167\n"
    assert qb("config", "set", "PORT", "9000").code == 0
    assert qb("config", "set", "sslenabled", "1").code == 0
    assert qb("config", "set", "ConsolePort", "1").err == "ConsolePort takes effect at the next start.\n"
    assert qb("config", "get", "Port").out == "9000\n"
    assert qb("config", "get", "SSLEnabled").out == "true\n"
    assert qb("config", "set", "SSLCertPassword", "hunter2").code == 0
    listed = qb("config", "list").out
    assert re.findall(r"^(\w+) = ", listed, re.MULTILINE) == list(SETTINGS)
    assert "hunter2" not in listed


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["config", "set", "Prot", "1"], 1, 'Error: There is no setting "Prot". Did you mean Port?\n'),
        (
            ["config", "set", "Port", "x"],
            1,
            "Error: Port does not take 'x': it takes a whole number from 0 to 65535.\n",
        ),
        (
            ["user", "show", "x"],
            1,
            'Error: There is no user "x". `qbconnector user list` shows every user.\n',
        ),
        (["company", "info", "x"], 1, "Error: There is no company file "),
        (
            ["log", "tail"],
            1,
            "Error: There is no log file. `qbconnector config set LogEnabled true` begins one.\n",
        ),
        (
            ["send", "--url", "http://127.0.0.1:1/", "--interaction", "1"],
            1,
            "Error: No answer from http://127.0.0.1:1/",
        ),
        (["user", "add", "x"], 2, ""),
        (["send"], 2, ""),
        (["nonsense"], 2, ""),
        (["config", "set", "Port"], 2, ""),
    ],
)
def test_what_fails_says_so_in_one_line_and_what_is_misused_exits_with_2(
    qb: Command, arguments: list[str], code: int, error: str
) -> None:
    result = qb(*arguments)
    assert result.code == code
    assert error in result.err
    assert code == 2 or result.err.count("\n") == 1


def test_users(qb: Command) -> None:
    assert "no users yet" in qb("user", "list").err
    assert qb("user", "add", "anna", "--password-stdin", "--read-only", stdin="se cret\n").code == 0
    assert qb("user", "add", "bo", "--password", "x", "--mode", "single", "--app-name", "Till").code == 0
    assert qb("user", "add", "win", "--auth", "windows").code == 0
    assert qb("user", "edit", "ANNA", "--company-file", "shop.qbsandbox", "--full").code == 0
    assert qb("user", "list").out.splitlines() == [
        "anna  full       shop.qbsandbox",
        "bo    full       (the open company file)",
        "win   full       (the open company file)  Windows",
    ]
    shown = qb("user", "show", "bo").out
    assert "ConnectionMode = Single\n" in shown
    assert "Password" not in shown
    assert qb("user", "add", "Bo", "--password", "x").code == 1
    assert qb("user", "remove", "bo").code == 0
    stored = (qb.data / "settings.toml").read_text()
    assert "bo" not in re.findall(r"users\.(\w+)", stored)
    assert "$argon2id$" in stored
    assert "se cret" not in stored


def test_company_files(qb: Command, tmp_path: Path) -> None:
    path = Path(qb("company", "create", "shop", "--name", "The Shop").out.strip())
    assert path == qb.data / "companies" / "shop.qbsandbox"
    assert qb("company", "create", "shop").code == 1
    assert "The Shop" in qb("company", "info", "shop.qbsandbox").out
    assert qb("company", "verify", "shop").out == "No fault was found.\n"
    copy = tmp_path / "copy.qbsandbox"
    assert qb("company", "copy", "shop", str(copy)).code == 0
    assert qb("company", "verify", str(copy)).code == 0
    qb("user", "add", "anna", "--password", "x", "--app-name", "Till")
    assert qb("user", "test", "anna").code == 1
    assert qb("company", "open", "shop").code == 0
    assert "0x80040418" in qb("user", "test", "anna").err
    assert f'"Till" asks to use {path.resolve()} since ' in qb("company", "pending").out
    assert qb("company", "authorize", "shop", "Till").code == 0
    assert qb("user", "test", "anna").out == f"anna reaches {path.resolve()}\n"
    assert qb("company", "pending").out == "No application waits for an answer.\n"
    assert qb("company", "close").code == 0
    assert qb("user", "test", "anna").code == 1


def test_the_log(qb: Command) -> None:
    logs = qb.data / "logs"
    logs.mkdir(parents=True)
    (logs / "2024_01_01.txt").write_text("2024-01-01 10:00:00.000 INFO    one\n")
    (logs / "2024_01_02.txt").write_text("2024-01-02 10:00:00.000 ERROR   two\n")
    assert qb("log", "tail", "-n", "1").out.endswith("two\n")
    assert qb("log", "tail").out.count("\n") == 2
    assert qb("log", "clear").code == 0
    assert qb("log", "tail").out == ""


def test_check_names_what_is_wrong(qb: Command) -> None:
    assert "There is no folder" in qb("check").out
    qb("company", "create", "shop")
    qb("config", "set", "Port", "0")
    assert "There are no users" in qb("check").out
    qb("user", "add", "anna", "--password", "x", "--company-file", "shop.qbsandbox")
    good = qb("check")
    assert good.code == 0
    assert "WRONG" not in good.out
    qb("user", "edit", "anna", "--company-file", "missing.qbsandbox")
    bad = qb("check")
    assert bad.code == 1
    assert "User anna: There is no company file" in bad.out
    (qb.data / "settings.toml").write_text("Port =")
    assert "line 1" in qb("check").out


def test_an_answer_is_indented_for_a_terminal() -> None:
    assert send.indented("<a><b>1</b></a>") == "<a>\n  <b>1</b>\n</a>\n"
    assert send.indented("13.0\r\n") == "13.0\r\n"
