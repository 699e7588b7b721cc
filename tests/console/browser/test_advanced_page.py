"""The Advanced page, in a real browser."""

import ssl
from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.console.browser.conftest import Open
from tests.console.conftest import Console
from tests.console.test_users import post


def test_settings_are_saved_and_what_is_wrong_shows_at_its_field(open_page: Open, console: Console) -> None:
    page = open_page("/advanced")
    form = page.locator("form#ip")
    form.get_by_label("Timeout").fill("a while")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[data-problem=Timeout]")).to_contain_text("it takes a whole number")
    expect(form.get_by_label("Timeout")).to_be_focused()
    form.get_by_label("Timeout").fill("90")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(form.get_by_label("Timeout")).to_have_value("90")
    assert console.api.get("/api/settings/Timeout").json()["value"] == 90
    assert console.api.get("/api/settings/Port").json()["value"] == 0


def test_tls_is_turned_on_and_the_certificate_pinned_by_a_client(
    open_page: Open, console: Console, tmp_path: Path
) -> None:
    page = open_page("/advanced#certificate")
    section = page.locator("section#certificate")
    expect(section).to_contain_text("SSLCertStore names none")
    section.get_by_label("Names").fill("127.0.0.1, localhost")
    section.get_by_label("Key").select_option("ec")
    section.get_by_role("button", name="Generate").click()
    expect(section).to_contain_text("SHA-256")
    page.locator("form#tls").get_by_label("SSLEnabled").check()
    page.locator("form#tls").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    with page.expect_download() as download:
        section.get_by_role("link", name="PEM").click()
    pinned = tmp_path / "pinned.pem"
    download.value.save_as(pinned)
    headers = {"X-AcctSyncInteractionType": "103"}
    plain = post(console, "demo", "demo", "103")
    assert (plain.status_code, "TLS only" in plain.text) == (400, True)
    trusting = ssl.create_default_context(cafile=str(pinned))
    secure = console.data.replace("http:", "https:")
    answer = httpx.post(secure, auth=("demo", "demo"), headers=headers, content=b"", verify=trusting, trust_env=False)
    assert answer.text == "16.0\r\n"


def test_a_token_is_made_shown_once_and_removed(open_page: Open, console: Console) -> None:
    page = open_page("/advanced#access")
    page.get_by_label("A new token's name").fill("nightly")
    page.get_by_role("button", name="Make a token").click()
    token = page.locator("p.secret code").inner_text()
    bearer = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{console.url}api/users", headers=bearer, trust_env=False).status_code == 200
    page.reload()
    expect(page.locator("p.secret")).to_have_count(0)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name="nightly").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("row", name="nightly")).to_have_count(0)
    assert httpx.get(f"{console.url}api/users", headers=bearer, trust_env=False).status_code == 401
