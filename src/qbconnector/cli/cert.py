"""``qbconnector cert``: the certificate that the connector shows when SSLEnabled is true."""

import sys
from pathlib import Path

import click

from qbconnector import clock
from qbconnector.cli import examples
from qbconnector.settings.files import replace_file
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.store import SettingsStore

PFX = frozenset({".pfx", ".p12"})


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
    from qbconnector.tls.context import pem
    from qbconnector.tls.generate import generate as make

    identity = make(names, key, days)
    path = folder.ensure().tls / "connector.pem"
    replace_file(path, pem(identity, b""))
    _choose(folder, "PEM", path, "", "")
    _show(folder)


@command.command("select")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--password", default="", help="The password of the file.")
@click.option("--subject", default="", help="The subject of the certificate, or a part of it, where there are several.")
@click.pass_obj
def select(folder: DataFolder, file: Path, password: str, subject: str) -> None:
    """Choose a certificate with its private key: a PFX file (.pfx, .p12) or a PEM file."""
    from qbconnector.tls.context import server_context
    from qbconnector.tls.identity import Place

    kind = "PFX" if file.suffix.lower() in PFX else "PEM"
    server_context(Place(kind, str(file), subject, password).load())  # what does not do is not chosen
    _choose(folder, kind, file.absolute(), subject, password)
    _show(folder)


def _choose(folder: DataFolder, kind: str, path: Path, subject: str, password: str) -> None:
    values = {
        "SSLCertType": kind,
        "SSLCertStore": str(path),
        "SSLCertSubject": subject,
        "SSLCertPassword": password,
    }
    SettingsStore(folder.ensure().settings).merge(values, {})


@command.command("show")
@click.pass_obj
def show(folder: DataFolder) -> None:
    """Show subject, issuer, names, validity and fingerprint."""
    _show(folder)


def _show(folder: DataFolder) -> None:
    from qbconnector.tls.context import place_of
    from qbconnector.tls.describe import description, validity_problem

    certificate = place_of(SettingsStore(folder.settings).read().settings).load().certificate
    for name, value in description(certificate).items():
        click.echo(f"{name}: {value}")
    if problem := validity_problem(certificate, clock.now()):
        click.secho(problem, fg="yellow", err=True)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(["pem", "base64", "der"]), default="pem", show_default=True, help="How."
)
@click.pass_obj
def export(folder: DataFolder, file: Path, form: str) -> None:
    """Write the certificate, without its key, for clients to trust or pin; - is standard output."""
    from qbconnector.tls.context import place_of
    from qbconnector.tls.describe import exported

    certificate = place_of(SettingsStore(folder.settings).read().settings).load().certificate
    content = exported(certificate, form)
    if str(file) == "-":
        sys.stdout.buffer.write(content)
    else:
        file.write_bytes(content)
