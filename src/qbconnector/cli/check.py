"""``qbconnector check``: looks at the machine, says what is wrong and what to do."""

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from qbconnector import clock
from qbconnector.accounts.users import BASIC, User, Users, read_users
from qbconnector.cli import examples
from qbconnector.cli.company import open_file
from qbconnector.errors import CertificateError, CompanyFileError, QbConnectorError
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import Content, SettingsStore
from qbconnector.settings.values import Settings

ENOUGH: Final = 200 * 1024 * 1024  # bytes that should be free
SLACK: Final = timedelta(minutes=5)  # by which a file may be newer than the clock says


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and a sentence; a second one says what to do."""

    well: bool
    text: str


@click.group(
    "check",
    invoke_without_command=True,
    epilog=examples("qbconnector check", "qbconnector check connection", "qbconnector check connection --user anna"),
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Look at this machine, say what is wrong and what to do.

    The exit code is 1 if anything is wrong. `check connection` tests the connection to QuickBooks.
    """
    if ctx.invoked_subcommand is not None:
        return
    findings = list(look(ctx.obj))
    for one in findings:
        click.echo(f"{click.style('ok   ', fg='green') if one.well else click.style('WRONG', fg='red')} {one.text}")
    if not all(one.well for one in findings):
        ctx.exit(1)


@command.command("connection")
@click.option("--user", "name", help="Connect as this user does; else to the company file that is open.")
@click.pass_obj
def connection(folder: DataFolder, name: str | None) -> None:
    """Test the connection to QuickBooks, which has to be open unless the user has a company file."""
    from qbconnector.app import test_connection

    user = Users(SettingsStore(folder.settings)).get(name) if name else User("")
    click.echo(f"The connection works: {asyncio.run(test_connection(folder, user))}")


def look(folder: DataFolder) -> Iterator[Finding]:
    """Everything there is to look at, one by one."""
    yield from _disk(folder)
    yield from _clock(folder)
    try:
        content = SettingsStore(folder.settings).read()
        users = list(read_users(content.users).values())
    except QbConnectorError as error:
        yield Finding(well=False, text=error.advice)
        return
    yield Finding(well=True, text="The settings can be read.")
    yield from _ports(content)
    yield from _certificate(content.settings)
    yield from _logs(folder, content.settings)
    if not users:
        yield Finding(well=False, text="There are no users. `qbconnector user add NAME` adds one.")
    for user in users:
        yield _user(folder, user)
        if user.auth != BASIC:
            yield _system_users(user)


def _disk(folder: DataFolder) -> Iterator[Finding]:
    if not folder.root.is_dir():
        yield Finding(well=False, text=f"There is no folder {folder.root}. `qbconnector serve` and others create it.")
        return
    free = shutil.disk_usage(folder.root).free
    more = "" if free >= ENOUGH else " Make room: what cannot be stored is refused."
    yield Finding(free >= ENOUGH, f"{free // 2**20:,} MiB are free for {folder.root}.{more}")


def _clock(folder: DataFolder) -> Iterator[Finding]:
    """A clock that is behind the files it dated itself, or behind this program's own files."""
    now = clock.now()
    dated = [path for path in (folder.settings, *folder.logs.glob("*.txt"), Path(__file__)) if path.exists()]
    newest = max(datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in dated)
    if newest - now > SLACK:
        yield Finding(
            well=False,
            text=f"The clock says {now:%Y-%m-%d %H:%M}, but files are from {newest:%Y-%m-%d}. Set the clock.",
        )
    else:
        yield Finding(well=True, text=f"The clock says {now:%Y-%m-%d %H:%M %z}.")


def _ports(content: Content) -> Iterator[Finding]:
    settings = content.settings
    console = settings.console_host or "127.0.0.1", settings.console_port
    running = _is_ours(*console)
    for name, host, port in (("Port", settings.local_host, settings.port), ("ConsolePort", *console)):
        if not _taken(host or "127.0.0.1", port):
            yield Finding(well=True, text=f"{name} {port} is free: no connector runs.")
        elif running:
            yield Finding(well=True, text=f"{name} {port} is served by a connector.")
        else:
            yield Finding(
                well=False,
                text=f"{name} {port} is taken by another program. "
                f"End it, or choose another port: `qbconnector config set {name} N`.",
            )


def _taken(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def _is_ours(host: str, port: int) -> bool:
    """Whether a connector's console answers here."""
    import httpx

    try:
        answer = httpx.get(f"http://{f'[{host}]' if ':' in host else host}:{port}/healthz", timeout=2, trust_env=False)
        return "version" in answer.json()
    except (httpx.HTTPError, ValueError):
        return False


def _certificate(settings: Settings) -> Iterator[Finding]:
    if not settings.ssl_enabled:
        yield Finding(well=True, text="TLS is off: clients on other machines send passwords in the clear.")
        return
    from qbconnector.tls.context import place_of, server_context
    from qbconnector.tls.describe import validity_problem

    try:
        identity = place_of(settings).load()
        server_context(identity)
    except CertificateError as error:
        yield Finding(well=False, text=error.advice)
        return
    if problem := validity_problem(identity.certificate, clock.now()):
        yield Finding(well=False, text=f"{problem} `qbconnector cert generate` or `cert select` replaces it.")
    else:
        until = f"{identity.certificate.not_valid_after_utc:%Y-%m-%d}"
        yield Finding(well=True, text=f"The certificate is valid until {until}.")


def _logs(folder: DataFolder, settings: Settings) -> Iterator[Finding]:
    if not settings.log_enabled:
        return
    logs = Path(settings.log_dir) if settings.log_dir else folder.logs
    well = logs.is_dir() and os.access(logs, os.W_OK)
    more = "can be written to." if well else "cannot be written to. Create it, or set LogDir to another."
    yield Finding(well, f"The log's folder {logs} {more}")


def _user(folder: DataFolder, user: User) -> Finding:
    if not user.company_file:
        return Finding(well=True, text=f"User {user.name} has the company file that is open.")
    try:
        open_file(folder.companies / user.company_file).close()
    except CompanyFileError as error:
        return Finding(well=False, text=f"User {user.name}: {error.advice}")
    return Finding(well=True, text=f"User {user.name} reaches {user.company_file}.")


def _system_users(user: User) -> Finding:
    from qbconnector.accounts.authenticators import SystemAuthenticator
    from qbconnector.errors import AuthenticatorUnavailable

    try:
        SystemAuthenticator().check(user.name, "")
    except AuthenticatorUnavailable as error:
        return Finding(well=False, text=f"User {user.name}: {error.advice}")
    return Finding(well=True, text=f"User {user.name} is a user of the system.")
