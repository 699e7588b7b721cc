"""Moving in from the original product, certificates and services, from the outside."""

import base64
import hashlib
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import requests

from qbconnector.cli.check import _is_ours, look
from qbconnector.service.base import Account, AtLogon, Program
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.tomlstore import TomlStore
from tests.cli.conftest import Command, Serving
from tests.cli.test_serve import ask, qb_log, until
from tests.platforms import not_on_windows

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
Serve = Callable[..., Serving]


def test_an_installation_is_imported_and_its_users_sign_in(qb: Command, serve: Serve) -> None:
    qb("company", "create", "shop", "--sample")
    result = qb("config", "import", str(EXAMPLES / "connector.reg"))
    assert result.code == 0
    assert result.err == ('Left out: There is no setting "WindowPlacement".\n12 settings and 2 users are imported.\n')
    assert qb("config", "import", str(EXAMPLES / "older-connector.reg")).err == "5 settings and 1 users are imported.\n"
    qb("config", "set", "LogDir", "")
    for name in ("store", "reports", "till"):
        assert qb("user", "edit", name, "--company-file", "shop.qbsandbox").code == 0
    serving = serve()
    for name, password in (("store", "open sesame"), ("reports", "naïve café"), ("till", "plain as day")):
        answer = requests.post(
            serving.url,
            b"",
            headers={
                "X-AcctSyncInteractionType": "103",
                "Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode(),
            },
            timeout=30,
        )
        assert (answer.status_code, answer.text) == (200, "16.0\r\n")
    settings = TomlStore(qb.data / "settings.toml")
    until(lambda: all(str(user["Password"]).startswith("$argon2id$") for user in settings.read().users.values()))
    assert ask(serving.url, "store", "open sesame").status_code == 200
    _, err = serving.stop()
    assert "the password of store is stored as argon2id now" in err


def test_the_sha256_scheme_keeps_passwords_for_the_original_product(qb: Command, tmp_path: Path) -> None:
    qb("user", "add", "new", "--password", "x")
    qb("config", "set", "PasswordScheme", "sha256")
    qb("user", "add", "shared", "--password", "x")
    stored = TomlStore(qb.data / "settings.toml").read().users
    assert stored["shared"]["Password"] == hashlib.sha256(b"x").hexdigest()
    exported = tmp_path / "out.reg"
    result = qb("config", "export", str(exported))
    assert result.err == "User new needs a new password there: an argon2id hash is no use to it.\n"
    text = exported.read_text("utf-16")
    assert f'"Password"="{stored["shared"]["Password"]}"' in text
    assert "argon2" not in text
    assert "PasswordScheme" not in text


