"""``qbconnector service``: the eight commands of the manual, which spells them ``/Service Install`` and so on."""

import secrets
from collections.abc import Callable

import click

from qbconnector.cli import examples
from qbconnector.errors import ServiceError
from qbconnector.service.base import Program, ServiceManager
from qbconnector.service.system import manager
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import SettingsStore


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
        "qbconnector service state",
        "qbconnector /Service Install         as the original product spells it",
    ),
)
def command() -> None:
    """Run the connector as a service: a systemd unit on Linux, a launchd job on macOS.

    Called by root it is a service of the system, by anyone else one of that user.
    """


def _manager(folder: DataFolder) -> ServiceManager:
    return manager(Program(folder.ensure().root))


def _may_run(folder: DataFolder, name: str) -> None:
    if not SettingsStore(folder.settings).read().settings.run_as_service:
        raise ServiceError(
            name, "RunAsService is false", "`qbconnector config set RunAsService true` allows it; or run `serve`."
        )


@command.command("install")
@click.pass_obj
def install(folder: DataFolder) -> None:
    """Install the service; it then starts with the system."""
    _may_run(folder, "install")
    _manager(folder).install()
    store = SettingsStore(folder.settings)
    if not store.read().settings.local_auth:
        store.set("LocalAuth", secrets.token_urlsafe(24))
    click.echo("The service is installed. `qbconnector service start` starts it.", err=True)


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
