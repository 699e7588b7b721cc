"""``qbconnector config``: settings by the manual's names."""

import sys
from pathlib import Path

import click

from qbconnector.accounts.installation import take_over, write_out
from qbconnector.cli import examples
from qbconnector.settings import regfile, registry
from qbconnector.settings.files import replace_file
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.schema import Declaration, find
from qbconnector.settings.values import SETTINGS, Settings


@click.group(
    "config",
    epilog=examples(
        "qbconnector config list",
        "qbconnector config set Port 8200",
        "qbconnector config set AllowedClients '127.0.0.1, 192.168.1.*'",
        "qbconnector config get loglevel",
        "qbconnector config import connector.reg",
        "qbconnector config export connector.reg",
        "qbconnector config permit anna           Windows: lets a user change the registry",
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
    settings = folder.store.read().settings
    for declaration in SETTINGS.values():
        value = _shown(declaration, settings)
        changed = getattr(settings, declaration.key) != declaration.default
        click.echo(f"{click.style(declaration.name, bold=changed)} = {click.style(value, bold=changed)}")
        again = " Takes effect at the next start." if declaration.restart else ""
        click.secho(f"    {declaration.about} It takes {declaration.kind.wanted}.{again}", dim=True)


@command.command("get")
@click.argument("name")
@click.pass_obj
def show(folder: DataFolder, name: str) -> None:
    """Show one setting's value."""
    click.echo(_shown(find(SETTINGS, name), folder.store.read().settings))


@command.command("set")
@click.argument("name")
@click.argument("value")
@click.pass_obj
def change(folder: DataFolder, name: str, value: str) -> None:
    """Change one setting."""
    declaration = find(SETTINGS, name)
    folder.ensure().store.set(name, value)
    if declaration.restart:
        click.echo(f"{declaration.name} takes effect at the next start.", err=True)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--registry", "live", is_flag=True, help="Read the registry of this Windows instead of a file.")
@click.pass_obj
def import_settings(folder: DataFolder, file: Path | None, live: bool) -> None:
    """Take over settings and users of an installation of the original product.

    FILE is an export of its key, as regedit writes them. Settings and users that it does not name stay.
    """
    if (file is None) != live:
        raise click.UsageError("Say which file to import, or --registry.")
    root = _live() if file is None else regfile.read(file)
    taken = take_over(folder.ensure().store, root, file or Path("registry"))
    for problem in taken.left_out:
        click.echo(f"Left out: {problem}", err=True)
    click.echo(f"{taken.settings} settings and {taken.users} users are imported.", err=True)


def _live() -> registry.Key:
    if sys.platform == "win32":
        from qbconnector.settings import winregistry

        return winregistry.installed()
    raise click.UsageError("Only Windows has a registry: import a file.")


@command.command("permit")
@click.argument("user")
@click.pass_obj
def permit(folder: DataFolder, user: str) -> None:
    """Windows: let USER change the settings and users in the registry. It takes an administrator."""
    for key in folder.store.permit(user):
        click.echo(f"{user} may change {key}.", err=True)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_settings(folder: DataFolder, file: Path) -> None:
    """Write settings and users as a file that regedit imports for the original product.

    It names the users who need a new password there: that product knows no argon2id.
    """
    root, needy = write_out(folder.store)
    replace_file(file.absolute(), regfile.write(root))
    for name in needy:
        click.echo(f"User {name} needs a new password there: an argon2id hash is no use to it.", err=True)
