"""Every page, wide and narrow, light and dark: accessible, nothing wider than the screen; and pictures for the docs.

QBCONNECTOR_PICTURES names a folder that the pictures are written to.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.console.browser.conftest import NARROW, WIDE, Open

PAGES = ("/users", "/users/new", "/users/edit/demo", "/advanced", "/nowhere")
SIZES = {"wide": WIDE, "narrow": NARROW}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_accessible_and_fit(open_page: Open, size: str, theme: str) -> None:
    page = open_page("/users", SIZES[size], theme)
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if folder := os.environ.get("QBCONNECTOR_PICTURES"):
            name = f"{path.strip('/').replace('/', '-')}-{size}-{theme}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
