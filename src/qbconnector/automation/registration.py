"""What Windows has to know: that the sandbox is QuickBooks' COM server, or that a DLL gets a process of its own.

Every value is written through a journal in the data folder and can be taken back. It runs on Windows only.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

assert sys.platform == "win32"

from qbconnector import invocation
from qbconnector.automation import journal, typelibrary
from qbconnector.automation.journal import Line
from qbconnector.automation.typelibrary import VERSION
from qbconnector.errors import RegistrationError
from qbconnector.processors.interfaces import INTERFACES, LIBRARY, REQUEST_PROCESSOR_CLASS
from qbconnector.processors.programs import DESKTOP, SANDBOX_CLASS, Program
from qbconnector.processors.winprograms import VIEWS, registered
from qbconnector.settings.folders import DataFolder

USER, MACHINE = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"
CLASSES: Final = r"SOFTWARE\Classes"
TITLE: Final = "qbconnector's sandbox as QuickBooks"
NAMES: Final = (DESKTOP.prog_id, f"{DESKTOP.prog_id}.1", "QBXMLRP2.RequestProcessor2", "QBXMLRP2.RequestProcessor2.1")
FACTORY: Final = "qbconnector.automation.server.request_processor"
POLICY: Final = "qbconnector.automation.objects.Policy"
MARSHALER: Final = "{00020424-0000-0000-C000-000000000046}"  # Windows' own, which works by type library


def register(folder: DataFolder, *, machine: bool = False, force: bool = False) -> None:
    """Let the sandbox be QuickBooks to COM programs of this user, or of the whole machine.

    Raises ``RegistrationError`` where that would hide QuickBooks itself, unless by ``force``.
    """
    for one in registered(DESKTOP.prog_id):
        if one.class_id.upper() != SANDBOX_CLASS and not force:
            raise RegistrationError(
                f"QuickBooks itself is registered here ({one.program or one.library}), and the sandbox would hide it",
                "Programs then reach the sandbox instead, until `qbconnector com unregister`: --force does it.",
            )
    typelibrary.write(_library(folder))
    journal.write(_registration(folder), list(_server(folder, MACHINE if machine else USER)))


def unregister(folder: DataFolder) -> bool:
    """Undo that. Whether there was anything to undo."""
    undone = journal.undo(_registration(folder))
    _library(folder).unlink(missing_ok=True)
    return undone


def _library(folder: DataFolder) -> Path:
    return folder.state / "qbxmlrp2.tlb"


def _registration(folder: DataFolder) -> Path:
    return folder.state / "com-registration.json"


def _server(folder: DataFolder, root: str) -> Iterator[Line]:
    command = [*invocation.command(windowed=True), "--data", str(folder.root), "com", "serve"]
    version = ".".join(map(str, VERSION))
    library = rf"TypeLib\{LIBRARY}\{version}"
    known = {
        rf"CLSID\{SANDBOX_CLASS}": TITLE,
        rf"CLSID\{SANDBOX_CLASS}\LocalServer32": subprocess.list2cmdline(command),
        rf"CLSID\{SANDBOX_CLASS}\ProgID": NAMES[1],
        rf"CLSID\{SANDBOX_CLASS}\VersionIndependentProgID": NAMES[0],
        rf"CLSID\{SANDBOX_CLASS}\PythonCOM": FACTORY,
        rf"CLSID\{SANDBOX_CLASS}\PythonCOMPolicy": POLICY,
        rf"CLSID\{SANDBOX_CLASS}\TypeLib": LIBRARY,
        rf"CLSID\{REQUEST_PROCESSOR_CLASS}\TreatAs": SANDBOX_CLASS,
        library: TITLE,
        rf"{library}\0\win32": str(_library(folder)),
        rf"{library}\0\win64": str(_library(folder)),
    }
    for name in NAMES:
        known |= {name: TITLE, rf"{name}\CLSID": SANDBOX_CLASS}
    for one in INTERFACES:
        known |= {
            rf"Interface\{one.iid}": one.name,
            rf"Interface\{one.iid}\ProxyStubClsid32": MARSHALER,
            rf"Interface\{one.iid}\TypeLib": LIBRARY,
        }
    for view in VIEWS:
        for key, text in known.items():
            yield Line(root, view, rf"{CLASSES}\{key}", "", text)
        for one in INTERFACES:
            yield Line(root, view, rf"{CLASSES}\Interface\{one.iid}\TypeLib", "Version", version)


# A process for a DLL


def add_surrogate(folder: DataFolder, program: Program) -> None:
    """Let Windows load a request processor that is a 32-bit DLL into a process of its own, for programs of 64 bits.

    Raises ``RegistrationError`` where there is nothing to do that for.
    """
    known = registered(program.prog_id)
    if not known:
        raise RegistrationError(f"{program.title}'s request processor is not registered here", "Install it first.")
    if any(one.usable(64) for one in known):
        raise RegistrationError(f"{program.title}'s request processor can be reached as it is", "`check` says more.")
    journal.write(_surrogate(folder, program), list(_surrogate_lines(known[0].class_id)))


def remove_surrogate(folder: DataFolder, program: Program) -> bool:
    """Undo that. Whether there was anything to undo."""
    return journal.undo(_surrogate(folder, program))


def _surrogate(folder: DataFolder, program: Program) -> Path:
    return folder.state / f"com-surrogate-{program.prog_id}.json"


def _surrogate_lines(class_id: str) -> Iterator[Line]:
    for view in VIEWS:
        yield Line(MACHINE, view, rf"{CLASSES}\CLSID\{class_id}", "AppID", class_id)
        yield Line(MACHINE, view, rf"{CLASSES}\AppID\{class_id}", "DllSurrogate", "")  # "": Windows' own
