"""Which service manager this system has."""

import sys

from qbconnector.errors import ServiceError
from qbconnector.service.base import Program, ServiceManager


def manager(program: Program) -> ServiceManager:
    """The service manager of this system, for this program.

    Raises ``ServiceError`` where there is none that we know.
    """
    if sys.platform == "darwin":
        from qbconnector.service import launchd

        return launchd.manager(program)
    if sys.platform == "linux":
        from qbconnector.service import systemd

        return systemd.manager(program)
    raise ServiceError(
        "manager",
        f"this version manages services on Linux and macOS, not on {sys.platform}",
        "Let the task scheduler run `qbconnector serve` when the user of QuickBooks logs on.",
    )