@pytest.mark.parametrize("arguments", [[], ["x.reg", "--registry"]])
def test_one_place_has_to_be_named_to_import_from(qb: Command, arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.reg").write_text("REGEDIT4\n")
    result = qb("config", "import", *(argument.replace("x.reg", str(tmp_path / "x.reg")) for argument in arguments))
    assert result.code == 2
    assert "Say which file to import, or --registry." in result.err


@not_on_windows("Windows has a registry")
def test_only_windows_has_a_registry(qb: Command) -> None:
    assert qb("config", "import", "--registry").code == 2


def test_a_file_without_the_product(qb: Command, tmp_path: Path) -> None:
    (tmp_path / "x.reg").write_text("REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\n")
    assert "it holds no key of the connector" in qb("config", "import", str(tmp_path / "x.reg")).err


def test_a_changed_user_is_refused_by_the_very_next_request(qb: Command, serve: Serve) -> None:
    qb("company", "create", "shop", "--sample")
    for name in ("anna", "bert"):
        qb("user", "add", name, "--password", "x", "--company-file", "shop.qbsandbox")
    serving = serve()
    for _ in range(3):
        assert ask(serving.url, "anna", "x").status_code == 200
        qb("user", "edit", "anna", "--password", "y")
        assert ask(serving.url, "anna", "x").status_code == 401
        assert ask(serving.url, "anna", "y").status_code == 200
        qb("user", "edit", "anna", "--password", "x")
    assert ask(serving.url, "bert", "x").status_code == 200
    qb("user", "remove", "bert")
    assert ask(serving.url, "bert", "x").status_code == 401


def test_what_needs_a_new_start_is_said_when_it_is_edited_by_hand(qb: Command, serve: Serve) -> None:
    qb("config", "set", "LogEnabled", "true")
    serve()
    file = qb.data / "settings.toml"
    file.write_text(file.read_text() + 'ConsoleHost = "localhost"\nLogLevel = "Verbose"\n')
    until(lambda: "in force at the next start: ConsoleHost" in qb_log(qb))


def test_tls_is_turned_on_and_its_certificate_changed_while_it_runs(qb: Command, serve: Serve, tmp_path: Path) -> None:
    qb("company", "create", "shop", "--sample")
    qb("user", "add", "anna", "--password", "x", "--company-file", "shop.qbsandbox")
    made = qb("cert", "generate", "--name", "localhost", "--name", "127.0.0.1", "--key", "ec")
    assert made.code == 0
    assert "Names: localhost, 127.0.0.1\n" in made.out
    serving = serve()
    port = int(serving.url.rstrip("/").rpartition(":")[2])
    assert ask(serving.url, "anna", "x").status_code == 200
    qb("config", "set", "SSLEnabled", "true")
    until(lambda: ask(serving.url, "anna", "x").status_code == 400)
    pinned = tmp_path / "pinned.pem"
    assert qb("cert", "export", str(pinned)).code == 0
    secure = serving.url.replace("http:", "https:")
    headers = {"X-AcctSyncInteractionType": "103"}
    answer = requests.post(secure, b"", headers=headers, auth=("anna", "x"), verify=str(pinned), timeout=30)
    assert answer.text == "16.0\r\n"
    first = ssl.get_server_certificate(("127.0.0.1", port))
    qb("cert", "generate", "--key", "ec", "--days", "20")
    until(lambda: ssl.get_server_certificate(("127.0.0.1", port)) != first)
    (qb.data / "tls" / "connector.pem").write_text("spoilt")
    _, err = serving.stop()
    assert "The certificate expires on" in err


def test_a_certificate_of_ones_own_is_selected(qb: Command, tmp_path: Path) -> None:
    from tests.tls.test_certificates import BOOKS, pfx

    file = tmp_path / "books.p12"
    file.write_bytes(pfx(BOOKS, "secret"))
    assert "SSLCertPassword is wrong" in qb("cert", "select", str(file), "--password", "no").err
    assert qb("config", "get", "SSLCertStore").out == "\n"
    assert qb("cert", "select", str(file), "--password", "secret", "--subject", "books.example").code == 0
    assert qb("config", "get", "SSLCertType").out == "PFX\n"
    assert "Subject: CN=books.example\n" in qb("cert", "show").out
    assert "secret" not in qb("config", "list").out


def test_serving_tls_without_a_certificate_says_what_to_do(qb: Command) -> None:
    qb("config", "set", "SSLEnabled", "true")
    process = qb.start("serve", "--port", "0", "--console-port", "0")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "SSLCertStore names none. `qbconnector cert generate` makes one" in err


def test_check_finds_what_is_wrong_and_says_what_to_do(qb: Command, tmp_path: Path) -> None:
    qb("config", "set", "SSLEnabled", "true")
    qb("config", "set", "LogEnabled", "true")
    qb("config", "set", "LogDir", str(tmp_path / "gone"))
    qb("user", "add", "anna", "--password", "x", "--company-file", "gone.qbsandbox")
    findings = [one for one in look(DataFolder(qb.data)) if not one.well]
    assert [one.text.partition(" ")[0] for one in findings] == ["The", "The", "User"]
    assert all(one.remedy for one in findings)
    qb("cert", "generate", "--key", "ec")
    qb("config", "set", "LogEnabled", "false")
    qb("company", "create", "gone", "--sample")
    result = qb("check")
    assert "The certificate is valid until" in result.out
    assert "User anna reaches gone.qbsandbox." in result.out


def test_the_connection_is_tested_for_a_user_and_for_the_open_file(qb: Command) -> None:
    path = qb("company", "create", "shop", "--sample").out.strip()
    qb("user", "add", "anna", "--password", "x", "--company-file", "shop.qbsandbox")
    assert qb("check", "connection", "--user", "anna").out == f"The connection works: {path}\n"
    assert qb("check", "connection").code == 1
    qb("company", "open", "shop")
    assert qb("check", "connection").out == f"The connection works: {path}\n"


class Service:
    """A service manager that does as it is told."""

    def __init__(self, program: Program) -> None:
        self.did: list[str] = []

    def __getattr__(self, name: str) -> Callable[[], str]:
        def do() -> str:
            self.did.append(name)
            return "stopped"

        return do


def test_the_eight_commands_in_both_spellings(qb: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(Program(qb.data))
    monkeypatch.setattr("qbconnector.cli.service.manager", lambda program: service)
    monkeypatch.setattr("qbconnector.cli.service.to_install", lambda program, terms: service)
    for name in ("Install", "Start", "Stop", "State", "Auto", "Manual", "Disabled", "Delete"):
        assert qb("/Service", name).code == 0
        assert qb("service", name.lower()).code == 0
    assert service.did[::2] == ["install", "start", "stop", "state", "auto", "manual", "disabled", "delete"]
    assert qb("/service", "state").out == "stopped\n"
    assert len(str(TomlStore(qb.data / "settings.toml").read().settings.local_auth)) == 32
    qb("config", "set", "RunAsService", "false")
    assert "RunAsService is false" in qb("/Service", "Start").err


@not_on_windows("it is Windows' own")
def test_what_only_a_service_of_windows_has_is_refused_elsewhere(qb: Command) -> None:
    assert "only Windows calls this" in qb("service", "host").err
    refused = qb("service", "install", "--user", "anna", "--password-stdin", stdin="x\n")
    assert "only a service of Windows has an account" in refused.err
    assert "only Windows has tasks at logon" in qb("service", "install", "--at-logon").err


@pytest.fixture
def asked(qb: Command, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The terms on which a service is installed, and who is let into the data folder."""
    asked: list[object] = []
    service = Service(Program(qb.data))

    def to_install(program: Program, terms: Account | AtLogon | None) -> Service:
        asked.append(terms)
        return service

    monkeypatch.setattr("qbconnector.cli.service.to_install", to_install)
    monkeypatch.setattr(DataFolder, "permit", lambda folder, user: asked.append(user))
    return asked


def test_the_password_of_a_services_account_is_asked_for(qb: Command, asked: list[object]) -> None:
    assert qb("service", "install", "--user", "anna", "--password-stdin", stdin="secret\n").code == 0
    assert asked == [Account("anna", "secret"), "anna"]
    assert qb("service", "install", "--user", "anna").code == 2


def test_a_task_at_logon_is_for_who_installs_it_or_for_whom_it_says(
    qb: Command, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "bob")
    monkeypatch.setenv("USERDOMAIN", "SHOP")
    assert "starts when SHOP\\bob logs on" in qb("service", "install", "--at-logon").err
    assert qb("service", "install", "--at-logon", "--elevated", "--user", "anna").code == 0
    assert asked == [AtLogon("SHOP\\bob"), AtLogon("anna", elevated=True), "anna"]
    assert "--elevated needs --at-logon" in qb("service", "install", "--elevated").err


def test_adding_a_user_offers_the_authorization(qb: Command) -> None:
    qb("company", "create", "shop")
    qb("company", "open", "shop")
    given = ["--password", "x", "--company-file", "shop.qbsandbox", "--app-name"]
    assert "needs the administrator's yes: qbconnector company authorize" in qb("user", "add", "a", *given, "Till").err
    assert "Authorized = False\n" in qb("user", "show", "a").out
    assert qb("user", "add", "b", *given, "Desk", "--authorize").code == 0
    assert "Authorized = True\n" in qb("user", "show", "b").out
    assert '"Desk", always' in qb("company", "state").out


def test_the_console_speaks_tls_too(qb: Command, serve: Serve, tmp_path: Path) -> None:
    qb("cert", "generate", "--key", "ec", "--name", "127.0.0.1")
    qb("config", "set", "ConsoleTLS", "true")
    serving = serve()
    assert serving.console.startswith("https://")
    pinned = tmp_path / "pinned.pem"
    qb("cert", "export", str(pinned))
    link = qb("console", "open", "--print").out.strip()
    assert link.startswith(serving.console)
    trusting = ssl.create_default_context(cafile=str(pinned))
    signed_in = httpx.get(link, verify=trusting, trust_env=False)
    assert "Secure" in signed_in.headers["set-cookie"]
    assert _is_ours(serving.console)
