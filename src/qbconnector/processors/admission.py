"""What the sandbox's QuickBooks says to an application that wants a session, in the order of QuickBooks' own checks.

The numbers are facts; which of them an edition outside AuthFlags gets is recollection, unverified. Sessions that last
no longer than one request do not stand in each other's way: QuickBooks' connector would run them one after another.
"""

from collections.abc import Iterable

from qbconnector.processors import com
from qbconnector.processors.base import Access, FileMode
from qbconnector.processors.com import com_error
from qbconnector.sandbox.quickbooks import ASKING, EDITIONS, Held, Permission, State

EDITION_BITS = 0xF  # of AuthFlags; the others ask QuickBooks for dialogs


def choose(state: State, held: Iterable[Held], named: str) -> str:
    """The full path of the company file the session is to have; ``named`` is the one it asks for, or "".

    Raises ``RequestProcessorError``.
    """
    if state.dialog:
        raise com_error(
            com.DIALOG,
            f'The dialog says "{state.dialog}".\n`qbconnector company dialog --dismiss` dismisses it in the sandbox.',
        )
    if not named:
        if not state.running:
            raise com_error(
                com.NOT_RUNNING,
                "No company file is open in the sandbox, and the user has none.\n"
                "`qbconnector company open FILE` opens one; or give the user a company file: "
                "`qbconnector user edit NAME --company-file FILE`.",
            )
        if not state.file:
            raise com_error(
                com.NOTHING_OPEN,
                "QuickBooks runs without a company file. `qbconnector company open FILE` opens one.",
            )
        return state.file
    if state.file:
        if state.file != named:
            raise com_error(
                com.OTHER_FILE,
                f"{state.file} is open, and {named} was asked for.\n"
                "`qbconnector company close` closes it, `qbconnector company open FILE` opens the other.",
            )
        return named
    for one in held:
        if one.file != named:
            raise com_error(
                com.OTHER_FILE,
                f'A persistent session of "{one.application}" holds {one.file} in the background, and {named} was '
                "asked for.\nInteraction type 102 closes that session, and so does its idle timeout.",
            )
    return named


def check_edition(state: State, access: Access) -> None:
    """AuthFlags name the editions that will do. Raises ``RequestProcessorError``."""
    flags = access.auth_flags & EDITION_BITS
    if flags and not flags & EDITIONS[state.edition]:
        raise com_error(
            com.NO_PERMISSION,
            f"AuthFlags 0x{access.auth_flags:X} do not include this QuickBooks, {state.edition} "
            f"(0x{EDITIONS[state.edition]:X}). `qbconnector config set AuthFlags 0xF` takes every edition.",
        )


def check_mode(state: State, held: Iterable[Held], path: str, application: str, mode: FileMode) -> None:
    """A company file is open in one mode. Raises ``RequestProcessorError``."""
    if mode is FileMode.DONT_CARE:
        return
    if state.file and state.mode != mode.value:
        raise com_error(
            com.OTHER_MODE,
            f"{path} is open in {state.mode.lower()}-user mode, the user's ConnectionMode is {mode.value}.\n"
            "Let it be DontCare, or open the company file in the other mode.",
        )
    for one in held:
        if one.file != path:
            continue
        if mode is FileMode.SINGLE and one.application != application:
            raise com_error(
                com.SHARED,
                f'A persistent session of "{one.application}" shares {path}.\n'
                "Let ConnectionMode be DontCare or Multi, or close that session.",
            )
        if one.mode not in {FileMode.DONT_CARE.value, mode.value}:
            raise com_error(
                com.OTHER_MODE,
                f'A persistent session of "{one.application}" holds {path} in {one.mode.lower()}-user mode.\n'
                "Let ConnectionMode be DontCare, or close that session.",
            )


def check_permission(state: State, path: str, application: str) -> bool:
    """The administrator's answer decides. True where it was given for this one time.

    Raises ``RequestProcessorError``.
    """
    permission = state.permission(path, application)
    authorize = f'qbconnector company authorize "{path}" "{application}"'
    if not permission:
        raise com_error(
            com.UNKNOWN_APPLICATION,
            f'"{application}" has never been let into {path}.\nOpen the company file as administrator in single-user '
            f'mode (`qbconnector company open "{path}"`) and answer QuickBooks\' question: `{authorize}`.',
        )
    if permission == Permission.NO:
        raise com_error(com.DENIED, f'The administrator said no to "{application}" for {path}. `{authorize}` says yes.')
    if permission == Permission.ALWAYS:
        return False
    if not state.file:
        raise com_error(
            com.NOT_UNATTENDED,
            f'"{application}" may use {path} only while it is open in QuickBooks ("{permission}").\n'
            f"Open it, or allow access even if QuickBooks is not running: `{authorize} --answer always`.",
        )
    if permission == ASKING:
        raise com_error(
            com.DIALOG,
            f'QuickBooks asks whether "{application}" may use {path} this time.\n'
            f"`{authorize} --answer ask` says yes for once, `--answer always` for good.",
        )
    return permission == Permission.ASK
