"""``qbconnector cert``: the certificate that the connector shows when SSLEnabled is true."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbconnector import clock
from qbconnector.cli import examples
from qbconnector.settings.folders import DataFolder

if TYPE_CHECKING:
    from qbconnector.tls.identity import Identity


@click.group(
    "cert",
    epilog=examples(
        "qbconnector cert generate --name books.example.com --name 192.168.1.102",
        "qbconnector cert select office.pfx --password secret",
        "qbconnector config set SSLEnabled true",
        "qbconnector cert export connector.crt --format pem",
    ),
)
def command() -> None:
    """Make, choose, show and export the certificate for TLS.

    TLS is spoken while the setting SSLEnabled is true, and then nothing else is. A connector that runs takes a
    changed certificate for the next connections.
    """


@command.command("generate")
@click.option("--name", "names", multiple=True, help="A host name or address that clients use; give all of them.")
@click.option("--key", type=click.Choice(["rsa", "ec"]), default="rsa", show_default=True, help="RSA 3072 or EC P-256.")
@click.option("--days", type=click.IntRange(1, 36500), default=825, show_default=True, help="How long it is valid.")
@click.pass_obj
def generate(folder: DataFolder, names: tuple[str, ...], key: str, days: int) -> None:
    """Make a certificate of one's own, and choose it.

    Clients have to be told to trust it: see export.
    """
    from qbconnector.tls.choosing import choose_generated

    _show(choose_generated(folder, names, key, days))


@command.command("select")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--password", default="", help="The password of the file.")
@click.option("--subject", default="", help="The subject of the certificate, or a part of it, where there are several.")
@click.pass_obj
def select(folder: DataFolder, file: Path, password: str, subject: str) -> None:
    """Choose a certificate with its private key: a PFX file (.pfx, .p12) or a PEM file."""
    from qbconnector.tls.choosing import choose_file

    _show(choose_file(folder, file, subject, password))


@command.command("show")
@click.pass_obj
def show(folder: DataFolder) -> None:
    """Show subject, issuer, names, validity and fingerprint."""
    from qbconnector.tls.choosing import chosen

    _show(chosen(folder))


def _show(identity: "Identity") -> None:
    from qbconnector.tls.describe import description, validity_problem

    for name, value in description(identity.certificate).items():
        click.echo(f"{name}: {value}")
    if problem := validity_problem(identity.certificate, clock.now()):
        click.secho(problem, fg="yellow", err=True)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(["pem", "base64", "der"]), default="pem", show_default=True, help="How."
)
@click.pass_obj
def export(folder: DataFolder, file: Path, form: str) -> None:
    """Write the certificate, without its key, for clients to trust or pin; - is standard output."""
    from qbconnector.tls.choosing import chosen
    from qbconnector.tls.describe import exported

    content = exported(chosen(folder).certificate, form)
    if str(file) == "-":
        sys.stdout.buffer.write(content)
    else:
        file.write_bytes(content)
