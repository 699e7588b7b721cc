"""A company file read by the API and by the pages: both show the same, page by page."""

import httpx

from tests.console.conftest import Console


def get(console: Console, path: str, **query: object) -> httpx.Response:
    return console.api.get(f"/api/company/{path}", params={"file": "demo.qbsandbox", **query})  # type: ignore[dict-item]


def test_everything_leads_to_everything(console: Console) -> None:
    groups = {one["kind"]: one["count"] for one in get(console, "groups").json()}
    assert groups["Invoice"] > 100
    page = get(console, "objects", kind="Invoice", order="-amount", size=5).json()
    link = page["rows"][0]["link"]
    invoice = get(console, f"transactions/{link['id']}").json()
    assert invoice["detail"]["link"] == link
    account = next(one["account"] for one in invoice["postings"] if one["debit"])
    register = get(
        console, f"registers/{account['id']}", until=invoice["date"], since=invoice["date"], size=1000
    ).json()
    assert link in [entry["link"] for entry in register["entries"]]
    assert "InvoiceLineRet" in get(console, f"objects/{link['id']}").json()["raw"]
    found = get(console, "search", text=invoice["number"]).json()
    assert link in [hit["link"] for hit in found["numbers"]]


def test_pages_lead_on_and_back(console: Console) -> None:
    query = {"kind": "Customer", "size": 7}
    names, after, pages = [], "", 0
    while True:
        page = get(console, "objects", **query, after=after).json()
        names += [row["link"]["name"] for row in page["rows"]]
        pages, after = pages + 1, page["next"]
        if not after:
            break
    assert (len(names), pages) == (page["count"], -(-page["count"] // 7))
    assert len(set(names)) == len(names)
    back = get(console, "objects", **query, before=page["previous"]).json()
    assert [row["link"]["name"] for row in back["rows"]] == names[(pages - 2) * 7 : (pages - 1) * 7]


def test_what_is_not_there_says_so(console: Console) -> None:
    for path, query, status in (
        ("objects/1-1", {}, 404),
        ("transactions/1-1", {}, 404),
        ("objects", {"kind": "Colour"}, 422),
        ("objects", {"kind": "Invoice", "since": "yesterday"}, 422),
        ("objects", {"kind": "Invoice", "after": "!"}, 422),
        ("objects", {"kind": "Invoice", "size": 0}, 422),
    ):
        refused = get(console, path, **query)
        assert refused.status_code == status, refused.text
        assert refused.json()["detail"].endswith(".")
    class_ = get(console, "objects", kind="Class").json()["rows"][0]["link"]["id"]
    assert get(console, f"registers/{class_}").status_code == 404
    page = console.api.get("/company/object/1-1")
    assert (page.status_code, "Nothing in this company file has the id" in page.text) == (404, True)
    page = console.api.get("/company/list/Invoice?size=many")
    assert (page.status_code, "no number of rows" in page.text) == (422, True)


def test_a_part_of_a_page_is_that_part(console: Console) -> None:
    address = "/company/list/Customer?search=garden"
    whole, part = console.api.get(address), console.api.get(address, headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert [one.text.count("<html") for one in (whole, part, console.api.get(address, headers=again))] == [1, 0, 1]
    assert "Front Garden" in whole.text
    assert "Front Garden" in part.text
    assert "Brightwater" not in part.text
