"""The Users page, in a real browser."""

from playwright.sync_api import expect

from tests.console.browser.conftest import Open
from tests.console.conftest import Console
from tests.console.test_users import post


def test_a_user_is_added_edited_tested_and_removed(open_page: Open, console: Console) -> None:
    page = open_page("/users")
    page.get_by_role("link", name="Add a user").click()
    page.get_by_role("button", name="Add the user").click()
    expect(page.get_by_role("alert")).to_contain_text("a name has at least one character")
    page.get_by_label("User", exact=True).fill("anna")
    page.get_by_label("Password").fill("a secret")
    page.get_by_label("Company file").fill("demo.qbsandbox")
    page.get_by_role("button", name="Add the user").click()
    expect(page.get_by_role("heading", name="anna")).to_be_visible()
    expect(page.get_by_text("The user is added.")).to_be_visible()
    assert post(console, "anna", "a secret").status_code == 200

    page.get_by_label("Read-only").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="anna")).to_contain_text("Read-only")
    page.get_by_role("button", name="Test the connection of anna").click()
    expect(page.get_by_text("The connection works")).to_be_visible()

    page.get_by_role("link", name="anna").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("demo.qbsandbox")).to_be_visible()
    expect(page.get_by_role("row", name="anna")).to_have_count(0)
    assert post(console, "anna", "a secret").status_code == 401


def test_what_is_wrong_shows_at_its_field_while_it_is_filled_in(open_page: Open) -> None:
    page = open_page("/users/new")
    page.get_by_label("User", exact=True).fill("de:mo")
    page.get_by_label("Password").fill("x")
    page.get_by_label("Company file").fill("")
    page.get_by_role("button", name="Add the user").click()
    expect(page.get_by_role("alert")).to_contain_text("no colon")


def test_the_password_signs_in_and_signing_out_ends_it(open_page: Open, console: Console) -> None:
    page = open_page("/users")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Administrator's password")).to_be_focused()
    page.get_by_label("Administrator's password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not the password")
    page.get_by_label("Administrator's password").fill(console.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Users")).to_be_visible()
