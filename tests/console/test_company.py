"""The sandbox's company files by the API: made, verified, opened; and whom they let in."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from tests.console.conftest import Console

QUERY = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    "<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
)


def ended(console: Console, begun: httpx.Response) -> dict[str, Any]:
    """What a task came to."""
    assert begun.status_code == 202, begun.text
    task: dict[str, Any] = begun.json()
    while task["ended"] is None:
        task = console.api.get(f"/api/company/tasks/{task['number']}").json()
    return task


def create(console: Console, **wanted: object) -> dict[str, Any]:
    return ended(console, console.api.post("/api/company/files", json=wanted))


def knock(console: Console, name: str) -> httpx.Response:
    """A request of a user; its first line says the error."""
    headers = {"X-AcctSyncInteractionType": "0"}
    return httpx.post(console.data, auth=(name, "x"), headers=headers, content=QUERY, trust_env=False)


def answer(console: Console, file: str, application: str, said: str) -> httpx.Response:
    body = {"file": file, "application": application, "answer": said}
    return console.api.post("/api/company/authorizations", json=body)


def test_a_company_file_is_created_verified_and_listed(console: Console) -> None:
    made = create(console, file="shop", name="The Shop", customers=3, invoices=0)
    assert (made["problem"], made["done"], made["file"]) == (
        "",
        made["steps"],
        str((console.folder.companies / "shop.qbsandbox").resolve()),
    )
    files = {one["file"]: one for one in console.api.get("/api/company/files").json()}
    assert (files["shop.qbsandbox"]["company"], files["shop.qbsandbox"]["open"]) == ("The Shop", False)
    assert files["demo.qbsandbox"]["open"] is True
    found = ended(console, console.api.post("/api/company/verifications", json={"file": "shop"}))
    assert (found["what"], found["faults"], found["problem"]) == ("verified", [], "")
    assert [one["number"] for one in console.api.get("/api/company/tasks").json()] == [2, 1]


def test_what_is_wrong_in_a_company_file_is_found(console: Console) -> None:
    create(console, file="shop", customers=3, invoices=3)
    with closing(sqlite3.connect(console.folder.companies / "shop.qbsandbox")) as books, books:
        books.execute("UPDATE balance SET amount = amount + 1 WHERE object = (SELECT min(object) FROM balance)")
    found = ended(console, console.api.post("/api/company/verifications", json={"file": "shop"}))
    assert "postings say" in found["faults"][0]


NAMES = (
    ("none.qbsandbox", 404, "no company file"),
    ("notes.txt", 409, "not a company file of the sandbox"),
    ("real.qbw", 409, "real QuickBooks"),
    ("../companies/demo.qbsandbox", 422, "does not say which"),
    ("a\x00b", 422, ""),
    ("..", 409, "a folder"),
    ("torn.qbsandbox", 409, "cannot be read"),
)


def test_a_name_from_a_browser_means_a_company_file_or_nothing(console: Console) -> None:
    companies = console.folder.companies
    (companies / "notes.txt").write_text("notes")
    (companies / "real.qbw").write_bytes(b"\x00" * 4096)
    (companies / "torn.qbsandbox").write_bytes((companies / "demo.qbsandbox").read_bytes()[:5000])
    for name, status, word in NAMES:
        for one in (
            console.api.post("/api/company/open", json={"file": name}),
            answer(console, name, "Till", "no"),
            console.api.get("/api/company/overview", params={"file": name}),
        ):
            assert one.status_code == status, one.text
            assert word in one.json()["detail"]
    assert console.api.get("/api/company/state").json()["file"].endswith("demo.qbsandbox")


def test_a_full_path_means_any_company_file(console: Console, tmp_path: Path, sample: Path) -> None:
    path = tmp_path / "elsewhere.qbsandbox"
    path.write_bytes(sample.read_bytes())
    assert console.api.get("/api/company/overview", params={"file": str(path)}).json()["is_sample"] is True
    assert console.api.post("/api/company/open", json={"file": str(path)}).json()["file"] == str(path.resolve())


def test_new_files_are_made_in_the_data_folder_only_and_never_over_another(console: Console) -> None:
    before = sorted(console.folder.root.rglob("*"))
    for name in ("../shop", "/tmp/shop", "a:b", ".hidden", " ", "", "a\nb", 'a"b'):
        assert console.api.post("/api/company/files", json={"file": name}).status_code == 422, name
    refused = console.api.post("/api/company/files", json={"file": "demo"})
    assert (refused.status_code, "exists already" in refused.json()["detail"]) == (409, True)
    assert sorted(console.folder.root.rglob("*")) == before


def test_one_task_at_a_time_and_what_is_stopped_leaves_nothing(console: Console) -> None:
    begun = console.api.post("/api/company/files", json={"file": "big", "customers": 1000, "invoices": 100_000})
    again = console.api.post("/api/company/files", json={"file": "big"})
    assert (again.status_code, "is being created" in again.json()["detail"]) == (409, True)
    assert console.api.delete(f"/api/company/tasks/{begun.json()['number']}").status_code == 202
    task = ended(console, begun)
    assert (task["stopped"], task["problem"]) == (True, "")
    assert [path.name for path in console.folder.companies.iterdir() if path.name.startswith("big")] == []
    assert console.api.get("/api/company/tasks/99").status_code == 404


def test_an_application_knocks_and_is_let_in(console: Console) -> None:
    create(console, file="shop")
    user = {"Name": "anna", "Password": "x", "AppName": "Order Desk", "CompanyFile": "shop.qbsandbox"}
    console.api.post("/api/users", json=user)
    console.api.post("/api/company/close", json={})
    assert knock(console, "anna").text.startswith("0x80040418")
    asked = console.api.get("/api/company/authorizations").json()[0]
    assert (asked["application"], asked["answer"], bool(asked["since"])) == ("Order Desk", "", True)

    refused = answer(console, asked["file"], "Order Desk", "always")
    assert refused.status_code == 409
    offer = refused.json()["offer"]
    opened = console.api.request(offer["method"], offer["url"], json=offer["body"]).json()
    assert (opened["file"], opened["mode"], opened["user"]) == (asked["file"], "Single", "Admin")
    assert answer(console, asked["file"], "Order Desk", "always").status_code == 204
    assert "CustomerQueryRs" in knock(console, "anna").text
    assert console.api.get("/api/users/anna").json()["Authorization"]["Needed"] is False

    assert answer(console, "shop", "Order Desk", "no").status_code == 204
    assert knock(console, "anna").text.startswith("0x80040420")


def test_dialogs_and_spoiled_starts_are_what_applications_see(console: Console) -> None:
    console.api.patch("/api/users/demo", json={"Password": "x"})
    assert console.api.post("/api/company/dialog", json={"text": "Save?"}).json()["dialog"] == "Save?"
    assert "0x80040414" in knock(console, "demo").text
    console.api.post("/api/company/dialog", json={"text": ""})
    assert "CustomerQueryRs" in knock(console, "demo").text
    console.api.post("/api/company/close", json={})
    nothing = console.api.post("/api/company/dialog", json={"text": "Save?"})
    assert (nothing.status_code, "not open" in nothing.json()["detail"]) == (409, True)
    spoiled = console.api.post("/api/company/fault", json={"error": "0x80080005", "starts": 2}).json()
    assert (spoiled["fault"], spoiled["starts"]) == ("0x80080005", 2)
    assert console.api.post("/api/company/fault", json={"starts": 0}).json()["fault"] == ""
    assert console.api.post("/api/company/fault", json={"error": "badly"}).status_code == 422


def test_without_a_file_it_is_the_one_that_is_open(console: Console) -> None:
    assert console.api.get("/api/company/overview").json()["company"]
    console.api.post("/api/company/close", json={})
    missing = console.api.get("/api/company/overview")
    assert (missing.status_code, "QuickBooks is not open" in missing.json()["detail"]) == (409, True)
