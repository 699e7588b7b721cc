"""``qbconnector send``: one request to a running connector."""

import sys
from typing import BinaryIO

import click

from qbconnector.cli import examples
from qbconnector.errors import RequestProcessorError
from qbconnector.settings.folders import DataFolder


@click.command(
    "send",
    epilog=examples(
        "qbconnector send request.xml --user demo --password demo",
        "qbconnector send - < request.xml > answer.xml",
        "qbconnector send --interaction 1 --user demo --password demo",
    ),
)
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--url", help="The connector's data port; else the one of this data folder on this machine.")
@click.option("--user", default="", envvar="QBCONNECTOR_USER", help="The user. Also QBCONNECTOR_USER.")
@click.option("--password", default="", envvar="QBCONNECTOR_PASSWORD", help="The password. Also QBCONNECTOR_PASSWORD.")
@click.option("--interaction", type=int, default=0, show_default=True, help="X-AcctSyncInteractionType.")
@click.pass_obj
def command(
    folder: DataFolder, file: BinaryIO | None, url: str | None, user: str, password: str, interaction: int
) -> None:
    """Send a request, from FILE or with - from standard input; the answer goes to standard output.

    Interaction types other than 0 need no FILE.
    """
    from qbconnector.client import Client  # httpx takes its time to load

    if file is None and interaction == 0:
        raise click.UsageError("A request is needed: a file, or - for standard input.")
    if not url:
        url = f"http://127.0.0.1:{folder.store.read().settings.port}/"
    with Client(url, user, password) as client:
        try:
            answer = client.send(interaction, file.read() if file else b"")
        except RequestProcessorError as error:
            if error.detail:
                click.echo(error.detail, err=True)
            raise
    show(answer)


def show(answer: bytes) -> None:
    """An answer as it came, or indented and coloured for a terminal."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(answer)
        return
    for line in indented(answer.decode("utf-8", "replace")).splitlines():
        name, mark, rest = line.partition(">")
        click.echo(click.style(name + mark, fg="cyan") + rest if name.lstrip().startswith("<") else line)


def indented(text: str) -> str:
    """An XML document with one element on a line; other text as it is."""
    import xml.etree.ElementTree as ET

    try:
        root = ET.fromstring(text)  # noqa: S314  (it comes from the connector we asked)
    except ET.ParseError:
        return text
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"
