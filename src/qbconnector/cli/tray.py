"""``qbconnector tray``: an icon beside the clock that says how the connector is, and starts and stops it."""

import click

from qbconnector.cli import examples
from qbconnector.settings.folders import DataFolder


@click.command("tray", epilog=examples("qbconnector tray", "qbconnector --data ./try tray"))
@click.pass_obj
def command(folder: DataFolder) -> None:
    """Show an icon that says how the connector is.

    Its menu opens the console, starts and stops the connector: the service where one is installed, else a connector
    of its own, which ends when you quit.
    """
    from qbconnector.tray.shell import show

    show(folder.ensure())
