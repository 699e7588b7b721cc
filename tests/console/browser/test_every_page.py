"""Every page, wide and narrow, light and dark: accessible, nothing wider than the screen; and pictures for the docs.

QBCONNECTOR_PICTURES names a folder that the pictures are written to.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from qbconnector.cli.demo import FILE
from tests.console.browser.conftest import NARROW, WIDE, Open
from tests.console.conftest import Console
from tests.console.test_status import QUERY, running

PAGES = (
    "/users",
    "/users/new",
    "/users/edit/demo",
    "/status",
    "/status/requests/1",
    "/company",
    f"/company/overview?file={FILE}",
    f"/company/list/Customer?file={FILE}",
    f"/company/list/Transaction?file={FILE}",
    f"/company/list/Lead?file={FILE}",
    f"/company/find?text=ar&file={FILE}",
    "/explorer",
    "/advanced",
    "/nowhere",
)
SIZES = {"wide": WIDE, "narrow": NARROW}


def single_objects(console: Console) -> list[str]:
    """The pages of one customer, invoice and account."""
    found = {}
    for kind in ("Customer", "Invoice", "Account"):
        page = console.api.get("/api/company/objects", params={"kind": kind, "size": 1, "file": FILE}).json()
        found[kind] = page["rows"][0]["link"]["id"]
    pages = [f"/company/object/{id_}?file={FILE}" for id_ in found.values()]
    return [*pages, *(f"/company/register/{found[kind]}?file={FILE}" for kind in ("Customer", "Account"))]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_accessible_and_fit(open_page: Open, console: Console, size: str, theme: str) -> None:
    page = open_page("/users", SIZES[size], theme)
    with busy(console):
        look_at_every(page, (*PAGES, *single_objects(console)), size, theme)


@contextmanager
def busy(console: Console) -> Iterator[None]:
    """A connector with something to show: requests of every kind, a session that stays, one that hangs."""
    console.api.patch("/api/settings", json={"LogLevel": "Verbose"})
    for body, interaction, password in ((QUERY, "0", "demo"), (b"", "1", "wrong"), (b"<no/>", "0", "demo")):
        console.send(body, interaction, password=password)
    console.send(interaction="101")
    console.api.post("/api/users", json={"Name": "bo", "Password": "b"})
    console.hang()
    with ThreadPoolExecutor() as pool:
        hanging = pool.submit(console.send, QUERY, user="bo", password="b")
        (one,) = running(console, 1)
        yield
        console.api.delete(f"/api/status/running/{one['number']}")
        assert hanging.result().status_code == 517


def look_at_every(page: Page, paths: Iterable[str], size: str, theme: str) -> None:
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if folder := os.environ.get("QBCONNECTOR_PICTURES"):
            name = f"{path.strip('/').replace('/', '-').partition('?')[0]}-{size}-{theme}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)
        found = Axe().run(page)
        # The report of the package itself does not know elements in shadow roots.
        violations = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found.response["violations"]]
        assert violations == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
