"""The Company pages, in a real browser."""

import re

from playwright.sync_api import expect

from tests.console.browser.conftest import NARROW, Open
from tests.console.conftest import Console
from tests.console.test_company import create, knock


def test_an_application_that_knocked_is_let_in(open_page: Open, console: Console) -> None:
    create(console, file="shop")
    user = {"Name": "anna", "Password": "x", "AppName": "Order Desk", "CompanyFile": "shop.qbsandbox"}
    console.api.post("/api/users", json=user)
    console.api.post("/api/company/close", json={})
    assert knock(console, "anna").text.startswith("0x80040418")

    page = open_page("/company")
    question = page.get_by_role("region", name="Order Desk asks to use shop.qbsandbox")
    question.get_by_role("button", name="Yes, always").click()
    page.get_by_role("button", name="Open it so, and answer").click()
    expect(page.get_by_text("QuickBooks has the answer.")).to_be_visible()
    expect(question).to_have_count(0)
    expect(page.get_by_role("region", name="QuickBooks")).to_contain_text("shop.qbsandbox is open")
    assert "CustomerQueryRs" in knock(console, "anna").text

    page.get_by_label("The answer to Order Desk for shop.qbsandbox").select_option("no")
    page.get_by_role("row", name="Order Desk").get_by_role("button", name="Change").click()
    expect(page.get_by_text("QuickBooks has the answer.")).to_be_visible()
    assert knock(console, "anna").text.startswith("0x80040420")


def test_adding_a_user_leads_to_the_authorization(open_page: Open, console: Console) -> None:
    create(console, file="shop")
    page = open_page("/users/new")
    page.get_by_label("User", exact=True).fill("anna")
    page.get_by_label("Password").fill("x")
    page.get_by_label("Company file").fill("shop.qbsandbox")
    page.get_by_label("Application name").fill("Order Desk")
    page.get_by_role("button", name="Add the user").click()
    section = page.get_by_role("region", name="Authorization")
    expect(section).to_contain_text("Order Desk asks to use")
    section.get_by_role("button", name="Yes, whenever this company file is open").click()
    page.get_by_role("button", name="Open it so, and answer").click()
    expect(section).to_contain_text("may use")
    assert "CustomerQueryRs" in knock(console, "anna").text


def test_from_an_account_to_a_transaction_and_back(open_page: Open) -> None:
    page = open_page("/company/list/Account")
    page.get_by_label("Search").press_sequentially("receivable")
    expect(page.locator("#count")).to_contain_text("1 found")
    page.get_by_role("link", name="The register of Accounts Receivable").click()
    expect(page.get_by_role("heading", name="Accounts Receivable")).to_be_visible()
    entry = page.get_by_role("row").filter(has_text="Invoice").first
    number = entry.get_by_role("rowheader").inner_text()
    entry.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name=f"Invoice {number}")).to_be_visible()
    expect(page.get_by_role("table", name="Lines")).to_be_visible()
    page.get_by_role("table", name="Postings").get_by_role("link", name="Accounts Receivable").click()
    expect(page.locator("tr.marked").first).to_contain_text(number)


def test_linked_transactions_lead_both_ways(open_page: Open) -> None:
    page = open_page("/company/list/ReceivePayment")
    page.locator("tbody tr").first.get_by_role("link").first.click()
    payment = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("table", name="Linked transactions").get_by_role("link", name="Invoice").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Invoice")
    page.get_by_role("table", name="Linked transactions").get_by_role("link", name=payment).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(payment)


def test_an_object_opens_in_the_explorer_as_a_query(open_page: Open) -> None:
    page = open_page("/company/list/ReceivePayment")
    page.locator("tbody tr").first.get_by_role("link").first.click()
    page.get_by_text("qbXML", exact=True).click()
    page.get_by_role("link", name="Open in the Explorer").click()
    expect(page.get_by_role("heading", name="Explorer")).to_be_visible()
    expect(page.locator(".cm-content")).to_contain_text("<ReceivePaymentQueryRq")


def test_search_sort_and_pages_work_by_keyboard(open_page: Open) -> None:
    page = open_page("/company/list/Invoice?size=25")
    numbers = page.locator("tbody td[data-label=Number]")
    amounts = page.locator("tbody td[data-label=Amount]")
    newest = numbers.first.inner_text()
    page.get_by_role("link", name="Amount").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Amount")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("link", name="Amount")).to_be_focused()
    shown = [float(text.replace(",", "")) for text in amounts.all_inner_texts()]
    assert shown == sorted(shown, reverse=True)
    page.get_by_role("link", name="Next").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Previous")).to_be_visible()
    assert float(amounts.first.inner_text().replace(",", "")) <= shown[-1]
    page.get_by_label("Search", exact=True).focus()
    page.keyboard.type(newest)
    expect(page.locator("#count")).to_contain_text("1 found")
    expect(numbers).to_have_text([newest])
    expect(page).to_have_url(re.compile(rf"search={newest}.*order=-amount"))
    page.reload()
    expect(numbers).to_have_text([newest])
    page.keyboard.press("Tab")
    page.go_back()
    expect(page.get_by_role("link", name="Next")).to_be_visible()


def test_a_sample_is_created_and_verified_with_its_progress(open_page: Open, console: Console) -> None:
    page = open_page("/company", NARROW)
    form = page.get_by_role("form", name="Create a company file")
    form.get_by_role("button", name="Create").click()
    expect(form.get_by_text("Field required")).to_be_visible()
    form.get_by_label("File").fill("shop")
    form.get_by_label("Customers").fill("20")
    form.get_by_label("Invoices").fill("20")
    form.get_by_role("button", name="Create").click()
    expect(page.get_by_text("shop.qbsandbox is created.").first).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Verify shop.qbsandbox").click()
    files = page.get_by_role("table", name="Company files")
    expect(files.get_by_role("row", name="shop.qbsandbox")).to_contain_text("sound", timeout=60_000)
    page.get_by_role("link", name="shop.qbsandbox").click()
    expect(page.get_by_text("no fault was found")).to_be_visible()
    page.get_by_role("button", name="Open in QuickBooks").click()
    expect(page.get_by_text("open in QuickBooks", exact=True)).to_be_visible()
    assert console.api.get("/api/company/state").json()["file"].endswith("shop.qbsandbox")


def test_an_empty_company_says_what_comes_next(open_page: Open, console: Console) -> None:
    create(console, file="empty", name="Nothing Yet Ltd.")
    page = open_page("/company/overview?file=empty.qbsandbox")
    expect(page.get_by_text("No transaction has been written yet.")).to_be_visible()
    page.get_by_role("link", name="invoices").click()
    expect(page.get_by_text("There are no invoices yet.")).to_be_visible()
    page.get_by_role("searchbox", name="Find in Nothing Yet Ltd.").fill("zebra")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is called so")).to_be_visible()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("checking")
    expect(page.locator("#count")).to_contain_text("found")
