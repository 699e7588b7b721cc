"""A real Chromium, and a page of it that has signed in to the console."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.console.conftest import Console

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file of tests: while it runs, no other event loop may run in this thread."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, console: Console) -> Iterator[Open]:
    """Opens a page of the console, signed in. Nothing may fail on it, and it may ask no other host for anything."""
    troubles: list[str] = []
    contexts = []

    def begin(path: str = "/", size: dict[str, int] = WIDE, theme: str = "light") -> Page:
        context = chromium.new_context(base_url=console.url, viewport=size, color_scheme=theme)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
        page.on("request", lambda one: None if one.url.startswith((console.url, "data:")) else troubles.append(one.url))
        page.goto(console.link())
        page.goto(path)
        return page

    yield begin
    for context in contexts:
        context.close()
    assert troubles == []
