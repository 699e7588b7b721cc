"""What happens when Windows keeps the registry from who uses a command; no command of its own."""

import getpass
import sys

import click

from qbconnector import invocation
from qbconnector.errors import QbConnectorError, RegistryForbidden
from qbconnector.settings.folders import DataFolder

QUESTION = "Shall Windows let {} change it? An administrator has to agree."


def ask(folder: DataFolder, error: RegistryForbidden) -> str:
    """Offer to change the key's permissions, where there is somebody to ask; what to say in the end.

    Nothing is changed without a yes, and nobody is asked while PromptForRegPermissions is false.
    """
    user = getpass.getuser()
    if sys.platform == "win32" and sys.stdin.isatty() and _may_ask(folder):
        click.echo(str(error), err=True)
        if click.confirm(QUESTION.format(user), default=False, err=True):
            from qbconnector.settings.winsecurity import as_administrator

            code = as_administrator(*invocation.command(), "--data", str(folder.root), "config", "permit", user)
            return "Windows lets you now: give the command again." if code == 0 else error.advice
    return error.advice


def _may_ask(folder: DataFolder) -> bool:
    try:
        return folder.store.read().settings.prompt_for_reg_permissions
    except QbConnectorError:  # it cannot even be read: as the setting is by default
        return True
