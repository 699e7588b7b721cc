"""What there is to find of the sandbox's QuickBooks: which file is open, and what keeps requests from it."""

from collections.abc import Iterator
from pathlib import Path

from qbconnector.errors import RequestProcessorError
from qbconnector.health import Finding
from qbconnector.qbxml.hresults import HRESULTS
from qbconnector.sandbox.quickbooks import QuickBooks, State


def of_sandbox(quickbooks: QuickBooks) -> list[Finding]:
    """What a person who stands before its screen would tell."""
    try:
        state = quickbooks.state()
    except RequestProcessorError as error:
        return [Finding(False, str(error), error.detail)]
    return [_file(state), *_troubles(state)]


def _file(state: State) -> Finding:
    if not state.running:
        return Finding(True, "The sandbox has no company file open; a user's own is opened for each request.")
    if not state.file:
        return Finding(True, "The sandbox's QuickBooks runs without a company file.")
    if not Path(state.file).exists():
        remedy = "`qbconnector company open FILE` opens another."
        return Finding(False, f"{state.file} is open in the sandbox, and is no longer there.", remedy)
    return Finding(True, f"{state.file} is open in the sandbox, in {state.mode.lower()}-user mode, by {state.user}.")


def _troubles(state: State) -> Iterator[Finding]:
    if state.dialog:
        remedy = "Nobody gets in until it is gone: `qbconnector company dialog --dismiss` dismisses it."
        yield Finding(False, f'The sandbox\'s QuickBooks shows a dialog: "{state.dialog}".', remedy)
    if state.starts:
        known = HRESULTS.get(state.fault)
        ends = f"end with 0x{state.fault:08X} ({known.text if known else 'an error'})" if state.fault else "hang"
        text = f"The next starts of the sandbox's QuickBooks, {state.starts} in all, {ends}"
        yield Finding(False, f"{text.rstrip('.')}.", "`qbconnector company fault --clear` ends that.")
