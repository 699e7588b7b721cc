"""``qbconnector host``: the process that a connector starts for its backend. Nobody calls it by hand."""

import click

from qbconnector.activity.log import ActivityLog
from qbconnector.processors.backends import BACKENDS
from qbconnector.settings.folders import DataFolder


@click.command("host", hidden=True)
@click.argument("backend", type=click.Choice(list(BACKENDS)))
@click.pass_obj
def command(folder: DataFolder, backend: str) -> None:
    """Be the process of a request processor, for the connector at the other end of standard input and output."""
    from qbconnector.processors.host import serve

    settings = folder.ensure().store.read().settings
    serve(lambda: BACKENDS[backend](folder, ActivityLog(), settings))
