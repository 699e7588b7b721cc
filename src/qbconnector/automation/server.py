"""The process in which the sandbox is a COM server: Windows starts it when a program first wants QuickBooks.

It stays a little longer than the last object that a program holds. It runs on Windows only.
"""

import sys
import weakref
from typing import Any, Final

assert sys.platform == "win32"

import pythoncom
import win32event
from win32com.server.factory import RegisterClassFactories, RevokeClassFactories

from qbconnector import clock
from qbconnector.automation import vtables
from qbconnector.automation.objects import Processor, World
from qbconnector.processors.programs import SANDBOX_CLASS
from qbconnector.settings.folders import DataFolder

LINGER: Final = 5.0  # seconds without an object: the next program needs no start then
LOOK: Final = 1000  # milliseconds

_world: World
_held: "weakref.WeakSet[Processor]" = weakref.WeakSet()


def request_processor() -> Processor:
    """A new object; the registry names this function, and pywin32's class factory calls it."""
    one = Processor(_world)
    _held.add(one)
    return one


def serve(folder: DataFolder) -> None:
    """Serve until nobody has held an object for a while."""
    global _world
    _world = World(folder)
    vtables.register()
    serve_class(SANDBOX_CLASS, _held)
    _world.close()


def serve_class(class_id: str, held: "weakref.WeakSet[Any]") -> None:
    """Let Windows have objects of a class from this process, until nobody has held one for a while."""
    classes: Any = [class_id]  # a text will do
    factories = RegisterClassFactories(classes)
    pythoncom.CoResumeClassObjects()
    used = clock.monotonic()
    while clock.monotonic() - used < LINGER:
        _pump()
        if held:
            used = clock.monotonic()
    RevokeClassFactories(factories)  # whoever comes now starts another process, …
    while held:  # … and who came in the last moment is served
        _pump()


def _pump() -> None:
    win32event.MsgWaitForMultipleObjects([], False, LOOK, win32event.QS_ALLINPUT)
    pythoncom.PumpWaitingMessages()
