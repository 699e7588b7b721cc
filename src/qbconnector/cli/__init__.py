"""The command line: one file per command, loaded when it is called.

What the commands do belongs to the other rooms.
"""

import io
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from qbconnector import __version__
from qbconnector.errors import QbConnectorError, RegistryForbidden
from qbconnector.settings.folders import DataFolder, default_folder

# The commands in the order of the help, each with the line that it has there.
COMMANDS: Final[dict[str, str]] = {
    "serve": "Run the connector.",
    "demo": "Run the connector on the sample company, and show a request.",
    "user": "Add, change and remove users.",
    "company": "Create, check and open company files of the sandbox.",
    "send": "Send one request to a running connector.",
    "config": "Show, change, import and export settings.",
    "cert": "Make, choose and show the certificate for TLS.",
    "console": "Get into the web console: its password, a link, tokens.",
    "com": "Windows: the sandbox as QuickBooks for COM programs.",
    "service": "Run the connector as a service of the system.",
    "tray": "Show an icon that says how it is, and starts and stops it.",
    "log": "Read and clear the activity log.",
    "check": "Look at this machine, and say what is wrong.",
}

# What the connector itself calls.
HIDDEN: Final = frozenset({"host"})


class Commands(click.Group):
    """Loads a command's file when the command is called, and turns our errors into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; the original product's spelling is ``/Service``."""
        cmd_name = cmd_name.removeprefix("/").lower()
        if cmd_name not in COMMANDS and cmd_name not in HIDDEN:
            return None
        command = import_module(f"qbconnector.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except RegistryForbidden as error:
            from qbconnector.cli import permission

            raise click.ClickException(permission.ask(ctx.obj, error)) from error
        except QbConnectorError as error:
            raise click.ClickException(error.advice) from error
        except OSError as error:
            raise click.ClickException(f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")) from error


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`qbconnector demo` shows it at work; `qbconnector COMMAND --help` has examples.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="QBCONNECTOR_DATA",
    default=default_folder,
    show_default="the platform's data folder",
    help="The data folder: settings, users, company files, logs. Also QBCONNECTOR_DATA.",
)
@click.version_option(__version__, prog_name="qbconnector")
@click.pass_context
def main(ctx: click.Context, data: Path) -> None:
    """qbXML over HTTP: for QuickBooks Desktop and Point of Sale, and for a sandbox that needs neither."""
    for stream in (sys.stdout, sys.stderr):  # some cannot write every letter, as a pipe of Windows
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    ctx.obj = DataFolder(data.absolute())


def examples(*lines: str) -> str:
    """An epilog of command lines to copy, each on a line of its own."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
