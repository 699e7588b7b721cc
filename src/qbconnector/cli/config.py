"""``qbconnector config``: settings by the manual's names."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from qbconnector.accounts.passwords import portable
from qbconnector.accounts.users import USER, User, read_users, unusable
from qbconnector.cli import examples
from qbconnector.errors import NotARegistryFile
from qbconnector.settings import regfile, registry
from qbconnector.settings.files import replace_file
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.schema import Declaration, Stored, find, read_record
from qbconnector.settings.store import SettingsStore
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
        click.secho(f"    {declaration.about} It takes {declaration.kind.wanted}.{again}", dim=True)


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
    found = registry.installation(_live() if file is None else regfile.read(file))
    if found is None:
        raise NotARegistryFile(file or Path("registry"), "it holds no key of the connector")
    imported = registry.read_installation(found[1], SETTINGS, USER)
    refused = _refused(imported.users)
    users = {name: table for name, table in imported.users.items() if name not in refused}
    SettingsStore(folder.ensure().settings).merge(imported.settings, users)
    for problem in (*imported.left_out, *refused.values()):
        click.echo(f"Left out: {problem}", err=True)
    click.echo(f"{len(imported.settings)} settings and {len(users)} users are imported.", err=True)


def _live() -> registry.Key:
    if sys.platform == "win32":
        from qbconnector.settings import winregistry

        return winregistry.read()
    raise click.UsageError("Only Windows has a registry: import a file.")


def _refused(users: Mapping[str, Mapping[str, Stored]]) -> dict[str, str]:
    """Why the users that could not sign in here could not, by name."""
    problems = {name: unusable(read_record(User, table.items(), name=name)) for name, table in users.items()}
    return {name: f"user {name}: {problem}" for name, problem in problems.items() if problem}


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_settings(folder: DataFolder, file: Path) -> None:
    """Write settings and users as a file that regedit imports for the original product.

    It names the users who need a new password there: that product knows no argon2id.
    """
    content = SettingsStore(folder.settings).read()
    users = read_users(content.users).values()
    needy = [user.name for user in users if user.password and not portable(user.password)]
    tables = {user.name: _values(USER, user) for user in users}
    for name in needy:
        del tables[name]["Password"]
    root = registry.write_installation(_values(SETTINGS, content.settings), tables, SETTINGS, USER)
    replace_file(file.absolute(), regfile.write(root))
    for name in needy:
        click.echo(f"User {name} needs a new password there: an argon2id hash is no use to it.", err=True)


def _values(known: Mapping[str, Declaration], record: object) -> dict[str, Any]:
    """What differs from the default, by the manual's names."""
    values = {name: getattr(record, one.key) for name, one in known.items()}
    return {name: value for name, value in values.items() if value != known[name].default}
