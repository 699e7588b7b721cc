"""The backends by the names that the setting RequestProcessor has for them; each is loaded when it is chosen."""

from collections.abc import Callable, Mapping
from typing import Final

from qbconnector.activity.log import ActivityLog
from qbconnector.processors.base import Backend
from qbconnector.settings.folders import DataFolder


def _sandbox(folder: DataFolder, activity: ActivityLog) -> Backend:
    from qbconnector.processors.sandbox import Sandbox

    return Sandbox(folder)


def _sandbox_process(folder: DataFolder, activity: ActivityLog) -> Backend:
    from qbconnector.processors.findings import of_sandbox
    from qbconnector.processors.hosted import Hosted, host_command
    from qbconnector.processors.sandbox import CONCURRENCY
    from qbconnector.sandbox.quickbooks import QuickBooks

    quickbooks = QuickBooks(folder.state)
    return Hosted(host_command(folder, "Sandbox"), CONCURRENCY, activity, lambda: of_sandbox(quickbooks))


BACKENDS: Final[Mapping[str, Callable[[DataFolder, ActivityLog], Backend]]] = {
    "Sandbox": _sandbox,
    "SandboxProcess": _sandbox_process,
}
