"""Letting an application into a company file, and keeping the users' ``Authorized`` value in step with that."""

from dataclasses import replace
from pathlib import Path

from qbconnector.accounts.users import Users
from qbconnector.sandbox.quickbooks import ANY, Permission, QuickBooks
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import SettingsStore

APPLICATION = "qbconnector"  # the name QuickBooks sees when a user has none


def authorize(folder: DataFolder, path: Path, application: str, permission: Permission) -> None:
    """The administrator's answer. Raises ``NotAdministrator``, ``SettingsError`` and ``UserError``."""
    QuickBooks(folder.state).permit(path, application, permission)
    users = Users(SettingsStore(folder.settings))
    for user in users.all():
        same_file = user.company_file and (folder.companies / user.company_file).resolve() == path
        if same_file and application in {ANY, user.app_name or APPLICATION}:
            authorized = permission is not Permission.NO
            if user.authorized != authorized:
                users.put(replace(user, authorized=authorized))


def is_authorized(folder: DataFolder, path: Path, application: str) -> bool:
    """Whether the administrator has said yes, in whatever words."""
    return QuickBooks(folder.state).state().permission(str(path), application or APPLICATION) not in {"", Permission.NO}
