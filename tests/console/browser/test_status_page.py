"""The Status page, in a real browser."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.console.browser.conftest import Open
from tests.console.conftest import Console
from tests.console.test_status import QUERY

CLIENTS, EACH = 64, 5
LARGE = QUERY.replace(
    b"<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq>", b"<CustomerQueryRq></CustomerQueryRq>" * 500
)


def lines(page: Page) -> Locator:
    """The lines of the log that are about requests."""
    return page.get_by_role("log").locator(".line", has_text="#")


def live(page: Page) -> None:
    """Wait until the log's lines come by themselves."""
    expect(page.locator("#log-state")).to_contain_text("live")


def test_a_new_user_s_requests_appear_while_one_looks(open_page: Open, console: Console) -> None:
    status = open_page("/status")
    live(status)
    page = open_page("/users/new")
    page.get_by_label("User", exact=True).fill("anna")
    page.get_by_label("Password").fill("a secret")
    page.get_by_role("button", name="Add the user").click()
    expect(page.get_by_text("The user is added.")).to_be_visible()
    assert console.send(QUERY, user="anna", password="a secret").status_code == 200
    expect(lines(status)).to_contain_text(["anna 'qbconnector' (open file), type 0 CustomerQueryRq, 200 statusCode 0"])
    page.goto("/users")
    row = page.get_by_role("row", name="anna")
    expect(row.locator("td").nth(5)).to_have_text("1")
    row.get_by_role("cell").get_by_role("link").last.click()
    expect(lines(page)).to_have_count(1)
    expect(page.get_by_label("User", exact=True)).to_have_value("anna")


def test_the_log_is_filtered_paused_copied_downloaded_and_cleared(
    open_page: Open, console: Console, tmp_path: Path
) -> None:
    page = open_page("/status")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    live(page)
    console.send(interaction="1")
    console.send(interaction="1", password="wrong")
    expect(lines(page)).to_have_count(2)
    page.get_by_label("Text").fill("401")
    expect(lines(page)).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    console.send(interaction="1", password="wrong")
    console.send(interaction="103")
    expect(page.locator("#log-state")).to_have_text("paused, 1 line")
    page.get_by_label("Text").fill("type 1")
    expect(page.locator("#log-state")).to_have_text("paused, 1 line")
    expect(lines(page)).to_contain_text(["#1"])
    page.get_by_label("Text").fill("401")
    expect(lines(page)).to_contain_text(["#2", "#3"])
    console.send(interaction="1", password="wrong")
    page.get_by_role("button", name="Pause").click()
    expect(lines(page)).to_contain_text(["#2", "#3", "#5"])
    page.reload()
    expect(lines(page)).to_contain_text(["#2", "#3", "#5"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("3 lines are copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "log.txt")
    assert copied == (tmp_path / "log.txt").read_text("utf-8")
    assert copied.count("WARNING #") == 3
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The recent lines are forgotten.")).to_be_visible()
    expect(page.locator("#log-state")).to_have_text("live, no lines")


def test_a_request_that_hangs_is_cancelled_and_opens_into_its_details(open_page: Open, console: Console) -> None:
    console.api.patch("/api/settings", json={"LogLevel": "Verbose"})
    page = open_page("/status")
    console.hang()
    with ThreadPoolExecutor() as pool:
        answer: Future[httpx.Response] = pool.submit(console.send, QUERY)
        row = page.get_by_role("row", name="#1")
        expect(row).to_contain_text("opening")
        page.once("dialog", lambda dialog: dialog.accept())
        row.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Request #1 is cancelled.")).to_be_visible()
        assert answer.result().status_code == 517
    expect(page.get_by_text("No request is under way.")).to_be_visible()
    page.get_by_role("log").get_by_role("link", name="#1").first.click()
    expect(page.get_by_role("heading", name="Request #1 517")).to_be_visible()
    expect(page.get_by_text("cancelled").first).to_be_visible()
    expect(page.locator("pre").first).to_contain_text("<MaxReturned>1</MaxReturned>")
    page.get_by_role("link", name="Its lines in the log").click()
    expect(lines(page).first).to_contain_text("#1 ")
    page.go_back()
    page.get_by_role("link", name="Open in the Explorer").click()
    expect(page.get_by_role("heading", name="Explorer")).to_be_visible()
    expect(page.locator(".cm-content")).to_contain_text("<MaxReturned>1</MaxReturned>")


def test_charts_show_the_hour_or_the_day_and_stay_so(open_page: Open, console: Console) -> None:
    console.send(interaction="1")
    page = open_page("/status")
    expect(page.get_by_role("img", name="Requests in the last hour: requests")).to_be_visible()
    page.get_by_text("The figures as a table").click()
    page.get_by_role("button", name="Day").click()
    expect(page.get_by_role("heading", name="The last day")).to_be_visible()
    expect(page.get_by_role("button", name="Day")).to_be_focused()
    expect(page.get_by_role("table", name="Requests of the last day")).to_be_visible()
    expect(page.get_by_role("row", name="1 0 0")).to_have_count(1)


def test_the_console_stays_usable_while_a_large_answer_streams_and_many_work(open_page: Open, console: Console) -> None:
    page = open_page("/status")
    live(page)

    def work(_: int) -> list[int]:
        return [console.send(QUERY).status_code for _ in range(EACH)]

    with ThreadPoolExecutor(CLIENTS) as pool, console.sending(LARGE) as large:
        chunks = large.iter_bytes()
        length = len(next(chunks))
        done = pool.map(work, range(CLIENTS))
        expect(page.locator("#now .badge", has_text="answering").first).to_be_visible()
        page.get_by_label("Text").fill("CustomerQueryRq")
        page.get_by_label("User", exact=True).select_option("demo")
        expect(lines(page).first).to_contain_text("CustomerQueryRq")
        page.get_by_role("link", name="Users").click()
        page.get_by_role("button", name="Test the connection of demo").click()
        expect(page.get_by_text("The connection works")).to_be_visible()
        assert {status for statuses in done for status in statuses} == {200}
        length += sum(len(chunk) for chunk in chunks)
    assert length > 10_000_000
    page.goto("/status")
    expect(page.locator("figcaption", has_text="Requests")).to_contain_text(str(CLIENTS * EACH + 1))
    expect(page.locator("#charts .failed").first).to_have_text("0 failed")
