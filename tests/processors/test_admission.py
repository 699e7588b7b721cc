"""What the sandbox's QuickBooks says to those who knock, by its state; every refusal says what to do."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from qbconnector.errors import CompanyFileInUse, NotAdministrator, RequestProcessorError
from qbconnector.processors.base import Access, Application, FileMode
from qbconnector.processors.sandbox import Sandbox
from qbconnector.sandbox.company import Company
from qbconnector.sandbox.quickbooks import MOST_KNOCKS, MULTI, Permission, QuickBooks
from qbconnector.settings.folders import DataFolder

ANY, SINGLE_USER, MULTI_USER = FileMode.DONT_CARE, FileMode.SINGLE, FileMode.MULTI


class Desk:
    """A sandbox with two company files, and somebody who uses QuickBooks by hand."""

    def __init__(self, root: Path) -> None:
        self.folder = DataFolder(root).ensure()
        self.shop, self.other = [self._create(name) for name in ("shop", "other")]
        self.hand = QuickBooks(self.folder.state)

    def _create(self, name: str) -> Path:
        path = self.folder.companies / name
        Company.create(path).close()
        return path.resolve()

    def let_in(self, permission: Permission = Permission.ALWAYS) -> None:
        self.hand.open(self.shop)
        self.hand.permit(self.shop, "Till", permission)
        self.hand.close()

    def knock(
        self,
        *names: str,
        mode: FileMode = ANY,
        modes: Sequence[FileMode] = (),
        access: Access | None = None,
        application: str = "Till",
    ) -> str:
        """Begin sessions one after another, none of them ended: "" or the first refusal."""

        async def knock() -> str:
            sandbox = Sandbox(self.folder)
            processors = [sandbox.processor() for _ in names]
            try:
                for processor, name, how in zip(processors, names, modes or [mode] * len(names), strict=True):
                    await processor.open_connection(Application(application))
                    await processor.begin_session(name, how, access or Access())
            except RequestProcessorError as error:
                return f"{error.hresult:X}" if error.detail else f"{error} without a word of help"
            finally:
                for processor in processors:
                    await processor.aclose()
                await sandbox.aclose()
            return ""

        return asyncio.run(knock())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_application_needs_the_administrators_yes(desk: Desk) -> None:
    desk.hand.open(desk.shop)
    assert desk.knock("shop") == "80040418"
    desk.hand.permit(desk.shop, "Till", Permission.ALWAYS)
    assert desk.knock("shop") == ""
    assert desk.knock("shop", application="Other") == "80040418"
    desk.hand.permit(desk.shop, "Till", Permission.NO)
    assert desk.knock("shop") == "80040420"
    desk.hand.forget(desk.shop)
    assert desk.knock("shop") == "80040418"


def test_quickbooks_remembers_who_asks_until_there_is_an_answer(desk: Desk) -> None:
    for application in ("Till", "Desk", "Till"):
        assert desk.knock("shop", application=application) == "80040418"
    asked = desk.hand.state().questions
    assert sorted((one.file, one.application) for one in asked) == [(str(desk.shop), "Desk"), (str(desk.shop), "Till")]
    assert all(one.since for one in asked)
    desk.hand.permit(desk.shop, "Desk", Permission.NO)
    assert [one.application for one in desk.hand.state().questions] == ["Till"]
    desk.let_in(Permission.ASK)
    assert desk.hand.state().questions == []
    desk.hand.open(desk.shop)
    assert desk.knock("shop") == ""
    assert [(one.application, one.since) for one in desk.hand.state().questions] == [("Till", "")]
    desk.knock("shop", application="Later")
    desk.hand.forget(desk.shop)
    assert desk.hand.state().questions == []


def test_only_the_latest_who_ask_are_remembered(desk: Desk) -> None:
    for number in range(MOST_KNOCKS + 3):
        desk.hand.knocked(str(desk.shop), f"App {number:02d}")
    names = {one.application for one in desk.hand.state().questions}
    assert len(names) == MOST_KNOCKS
    assert "App 00" not in names
    assert f"App {MOST_KNOCKS + 2}" in names


@pytest.mark.parametrize(("mode", "user"), [(MULTI, "Admin"), ("Single", "Anna"), ("", "")])
def test_the_first_yes_needs_the_administrator_in_single_user_mode(desk: Desk, mode: str, user: str) -> None:
    if mode:
        desk.hand.open(desk.shop, mode, user)
    with pytest.raises(NotAdministrator, match="single-user mode"):
        desk.hand.permit(desk.shop, "Till", Permission.ALWAYS)
    desk.hand.permit(desk.shop, "Till", Permission.NO)


def test_only_always_allows_access_when_quickbooks_is_closed(desk: Desk) -> None:
    desk.let_in(Permission.WHEN_OPEN)
    assert desk.knock("shop") == "8004041D"
    desk.hand.open(desk.shop)
    assert desk.knock("shop") == ""
    desk.hand.close()
    desk.hand.permit(desk.shop, "Till", Permission.ALWAYS)
    assert desk.knock("shop") == ""


def test_ask_is_one_times_yes(desk: Desk) -> None:
    desk.let_in(Permission.ASK)
    assert desk.knock("shop") == "8004041D"
    desk.hand.open(desk.shop)
    assert [desk.knock("shop"), desk.knock("shop")] == ["", "80040414"]
    desk.hand.permit(desk.shop, "Till", Permission.ASK)
    assert desk.knock("shop") == ""


def test_what_is_open_decides(desk: Desk) -> None:
    desk.let_in()
    assert desk.knock("") == "80040416"
    assert desk.knock("missing") == "80040403"
    desk.hand.close(running=True)
    assert desk.knock("") == "80040417"
    desk.hand.open(desk.shop)
    assert desk.knock("") == ""
    assert desk.knock("shop") == ""
    assert desk.knock("other") == "8004040A"
    desk.hand.show("Save changes?")
    assert desk.knock("shop") == "80040414"
    desk.hand.show("")
    assert desk.knock("shop") == ""


def test_the_mode_has_to_be_the_one_it_is_open_in(desk: Desk) -> None:
    desk.let_in()
    desk.hand.open(desk.shop, MULTI)
    assert [desk.knock("shop", mode=mode) for mode in (ANY, MULTI_USER, SINGLE_USER)] == ["", "", "80040410"]


def test_two_modes_do_not_go_together_even_for_one_application(desk: Desk) -> None:
    desk.let_in()
    for modes, refused in (((SINGLE_USER, MULTI_USER), "80040410"), ((SINGLE_USER, ANY), ""), ((ANY, SINGLE_USER), "")):
        assert desk.knock("shop", "shop", modes=modes, access=Access(lasting=True)) == refused


def test_auth_flags_name_the_editions(desk: Desk) -> None:
    desk.let_in()
    desk.hand.open(desk.shop, edition="Pro")
    flags = (0, 0xF, 2, 0x80000002, 8)
    assert [desk.knock("shop", access=Access(auth_flags=one)) for one in flags] == ["", "", "", "", "8004041A"]


def test_a_persistent_session_holds_its_file_in_the_background(desk: Desk) -> None:
    desk.let_in()
    desk.hand.trust(desk.other)
    assert desk.knock("shop", "other") == ""
    assert desk.knock("shop", "other", access=Access(lasting=True)) == "8004040A"

    async def open_by_hand() -> None:
        sandbox = Sandbox(desk.folder)
        processor = sandbox.processor()
        await processor.open_connection(Application("Till"))
        ticket = await processor.begin_session("shop", ANY, Access(lasting=True))
        with pytest.raises(CompanyFileInUse, match="already in use"):
            desk.hand.open(desk.shop)
        await processor.end_session(ticket)
        desk.hand.open(desk.shop)
        await sandbox.aclose()

    asyncio.run(open_by_hand())


def test_a_spoiled_start_is_over_when_the_process_was_stopped(desk: Desk) -> None:
    desk.let_in()
    desk.hand.spoil(0x80040408, 1)
    assert desk.knock("shop") == "80040408"
    desk.hand.stopped()
    assert desk.knock("shop") == ""


def test_a_state_that_cannot_be_read_says_so(desk: Desk) -> None:
    (desk.folder.state / "quickbooks.json").write_text("{")
    assert desk.knock("shop") == "80040401"
