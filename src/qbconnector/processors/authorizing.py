"""Letting an application into a company file, and keeping the users' ``Authorized`` value in step with that."""

from dataclasses import dataclass, replace
from pathlib import Path

from qbconnector.accounts.users import User, Users
from qbconnector.sandbox.quickbooks import ANY, Permission, QuickBooks
from qbconnector.settings.folders import DataFolder

APPLICATION = "qbconnector"  # the name QuickBooks sees when a user has none


@dataclass(frozen=True, slots=True)
class Standing:
    """How an application stands with the company file that a user's requests go to."""

    path: Path
    application: str
    authorized: bool


def standing(folder: DataFolder, user: User) -> Standing | None:
    """How the user's application stands; None while no company file is the user's and none is open."""
    named = user.company_file or QuickBooks(folder.state).state().file
    if not named:
        return None
    path = (folder.companies / named).resolve()
    application = user.app_name or APPLICATION
    given = QuickBooks(folder.state).state().permission(str(path), application)
    return Standing(path, application, given not in {"", Permission.NO})


def authorize(folder: DataFolder, path: Path, application: str, permission: Permission) -> None:
    """The administrator's answer. Raises ``NotAdministrator``, ``SettingsError`` and ``UserError``."""
    QuickBooks(folder.state).permit(path, application, permission)
    users = Users(folder.store)
    for user in users.all():
        same_file = user.company_file and (folder.companies / user.company_file).resolve() == path
        if same_file and application in {ANY, user.app_name or APPLICATION}:
            authorized = permission is not Permission.NO
            if user.authorized != authorized:
                users.put(replace(user, authorized=authorized))
