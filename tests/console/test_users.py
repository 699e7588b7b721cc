"""Users by the API."""

import httpx
import pytest

from tests.console.conftest import Console


def post(console: Console, name: str, password: str, interaction: str = "1") -> httpx.Response:
    headers = {"X-AcctSyncInteractionType": interaction}
    return httpx.post(console.data, auth=(name, password), headers=headers, content=b"", trust_env=False)


def test_a_user_has_a_life(console: Console) -> None:
    added = console.api.post("/api/users", json={"Name": "anna", "Password": "s:cret", "ReadOnly": True})
    assert added.status_code == 201
    assert added.json()["ReadOnly"] is True
    assert added.json()["HasPassword"] is True
    assert "Password" not in added.json()
    assert post(console, "anna", "s:cret").status_code == 200
    changed = console.api.patch("/api/users/anna", json={"Password": "other", "AppName": "Till"})
    assert changed.json()["AppName"] == "Till"
    assert changed.json()["ReadOnly"] is True
    assert post(console, "anna", "s:cret").status_code == 401
    assert post(console, "anna", "other").status_code == 200
    assert [one["Name"] for one in console.api.get("/api/users").json()] == ["anna", "demo"]
    assert console.api.delete("/api/users/Anna").status_code == 204
    assert post(console, "anna", "other").status_code == 401
    assert console.api.get("/api/users/anna").status_code == 404


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"Name": "anna"}, 422, None),
        ({"Name": "an:na", "Password": "x"}, 422, None),
        ({"Name": "DEMO", "Password": "x"}, 409, None),
        ({"Name": "anna", "Password": "x", "AuthMode": "Magic"}, 422, "AuthMode"),
        ({"Name": "anna", "Password": "x", "Colour": "red"}, 404, None),
        ({"Name": "anna", "Password": "x", "ReadOnly": {"no": 1}}, 422, "ReadOnly.bool"),
    ],
)
def test_what_cannot_be_a_user_is_refused_and_not_stored(
    console: Console, values: dict[str, object], status: int, field: str | None
) -> None:
    for url in ("/api/users?check=true", "/api/users"):
        refused = console.api.post(url, json=values)
        assert (refused.status_code, refused.json().get("field")) == (status, field), refused.text
        assert refused.json()["detail"].endswith(".")
    assert [one["Name"] for one in console.api.get("/api/users").json()] == ["demo"]


def test_a_check_stores_nothing(console: Console) -> None:
    assert console.api.post("/api/users?check=true", json={"Name": "anna", "Password": "x"}).status_code == 201
    assert console.api.patch("/api/users/demo?check=true", json={"AppName": "Till"}).status_code == 200
    users = console.api.get("/api/users").json()
    assert [(one["Name"], one["AppName"]) for one in users] == [("demo", "")]


def test_the_connection_is_tested_with_reason_and_remedy(console: Console) -> None:
    good = console.api.post("/api/connection-test", json={"User": "demo"}).json()
    assert good["ok"] is True
    assert good["company_file"].endswith("demo.qbsandbox")
    assert console.api.post("/api/connection-test", json={}).json()["ok"] is True
    console.api.post("/api/users", json={"Name": "anna", "Password": "x", "CompanyFile": "none.qbsandbox"})
    bad = console.api.post("/api/connection-test", json={"User": "anna"}).json()
    assert bad["ok"] is False
    assert bad["problem"].startswith("0x8004")
    assert bad["remedy"]


def test_a_user_says_whether_its_application_is_authorized(console: Console) -> None:
    standing = console.api.get("/api/users/demo").json()["Authorization"]
    assert (standing["Needed"], standing["Application"]) == (False, "qbconnector")
