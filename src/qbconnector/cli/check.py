"""``qbconnector check``: looks at the machine, says what is wrong and what to do."""

import asyncio
import socket
from collections.abc import Iterator

import click

from qbconnector import health
from qbconnector.accounts.users import BASIC, User, Users, read_users
from qbconnector.activity.log import ActivityLog
from qbconnector.cli import examples
from qbconnector.cli.company import open_file
from qbconnector.errors import CompanyFileError, QbConnectorError
from qbconnector.health import Finding, wrong
from qbconnector.settings.addresses import url
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import Content
from qbconnector.settings.values import Settings


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
        click.echo(f"{click.style('ok   ', fg='green') if one.well else click.style('WRONG', fg='red')} {one.advice}")
    if not all(one.well for one in findings):
        ctx.exit(1)


@command.command("connection")
@click.option("--user", "name", help="Connect as this user does; else to the company file that is open.")
@click.pass_obj
def connection(folder: DataFolder, name: str | None) -> None:
    """Test the connection to QuickBooks, which has to be open unless the user has a company file."""
    from qbconnector.app import test_connection

    user = Users(folder.store).get(name) if name else User("")
    click.echo(f"The connection works: {asyncio.run(test_connection(folder, user))}")


def look(folder: DataFolder) -> Iterator[Finding]:
    """Everything there is to look at, one by one."""
    yield health.disk(folder)
    yield health.time_of_day(folder)
    try:
        content = folder.store.read()
        users = list(read_users(content.users).values())
    except QbConnectorError as error:
        yield wrong(error)
        return
    yield Finding(True, "The settings can be read.")
    yield from _ports(content)
    yield health.certificate(content.settings)
    yield from health.logs(folder, content.settings)
    yield from _programs(folder, content.settings)
    if not users:
        yield Finding(False, "There are no users.", "`qbconnector user add NAME` adds one.")
    for user in users:
        yield _user(folder, content.settings, user)
        if user.auth != BASIC:
            yield _system_users(user)


def _ports(content: Content) -> Iterator[Finding]:
    settings = content.settings
    console = settings.console_host or "127.0.0.1", settings.console_port
    running = _is_ours(url(*console, tls=settings.console_tls))
    for name, host, port in (("Port", settings.local_host, settings.port), ("ConsolePort", *console)):
        if not _taken(host or "127.0.0.1", port):
            yield Finding(True, f"{name} {port} is free: no connector runs.")
        elif running:
            yield Finding(True, f"{name} {port} is served by a connector.")
        else:
            remedy = f"End it, or choose another port: `qbconnector config set {name} N`."
            yield Finding(False, f"{name} {port} is taken by another program.", remedy)


def _taken(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def _is_ours(console: str) -> bool:
    """Whether a connector's console answers here. Its certificate does not matter: it is told nothing."""
    import httpx

    try:
        answer = httpx.get(f"{console}healthz", timeout=2, verify=False, trust_env=False)  # noqa: S501
        return "version" in answer.json()
    except (httpx.HTTPError, ValueError):
        return False


def _programs(folder: DataFolder, settings: Settings) -> Iterator[Finding]:
    """What is to be said of the programs behind the connector."""
    from qbconnector.processors.backends import Backends

    async def findings() -> list[Finding]:
        backends = Backends(folder, ActivityLog(), settings)
        try:
            return await backends.findings()
        finally:
            await backends.aclose()

    try:
        yield from asyncio.run(findings())
    except QbConnectorError as error:
        yield wrong(error)


def _user(folder: DataFolder, settings: Settings, user: User) -> Finding:
    if not user.company_file:
        return Finding(True, f"User {user.name} has the company file that is open.")
    if settings.request_processor.startswith("Desktop"):
        remedy = f"`qbconnector check connection --user {user.name}` tries it."
        return Finding(True, f"User {user.name} has {user.company_file}.", remedy)
    try:
        open_file(folder.companies / user.company_file).close()
    except CompanyFileError as error:
        return wrong(error, f"User {user.name}: ")
    return Finding(True, f"User {user.name} reaches {user.company_file}.")


def _system_users(user: User) -> Finding:
    from qbconnector.accounts.authenticators import SystemAuthenticator
    from qbconnector.errors import AuthenticatorUnavailable

    try:
        SystemAuthenticator().check(user.name, "")
    except AuthenticatorUnavailable as error:
        return wrong(error, f"User {user.name}: ")
    return Finding(True, f"User {user.name} is a user of the system.")
