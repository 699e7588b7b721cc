"""Which service manager this system has."""

import sys

from qbconnector.errors import ServiceError
from qbconnector.service.base import Account, Program, ServiceManager


def manager(program: Program, account: Account | None = None) -> ServiceManager:
    """The service manager of this system, for this program.

    Raises ``ServiceError`` where there is none that we know, and for an account where the service has its caller's.
    """
    if sys.platform == "win32":
        from qbconnector.service import windows

        return windows.manager(program, account)
    if account is not None:
        raise ServiceError("install", "only a service of Windows has an account", "Install it as that user, with sudo.")
    if sys.platform == "darwin":
        from qbconnector.service import launchd

        return launchd.manager(program)
    if sys.platform == "linux":
        from qbconnector.service import systemd

        return systemd.manager(program)
    raise ServiceError(
        "manager",
        f"this version manages services on Windows, Linux and macOS, not on {sys.platform}",
        "Let the system start `qbconnector serve` in its own way.",
    )
