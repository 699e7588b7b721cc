"""Which service manager this system has."""

import sys

from qbconnector.errors import ServiceError
from qbconnector.service.background import Background
from qbconnector.service.base import Account, AtLogon, Program, ServiceManager


def manager(program: Program) -> ServiceManager:
    """The service manager of this system, for this program. Raises ``ServiceError`` where there is none we know."""
    if sys.platform == "win32":
        from qbconnector.service import windows

        return windows.manager(program)
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


def to_install(program: Program, terms: Account | AtLogon | None = None) -> ServiceManager:
    """The manager that installs it on these terms, which only Windows has: elsewhere they raise ``ServiceError``."""
    if sys.platform == "win32":
        from qbconnector.service import windows

        return windows.to_install(program, terms)
    if isinstance(terms, Account):
        raise ServiceError("install", "only a service of Windows has an account", "Install it as that user, with sudo.")
    if terms is not None:
        remedy = "Called by a user other than root, `service install` is for when that user logs on."
        raise ServiceError("install", "only Windows has tasks at logon", remedy)
    return manager(program)


def runner(program: Program) -> ServiceManager | Background:
    """What starts the connector here: the service that is installed, or else a process of ours."""
    try:
        service = manager(program)
        return service if service.installed() else Background(program)
    except ServiceError:
        return Background(program)


def as_administrator(program: Program, command: str) -> bool:
    """Give a service command by an administrator, whom Windows asks; whether it was carried out."""
    if sys.platform == "win32":
        from qbconnector.settings import winsecurity

        arguments = "--data", str(program.data), "service", command
        return winsecurity.as_administrator(*program.command, *arguments) == 0
    return False
