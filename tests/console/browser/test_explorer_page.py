"""The Explorer, in a real browser."""

import csv
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from qbconnector.qbxml.assist import lookup
from tests.console.browser.conftest import NARROW, Open
from tests.console.conftest import Console
from tests.console.test_answers import send
from tests.console.test_status import running


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Request")


def options(page: Page) -> Locator:
    return page.locator(".cm-tooltip-autocomplete li")


def problems(page: Page) -> Locator:
    return page.get_by_role("list", name="Problems").get_by_role("button")


def go_behind(page: Page, text: str) -> None:
    """Put the cursor behind a text, by the keyboard."""
    expect(editor(page)).to_contain_text(text)
    editor(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    expect(page.get_by_label("Find")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(editor(page)).to_be_focused()
    page.keyboard.press("ArrowRight")


def test_elements_are_offered_where_they_may_stand(open_page: Open) -> None:
    page = open_page("/explorer?template=InvoiceAddRq")
    go_behind(page, "</Rate>")
    page.keyboard.type("\n<")
    expect(options(page)).to_contain_text(["ClassRef"])
    expect(options(page).filter(has_text="ItemRef")).to_have_count(0)
    page.keyboard.type("Cl")
    expect(options(page)).to_have_count(1)
    expect(page.locator(".cm-completionInfo")).to_contain_text("FullName")
    page.keyboard.press("Enter")
    page.keyboard.type("North")
    expect(editor(page)).to_contain_text("<ClassRef>            <FullName>North</FullName>")
    expect(page.locator("#problem-count")).to_have_text("No problems")
    expect(page.locator("#path")).to_have_text(
        "InvoiceAddRq \u203a InvoiceAdd \u203a InvoiceLineAdd \u203a ClassRef \u203a FullName"
    )
    expect(page.get_by_role("heading", name="FullName")).to_be_visible()
    go_behind(page, "</ClassRef>")
    page.keyboard.type("<x>")
    expect(editor(page)).to_contain_text("<x></x>")


def test_a_mistake_is_marked_while_it_is_typed_and_the_list_leads_to_it(open_page: Open) -> None:
    page = open_page("/explorer?template=InvoiceAddRq")
    expect(page.locator("#problem-count")).to_have_text("No problems")
    go_behind(page, "<Quantity>")
    page.keyboard.type("two ")
    expect(page.locator(".cm-lintRange-error")).to_have_text("two 2")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    expect(page.locator("#problem-count")).to_have_text("1 problem")
    page.keyboard.press("Control+Home")
    problems(page).click()
    expect(page.locator("#position")).to_have_text("Line 18, column 26")
    expect(editor(page)).to_be_focused()
    page.keyboard.type("3")
    expect(page.locator("#problem-count")).to_have_text("No problems")
    expect(editor(page)).to_contain_text("<Quantity>3</Quantity>")


def test_a_template_is_filled_in_sent_and_shown_in_several_forms(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/explorer")
    page.get_by_role("button", name="Templates").click()
    page.get_by_role("combobox", name="Search the requests").fill("customer add")
    expect(page.get_by_role("option", name="CustomerAddRq")).to_be_visible()
    page.keyboard.press("Enter")
    go_behind(page, "<Name>")
    page.keyboard.type("=The ")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("list", name="Statuses")).to_contain_text("0 CustomerAddRs Status OK")
    expect(page.get_by_role("textbox", name="The answer")).to_contain_text("<FullName>=The Hollow Oak Farm</FullName>")
    page.get_by_role("button", name="Table").click()
    sheet = page.get_by_role("region", name="CustomerRet")
    expect(sheet.get_by_role("columnheader", name="BillAddress.Addr1")).to_be_attached()
    expect(sheet.get_by_role("cell", name="nora@example.com")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV of CustomerRet").click()
    download.value.save_as(tmp_path / "customers.csv")
    with (tmp_path / "customers.csv").open(newline="") as file:
        assert [row["Name"] for row in csv.DictReader(file)] == ["'=The Hollow Oak Farm"]
    page.get_by_role("button", name="JSON", exact=True).click()
    expect(page.get_by_label("The answer as JSON")).to_contain_text('"IsActive": true')
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("list", name="Statuses")).to_contain_text("3100 CustomerAddRs")


def test_everything_is_done_by_the_keyboard(open_page: Open) -> None:
    page = open_page("/explorer?template=CustomerQueryRq")
    editor(page).focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search the requests")).to_be_focused()
    chosen = page.get_by_role("listbox", name="Requests").get_by_role("option", selected=True)
    page.keyboard.type("up company rec")
    expect(chosen).to_contain_text("CompanyActivityQueryRq")
    page.keyboard.press("Control+a")
    page.keyboard.type("query")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("AccountQueryRq")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text("ARRefundCreditCardQueryRq")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    expect(editor(page)).to_contain_text("<AccountQueryRq")
    lines = page.locator("#editor .cm-line")
    tidy = lines.count()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n\n")
    expect(lines).to_have_count(tidy + 3)
    page.keyboard.press("Control+Shift+F")
    expect(lines).to_have_count(tidy)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("list", name="Statuses")).to_contain_text("AccountQueryRs")
    page.keyboard.press("F1")
    expect(page.get_by_role("tab", name="Reference")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="Reference")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#snippet")).to_contain_text("curl --silent")


def test_the_version_is_that_of_the_document(open_page: Open) -> None:
    page = open_page("/explorer?template=LeadAddRq")
    version = page.get_by_label("Version")
    version.select_option("qbxml/12.0")
    expect(editor(page)).to_contain_text('<?qbxml version="12.0"?>')
    expect(page.locator("#problem-count")).to_contain_text("problem")
    editor(page).focus()
    page.keyboard.press("Control+z")
    expect(version).to_have_value("qbxml/16.0")
    expect(page.locator("#problem-count")).to_have_text("No problems")
    version.select_option("qbposxml/3.0")
    page.get_by_role("option", name="DepartmentAddRq").click()
    expect(editor(page)).to_contain_text('<?qbposxml version="3.0"?>')


def test_a_request_that_is_refused_says_why(open_page: Open) -> None:
    page = open_page("/explorer?template=CustomerQueryRq")
    go_behind(page, "</ActiveStatus>")
    page.keyboard.type("<Nothing/>")
    page.get_by_role("button", name="Send").click()
    answer = page.get_by_role("alert")
    expect(answer).to_contain_text("0x80040400: QuickBooks found an error when parsing")
    expect(answer).to_contain_text("line 7")


def test_what_the_log_has_hidden_is_written_before_it_is_sent(open_page: Open, console: Console) -> None:
    console.api.patch("/api/settings", json={"LogLevel": "Verbose"})
    send(console, lookup("CustomerQueryRq", "123-45-6789"))
    page = open_page("/explorer?request=1")
    expect(page.locator("#said")).to_contain_text("replaced by ***")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Write what *** stands for")).to_be_visible()
    page.keyboard.type("987-65-4321")
    expect(editor(page)).to_contain_text("<ListID>987-65-4321</ListID>")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("list", name="Statuses")).to_contain_text("CustomerQueryRs")


def test_what_takes_too_long_is_cancelled(open_page: Open, console: Console) -> None:
    console.hang()
    page = open_page("/explorer?template=CustomerQueryRq")
    page.get_by_role("button", name="Send").click()
    running(console, 1)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("Cancelled.")
    running(console, 0)


def test_it_does_on_a_telephone(open_page: Open) -> None:
    page = open_page("/explorer?template=CustomerQueryRq", NARROW)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("list", name="Statuses")).to_be_in_viewport()
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("region", name="CustomerRet").get_by_role("row")).to_have_count(11)
    page.get_by_role("button", name="Templates").click()
    expect(page.get_by_role("dialog")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
