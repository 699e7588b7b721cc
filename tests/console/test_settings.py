"""Settings, the certificate and moving in and out, by the API."""

import socket
import ssl
from pathlib import Path

import httpx

from qbconnector.console.pages.advanced import GROUPS
from qbconnector.settings.values import SETTINGS
from tests.console.conftest import Console
from tests.docs.pages import ROOT


def test_every_setting_stands_in_one_group() -> None:
    grouped = [name for _, _, names in GROUPS for name in names]
    assert sorted(grouped) == sorted(SETTINGS)


def test_settings_are_shown_changed_and_in_force(console: Console) -> None:
    shown = {one["name"]: one for one in console.api.get("/api/settings").json()}
    assert list(shown) == list(SETTINGS)
    assert shown["LogLevel"]["value"] == "Info"
    assert shown["SSLCertPassword"]["value"] is False
    changed = console.api.patch("/api/settings", json={"loglevel": "Verbose", "Timeout": "90"})
    assert [(one["name"], one["value"]) for one in changed.json()] == [("LogLevel", "Verbose"), ("Timeout", 90)]
    assert console.api.get("/api/settings/timeout").json()["value"] == 90
    later = console.api.patch("/api/settings", json={"ConsolePort": 1}).json()[0]
    assert (later["restart"], later["waiting"], later["value"], later["in_force"]) == (True, True, 1, 0)


def test_what_cannot_be_in_force_is_not_stored(console: Console) -> None:
    refused = console.api.patch("/api/settings", json={"Timeout": 5, "Port": 99999})
    assert (refused.status_code, refused.json()["field"]) == (422, "Port")
    certificate = console.api.patch("/api/settings", json={"SSLEnabled": True})
    assert (certificate.status_code, "SSLCertStore names none" in certificate.json()["detail"]) == (422, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = console.api.patch("/api/settings", json={"Timeout": 5, "Port": taken.getsockname()[1]})
        assert (busy.status_code, "Cannot listen" in busy.json()["detail"]) == (409, True)
    assert console.api.get("/api/settings/Timeout").json()["value"] == 60
    assert console.api.get("/api/settings/SSLEnabled").json()["value"] is False


def test_tls_is_turned_on_and_its_certificate_exported(console: Console, tmp_path: Path) -> None:
    assert console.api.get("/api/certificate").status_code == 422
    made = console.api.post("/api/certificate", json={"names": ["127.0.0.1", "localhost"], "key": "ec"})
    assert made.status_code == 201
    assert made.json()["facts"]["Names"] == "localhost, 127.0.0.1"
    console.api.patch("/api/settings", json={"SSLEnabled": True})
    pinned = tmp_path / "pinned.pem"
    pinned.write_bytes(console.api.get("/api/certificate/file").content)
    trusting = ssl.create_default_context(cafile=str(pinned))
    headers = {"X-AcctSyncInteractionType": "103"}
    secure = console.data.replace("http:", "https:")
    answer = httpx.post(secure, auth=("demo", "demo"), headers=headers, content=b"", verify=trusting, trust_env=False)
    assert answer.text == "16.0\r\n"
    plain = httpx.post(console.data, auth=("demo", "demo"), headers=headers, content=b"", trust_env=False)
    assert plain.status_code == 400


def test_a_certificate_of_ones_own_is_selected(console: Console) -> None:
    made = console.api.post("/api/certificate", json={"names": ["one.example"], "key": "ec"})
    file = (console.folder.tls / "connector.pem").read_bytes()
    console.api.post("/api/certificate", json={"names": ["other.example"], "key": "ec"})
    bad = console.api.put("/api/certificate", files={"file": ("x.pem", b"nonsense")})
    assert bad.status_code == 422
    assert console.api.get("/api/certificate").json()["facts"]["Names"] == "other.example"
    assert console.api.put("/api/certificate", files={"file": ("x.pem", file)}).status_code == 200
    assert console.api.get("/api/certificate").json() == made.json()
    assert [one.name for one in console.folder.tls.iterdir() if one.name.startswith("new")] == []


def test_an_installation_moves_in_and_out(console: Console) -> None:
    export = (ROOT / "docs/examples/connector.reg").read_bytes()
    taken = console.api.post("/api/installation", files={"file": ("connector.reg", export)})
    assert taken.status_code == 200, taken.text
    assert taken.json()["users"] > 0
    out = console.api.get("/api/installation")
    assert out.content.startswith(b"\xff\xfeW")
    assert console.api.get("/api/installation/passwords").json()["needy"] == ["demo"]
    assert console.api.post("/api/installation", files={"file": ("x.reg", b"nonsense")}).status_code == 422
