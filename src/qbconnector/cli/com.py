"""``qbconnector com``: the sandbox as QuickBooks for COM programs, and what else Windows has to know for COM."""

import sys
from importlib import import_module
from typing import Any

import click

from qbconnector.cli import examples
from qbconnector.errors import NeedsWindows
from qbconnector.processors.programs import DESKTOP, POINT_OF_SALE
from qbconnector.settings.folders import DataFolder


@click.group(
    "com",
    epilog=examples(
        "qbconnector com register             programs of this user then find the sandbox",
        "qbconnector com unregister",
        "qbconnector com surrogate --consent  for a QuickBooks of 32 bits and a connector of 64",
    ),
)
def command() -> None:
    """Windows: let COM programs find the sandbox as QuickBooks; reach a QuickBooks of other bits."""
    if sys.platform != "win32":
        raise NeedsWindows("`com`")


def _registration() -> Any:
    """What only Windows can load."""
    return import_module("qbconnector.automation.registration")


@command.command("register")
@click.option("--machine", is_flag=True, help="For every user of this machine, as administrator; else for you alone.")
@click.option("--force", is_flag=True, help="Even if QuickBooks itself is registered: it is hidden until `unregister`.")
@click.pass_obj
def register(folder: DataFolder, machine: bool, force: bool) -> None:
    """Register the sandbox as QBXMLRP2.RequestProcessor, which is how COM programs find QuickBooks.

    Windows starts it when a program wants it. It has the company files and permissions of the data folder.
    """
    registration = _registration()
    registration.register(folder.ensure(), machine=machine, force=force)
    click.echo("The sandbox is registered as QuickBooks. `qbconnector com unregister` ends that.", err=True)


@command.command("unregister")
@click.pass_obj
def unregister(folder: DataFolder) -> None:
    """Undo `register`: what was registered before is so again."""
    if not _registration().unregister(folder):
        click.echo("The sandbox of this data folder was not registered.", err=True)


@command.command("surrogate")
@click.option("--pos", is_flag=True, help="For Point of Sale; else for QuickBooks Desktop.")
@click.option("--consent", is_flag=True, help="Yes, change the registry of this machine.")
@click.option("--undo", is_flag=True, help="Undo it.")
@click.pass_obj
def surrogate(folder: DataFolder, pos: bool, consent: bool, undo: bool) -> None:
    """Let a connector of 64 bits use a request processor that is a DLL of 32 bits.

    Windows then loads the DLL into a process of its own (a COM surrogate). This writes to the registry of the whole
    machine, as administrator: AppID and DllSurrogate for the request processor's class.
    """
    registration = _registration()
    program = POINT_OF_SALE if pos else DESKTOP
    if undo:
        if not registration.remove_surrogate(folder, program):
            click.echo("There was nothing to undo.", err=True)
    elif consent:
        registration.add_surrogate(folder.ensure(), program)
        click.echo("Done. `qbconnector com surrogate --undo` takes it back.", err=True)
    else:
        raise click.UsageError("It changes the registry of this machine: say --consent, or --undo.")


@command.command("serve", hidden=True, context_settings={"ignore_unknown_options": True})
@click.argument("windows", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def serve(folder: DataFolder, windows: tuple[str, ...]) -> None:
    """Be the COM server; Windows calls it so, with -Embedding after it."""
    import_module("qbconnector.automation.server").serve(folder.ensure())
