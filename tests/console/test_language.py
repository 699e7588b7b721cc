"""Help with the language, by the API."""

import pytest

from qbconnector.console.api import language
from tests.console.conftest import Console

BEGUN = (
    '<?xml version="1.0"?>\n<?qbxml version="13.0"?>\n<QBXML><QBXMLMsgsRq onError="stopOnError">'
    "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>\U0001f600</FullName></CustomerRef><InvoiceLineAdd><"
)


def test_requests_templates_and_elements_are_those_of_the_version(console: Console) -> None:
    new = {one["name"]: one for one in console.api.get("/api/language/requests").json()}
    old = {one["name"] for one in console.api.get("/api/language/requests?version=1.0").json()}
    assert new["CustomerAddRq"] == {"name": "CustomerAddRq", "title": "Adds one customer.", "since": ""}
    assert old < new.keys()
    text = console.api.get("/api/language/templates/LeadAddRq?full=true").json()["text"]
    assert console.api.post("/api/language/problems", content=text).json() == []
    found = console.api.get("/api/language/elements/CustomerAddRq/CustomerAdd/Name?version=CA13.0").json()
    assert (found["lengths"]["CA"], found["count"]) == (41, "required")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("requests?version=99.0", 'There is no version "99.0" in qbxml.'),
        ("templates/LeadAddRq?version=12.0", 'There is no request "LeadAddRq" in qbxml 12.0.'),
        ("elements/CustomerAddRq/Nothing", 'There is no element "CustomerAddRq/Nothing" in qbxml 16.0.'),
    ],
)
def test_what_the_language_does_not_have_is_not_found(console: Console, path: str, problem: str) -> None:
    answer = console.api.get(f"/api/language/{path}")
    assert (answer.status_code, answer.json()["detail"]) == (404, problem)
    assert answer.json()["remedy"]


def test_a_text_is_completed_explained_judged_and_laid_out(console: Console) -> None:
    at = {"offset": len(BEGUN)}
    found = console.api.post("/api/language/completions", params=at, content=BEGUN.encode()).json()
    assert (found["start"], found["end"]) == (len(BEGUN) - 1, len(BEGUN))
    assert [one["label"] for one in found["options"]][:2] == ["ItemRef", "Desc"]
    explained = console.api.post("/api/language/element", params={"offset": len(BEGUN) - 1}, content=BEGUN.encode())
    assert explained.json()["path"] == "InvoiceAddRq/InvoiceAdd/InvoiceLineAdd"
    assert console.api.post("/api/language/element", params={"offset": 0}, content=b"").json() is None
    wrong = console.api.get("/api/language/templates/CustomerAddRq").json()["text"].replace("Name>", "Nome>")
    problems = console.api.post("/api/language/problems", content=wrong).json()
    assert [(one["line"], one["severity"]) for one in problems][:1] == [(7, "error")]
    assert console.api.post("/api/language/layout", content=b"<a><b/></a>").json()["text"] == "<a>\n  <b/>\n</a>\n"
    refused = console.api.post("/api/language/layout", content=b"<a>\n<b></a>")
    assert (refused.status_code, "in line 2" in refused.json()["detail"]) == (422, True)


def test_a_call_is_written_as_code(console: Console) -> None:
    found = console.api.post("/api/language/code", params={"user": "demo"}, content=b"<QBXML/>").json()
    assert [one["language"] for one in found] == ["curl", "python", "powershell"]
    assert all(console.data.rstrip("/").rpartition(":")[2] in one["text"] for one in found)


def test_no_more_than_a_mebibyte_is_helped_with(console: Console) -> None:
    large = console.api.post("/api/language/problems", content=b" " * (language.LARGEST + 1))
    assert (large.status_code, large.json()["detail"]) == (413, "The text has more than 1,048,576 bytes.")
    assert console.api.post("/api/language/problems", content=b"\xff").status_code == 422
