"""``qbconnector service``: the eight commands of the manual, which spells them ``/Service Install`` and so on."""

import asyncio
import getpass
import os
import secrets
import sys
from collections.abc import Callable

import click

from qbconnector.cli import examples
from qbconnector.errors import ServiceError
from qbconnector.service.base import Account, AtLogon, Hosted, Program, ServiceManager, give_streams
from qbconnector.service.system import manager, to_install
from qbconnector.settings.folders import DataFolder


class AnyCase(click.Group):
    """Takes its commands in any case."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        return super().get_command(ctx, cmd_name.lower())


@click.group(
    "service",
    cls=AnyCase,
    epilog=examples(
        "qbconnector service install",
        "qbconnector service install --user anna         Windows: as the user of QuickBooks",
        "qbconnector service install --at-logon         Windows: on your desktop, when you log on",
        "qbconnector service state",
        "qbconnector /Service Install         as the original product spells it",
    ),
)
def command() -> None:
    """Run the connector as a service: of Windows, a systemd unit on Linux, a launchd job on macOS.

    On Linux and macOS, called by root it is a service of the system, by anyone else one of that user.
    """


def _manager(folder: DataFolder) -> ServiceManager:
    return manager(Program(folder.ensure().root))


def _may_run(folder: DataFolder, name: str) -> None:
    if not folder.store.read().settings.run_as_service:
        raise ServiceError(
            name, "RunAsService is false", "`qbconnector config set RunAsService true` allows it; or run `serve`."
        )


@command.command("install")
@click.option("--user", help="Windows: the account it runs under, which has to be the one that QuickBooks runs under.")
@click.option("--password-stdin", is_flag=True, help="Read the account's password from standard input.")
@click.option("--at-logon", is_flag=True, help="Windows: no service, but started when you, or --user, log on.")
@click.option("--elevated", is_flag=True, help="With --at-logon: as administrator, if QuickBooks runs so.")
@click.pass_obj
def install(folder: DataFolder, user: str | None, password_stdin: bool, at_logon: bool, elevated: bool) -> None:
    """Install the service; it then starts with the system."""
    _may_run(folder, "install")
    terms = _terms(user, password_stdin, at_logon, elevated)
    to_install(Program(folder.ensure().root), terms).install()
    if user:
        folder.permit(user)
    store = folder.store
    if not store.read().settings.local_auth:
        store.set("LocalAuth", secrets.token_urlsafe(24))
    if isinstance(terms, AtLogon):
        text = f"It is installed, and starts when {terms.user} logs on. `qbconnector service start` starts it now."
        click.echo(text, err=True)
        return
    click.echo("The service is installed. `qbconnector service start` starts it.", err=True)
    if sys.platform == "win32" and terms is None:
        click.echo("It runs as the system: QuickBooks answers only a service with --user, its own user.", err=True)


def _terms(user: str | None, password_stdin: bool, at_logon: bool, elevated: bool) -> Account | AtLogon | None:
    if at_logon:
        return AtLogon(user or _myself(), elevated)
    if elevated:
        raise click.UsageError("--elevated needs --at-logon.")
    return Account(user, _password(password_stdin)) if user else None


def _myself() -> str:
    """The name of who calls, with that of the domain where there is one."""
    return "\\".join(filter(None, (os.environ.get("USERDOMAIN"), getpass.getuser())))


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if sys.stdin.isatty():
        return str(click.prompt("The account's password in Windows", hide_input=True))
    raise click.UsageError("--user needs the account's password: give --password-stdin.")


@command.command("start")
@click.pass_obj
def start(folder: DataFolder) -> None:
    """Start the service."""
    _may_run(folder, "start")
    _manager(folder).start()


@command.command("state")
@click.pass_obj
def state(folder: DataFolder) -> None:
    """Say whether the service is started or stopped."""
    click.echo(_manager(folder).state())


def _simple(name: str, about: str, do: Callable[[ServiceManager], None]) -> None:
    @command.command(name, help=about)
    @click.pass_obj
    def call(folder: DataFolder) -> None:
        do(_manager(folder))


_simple("delete", "Stop and delete the service.", lambda service: service.delete())
_simple("stop", "Stop the service; running requests finish.", lambda service: service.stop())
_simple("auto", "Start the service with the system.", lambda service: service.auto())
_simple("manual", "Start the service only when told to.", lambda service: service.manual())
_simple("disabled", "Do not let the service start.", lambda service: service.disabled())


@command.command("host", hidden=True)
@click.pass_obj
def host(folder: DataFolder) -> None:
    """Be the service that Windows starts; nobody else calls this."""
    if sys.platform == "win32":
        from qbconnector.service import windows_host

        windows_host.host(lambda hosted: _serve(folder, hosted), Program(folder.ensure().root))
    else:
        raise ServiceError("host", "only Windows calls this", "`qbconnector serve` runs the connector.")


def _serve(folder: DataFolder, hosted: Hosted) -> None:
    from qbconnector.app import Connector
    from qbconnector.cli.serve import run_until

    async def ready(connector: Connector) -> None:
        hosted.ready.set()

    def stop_by(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        hosted.stop = lambda: loop.call_soon_threadsafe(stop.set)

    run_until(folder, Connector(folder), ready, stop_by)


@command.command("background", hidden=True)
@click.pass_obj
def background(folder: DataFolder) -> None:
    """Be the connector that the tray or a task at logon started; nobody else calls this."""
    from qbconnector.app import Connector
    from qbconnector.cli.serve import run

    async def ready(connector: Connector) -> None:
        """Whoever started it sees that it serves by the data folder."""

    program = Program(folder.ensure().root)
    give_streams()
    try:
        run(folder, Connector(folder), ready)
    except BaseException as error:
        program.fail(error)
        raise
