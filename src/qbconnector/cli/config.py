"""``qbconnector config``: settings by the manual's names."""

import click

from qbconnector.cli import examples
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.schema import Declaration, find
from qbconnector.settings.store import SettingsStore
from qbconnector.settings.values import SETTINGS, Settings


@click.group(
    "config",
    epilog=examples(
        "qbconnector config list",
        "qbconnector config set Port 8200",
        "qbconnector config set AllowedClients '127.0.0.1, 192.168.1.*'",
        "qbconnector config get loglevel",
    ),
)
def command() -> None:
    """Show and change settings.

    Names are the manual's, in any case. A connector that runs notices a change within a second.
    """


def _shown(declaration: Declaration, settings: Settings) -> str:
    value = getattr(settings, declaration.key)
    if declaration.secret:
        return "(set)" if value else ""
    stored = declaration.kind.write(value)
    return str(stored).lower() if isinstance(stored, bool) else str(stored)


@command.command("list")
@click.pass_obj
def show_all(folder: DataFolder) -> None:
    """Show every setting: its name, its value, and what it does."""
    settings = SettingsStore(folder.settings).read().settings
    for declaration in SETTINGS.values():
        value = _shown(declaration, settings)
        changed = getattr(settings, declaration.key) != declaration.default
        click.echo(f"{click.style(declaration.name, bold=changed)} = {click.style(value, bold=changed)}")
        again = " Takes effect at the next start." if declaration.restart else ""
        click.secho(f"    {declaration.about}{again}", dim=True)


@command.command("get")
@click.argument("name")
@click.pass_obj
def show(folder: DataFolder, name: str) -> None:
    """Show one setting's value."""
    click.echo(_shown(find(SETTINGS, name), SettingsStore(folder.settings).read().settings))


@command.command("set")
@click.argument("name")
@click.argument("value")
@click.pass_obj
def change(folder: DataFolder, name: str, value: str) -> None:
    """Change one setting."""
    declaration = find(SETTINGS, name)
    SettingsStore(folder.ensure().settings).set(name, value)
    if declaration.restart:
        click.echo(f"{declaration.name} takes effect at the next start.", err=True)
