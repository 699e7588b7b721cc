"""``qbconnector demo``: the connector on the sample company, and one request to see it work."""

from functools import partial
from typing import Final

import click

from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import User, Users
from qbconnector.app import Connector, Overrides
from qbconnector.cli import examples
from qbconnector.cli.company import create_file
from qbconnector.cli.serve import PORT, run
from qbconnector.sandbox.quickbooks import QuickBooks
from qbconnector.settings.folders import DataFolder

NAME: Final = "demo"
PASSWORD: Final = "demo"  # noqa: S105  (it opens the sample company, on this machine only)
FILE: Final = "demo.qbsandbox"
REQUEST: Final = """<?xml version="1.0"?>
<?qbxml version="13.0"?>
<QBXML>
  <QBXMLMsgsRq onError="stopOnError">
    <CustomerQueryRq>
      <MaxReturned>1</MaxReturned>
    </CustomerQueryRq>
  </QBXMLMsgsRq>
</QBXML>
"""


@click.command("demo", epilog=examples("qbconnector demo", "qbconnector --data ./try demo --port 9000"))
@click.option("--port", type=PORT, help="The port for requests; 0: any free one.")
@click.option("--console-port", type=PORT, help="The console's port; 0: any free one.")
@click.pass_obj
def command(folder: DataFolder, port: int | None, console_port: int | None) -> None:
    """Run the connector on the sample company, and show a request.

    Creates the sample company and the user "demo" if they are missing, serves on this machine only, sends
    one request, prints the answer and how to send one yourself. Ctrl-C stops it.
    """
    _prepare(folder.ensure())
    run(folder, Connector(folder, Overrides("127.0.0.1", port, console_port)), partial(_show, folder))
    click.echo("Stopped.")


def _prepare(folder: DataFolder) -> None:
    path = folder.companies / FILE
    if not path.exists():
        create_file(folder, path, sample=True)
    users = Users(folder.store)
    if all(user.name != NAME for user in users.all()):
        users.add(User(NAME, password=Passwords().hash(PASSWORD), company_file=FILE, authorized=True))
    quickbooks = QuickBooks(folder.state)
    quickbooks.trust(path.resolve())
    if not quickbooks.state().file:
        quickbooks.open(path.resolve())


async def _show(folder: DataFolder, connector: Connector) -> None:
    from qbconnector.client import AsyncClient
    from qbconnector.console.administrator import Administrator

    async with AsyncClient(connector.data_url, NAME, PASSWORD) as client:
        answer = await client.execute(REQUEST)
    url, console = connector.data_url, connector.console_url
    body = "".join(line.strip() for line in REQUEST.splitlines())
    click.echo(f"This request was sent to {url}:\n\n{REQUEST}\nand this is the answer:\n\n{answer.decode()}")
    password = Administrator(folder.state).password() or "the one you chose"
    click.echo(f"Requests go to  {url}\nThe user is     {NAME}, password {PASSWORD}")
    click.echo(f"The console is  {console}, password {password}\n")
    click.echo("Send one yourself:\n")
    click.echo(f"curl -u {NAME}:{PASSWORD} -H 'X-AcctSyncInteractionType: 0' --data-binary '{body}' {url}\n")
    click.echo(f"ready {url} console {console}  (Ctrl-C stops it)")
