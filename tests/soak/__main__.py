"""``make soak``: a thousand connections held and 64 clients at work for a minute, and what became of it."""

import asyncio
import subprocess
import sys
import tempfile

import click
import httpx

from qbconnector.wire.port import allow_files
from tests.soak.soaking import request, soak

READY = "ready http://127.0.0.1:"


@click.command()
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--held", default=1000, show_default=True, help="Connections that only stay open.")
@click.option("--clients", default=64, show_default=True, help="Connections that work.")
@click.option("--growth", default=16.0, show_default=True, help="MiB the connector may grow after a quarter.")
def main(seconds: float, held: int, clients: int, growth: float) -> None:
    """Soak a connector on the sample company, in a process of its own."""
    allow_files(held + clients)
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-c", "from qbconnector.cli import main; main()", "--data", data, "demo"]
        with subprocess.Popen(
            [*command, "--port", "0", "--console-port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout is not None
            line = next(line for line in process.stdout if line.startswith(READY))
            port = int(line.removeprefix(READY).partition("/")[0])
            asked = request("demo", "demo")
            done = asyncio.run(soak(process.pid, port, asked, seconds=seconds, held=held, clients=clients))
            assert httpx.get(line.split()[3] + "healthz").json()["status"] == "ok"
            process.terminate()
    click.echo(f"{done.answers:,} answers, {done.answers / seconds:,.0f} a second, {len(done.errors)} errors")
    click.echo(f"{done.warm:.1f} MiB when warm, {done.end:.1f} MiB at the end")
    for error in done.errors[:5]:
        click.echo(error)
    sys.exit(bool(done.errors) or done.end - done.warm > growth)


main()
