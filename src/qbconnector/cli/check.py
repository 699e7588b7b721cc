"""``qbconnector check``: looks at the machine, says what is wrong and what to do."""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import click

from qbconnector.accounts.users import User, read_users
from qbconnector.cli import examples
from qbconnector.cli.company import open_file
from qbconnector.errors import CompanyFileError, QbConnectorError
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import Content, SettingsStore

ENOUGH: Final = 200 * 1024 * 1024  # bytes that should be free


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and a sentence."""

    well: bool
    text: str


@click.command("check", epilog=examples("qbconnector check", "qbconnector --data /srv/books check"))
@click.pass_context
def command(ctx: click.Context) -> None:
    """Look at this machine, say what is wrong and what to do.

    The exit code is 1 if anything is wrong.
    """
    findings = list(look(ctx.obj))
    for one in findings:
        click.echo(f"{click.style('ok   ', fg='green') if one.well else click.style('WRONG', fg='red')} {one.text}")
    if not all(one.well for one in findings):
        ctx.exit(1)


def look(folder: DataFolder) -> Iterator[Finding]:
    """Everything there is to look at, one by one."""
    yield from _disk(folder)
    try:
        content = SettingsStore(folder.settings).read()
        users = list(read_users(content.users).values())
    except QbConnectorError as error:
        yield Finding(well=False, text=error.advice)
        return
    yield Finding(well=True, text="The settings can be read.")
    yield from _ports(content)
    if not users:
        yield Finding(well=False, text="There are no users. `qbconnector user add NAME` adds one.")
    for user in users:
        yield _user(folder, user)


def _disk(folder: DataFolder) -> Iterator[Finding]:
    if not folder.root.is_dir():
        yield Finding(well=False, text=f"There is no folder {folder.root}. `qbconnector serve` and others create it.")
        return
    free = shutil.disk_usage(folder.root).free
    yield Finding(free >= ENOUGH, f"{free // 2**20:,} MiB are free for {folder.root}.")


def _ports(content: Content) -> Iterator[Finding]:
    settings = content.settings
    addresses = (
        ("Port", settings.local_host, settings.port),
        ("ConsolePort", settings.console_host, settings.console_port),
    )
    for name, host, port in addresses:
        try:
            socket.create_connection((host or "127.0.0.1", port), timeout=2).close()
        except OSError:
            yield Finding(well=True, text=f"{name} {port} is free.")
        else:
            yield Finding(well=True, text=f"{name} {port} is taken: a connector runs, or another program has it.")


def _user(folder: DataFolder, user: User) -> Finding:
    if not user.company_file:
        return Finding(well=True, text=f"User {user.name} has the company file that is open.")
    try:
        open_file(folder.companies / user.company_file).close()
    except CompanyFileError as error:
        return Finding(well=False, text=f"User {user.name}: {error.advice}")
    return Finding(well=True, text=f"User {user.name} reaches {user.company_file}.")
