"""The backends by the names that the settings have for them, each loaded when it is chosen; and those that are."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from qbconnector.accounts.users import Product
from qbconnector.activity.log import ActivityLog
from qbconnector.errors import NeedsWindows
from qbconnector.health import Finding
from qbconnector.processors.base import Backend, RequestProcessor
from qbconnector.processors.com import UNSUPPORTED, com_error
from qbconnector.processors.programs import DESKTOP, POINT_OF_SALE, Program
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.values import Settings


def _sandbox(folder: DataFolder, activity: ActivityLog, settings: Settings) -> Backend:
    from qbconnector.processors.sandbox import Sandbox

    return Sandbox(folder)


def _sandbox_process(folder: DataFolder, activity: ActivityLog, settings: Settings) -> Backend:
    from qbconnector.processors.findings import of_sandbox
    from qbconnector.processors.hosted import Hosted, host_command
    from qbconnector.processors.sandbox import CONCURRENCY
    from qbconnector.sandbox.quickbooks import QuickBooks

    quickbooks = QuickBooks(folder.state)
    return Hosted(host_command(folder, "Sandbox"), CONCURRENCY, activity, lambda: of_sandbox(quickbooks))


def _desktop(folder: DataFolder, activity: ActivityLog, settings: Settings) -> Backend:
    if sys.platform == "win32":
        from qbconnector.processors.comprocessor import ComBackend
        from qbconnector.processors.desktop import DesktopConnection

        return ComBackend(DesktopConnection, activity)
    raise NeedsWindows("RequestProcessor Desktop")


def _pos(folder: DataFolder, activity: ActivityLog, settings: Settings) -> Backend:
    if sys.platform == "win32":
        from qbconnector.processors.pos import PointOfSale, PosConnection

        return PointOfSale(PosConnection, activity)
    raise NeedsWindows("POSRequestProcessor POS")


def _com_process(name: str, program: Program) -> "Make":
    def make(folder: DataFolder, activity: ActivityLog, settings: Settings) -> Backend:
        if sys.platform == "win32":
            from qbconnector.processors.hosted import Hosted, host_command
            from qbconnector.processors.winprograms import findings

            python = settings.host_python
            look = partial(findings, program, python or sys.executable)
            return Hosted(host_command(folder, name, python), 1, activity, look)
        raise NeedsWindows(name)

    return make


Make = Callable[[DataFolder, ActivityLog, Settings], Backend]

BACKENDS: Final[Mapping[str, Make]] = {
    "Sandbox": _sandbox,
    "SandboxProcess": _sandbox_process,
    "Desktop": _desktop,
    "DesktopProcess": _com_process("Desktop", DESKTOP),
    "POS": _pos,
    "POSProcess": _com_process("POS", POINT_OF_SALE),
}


class Backends:
    """The backend of each product, as the settings say; there may be none for Point of Sale."""

    def __init__(self, folder: DataFolder, activity: ActivityLog, settings: Settings) -> None:
        names = {Product.DESKTOP: settings.request_processor, Product.POINT_OF_SALE: settings.pos_request_processor}
        self._all = {
            product: BACKENDS[name](folder, activity, settings) for product, name in names.items() if name in BACKENDS
        }

    def processor(self, product: Product) -> RequestProcessor:
        """A new connection to a product. Raises ``RequestProcessorError`` where there is none."""
        return self._backend(product).processor()

    async def stop(self, product: Product) -> None:
        """Stop the product's process."""
        await self._backend(product).stop()

    def _backend(self, product: Product) -> Backend:
        if product not in self._all:
            raise com_error(
                UNSUPPORTED,
                "The request asks for Point of Sale (X-QBPOS: True), and this connector has none behind it.\n"
                "Leave X-QBPOS out, or set it to False; on the machine that has Point of Sale, "
                "`qbconnector config set POSRequestProcessor POS` connects to it.",
            )
        return self._all[product]

    async def findings(self) -> list[Finding]:
        """What there is to say of them all."""
        return [finding for backend in self._all.values() for finding in await backend.findings()]

    async def sweep(self) -> None:
        """What has to be done about once a second."""
        for backend in self._all.values():
            await backend.sweep()

    async def aclose(self) -> None:
        """Let go of everything."""
        for backend in self._all.values():
            await backend.aclose()
