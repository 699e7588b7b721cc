"""``qbconnector console``: the administrator's password, a signed-in browser, tokens for scripts."""

import webbrowser

import click

from qbconnector.cli import examples
from qbconnector.console.address import signin_link
from qbconnector.console.administrator import Administrator
from qbconnector.settings.folders import DataFolder


@click.group(
    "console",
    epilog=examples(
        "qbconnector console open",
        "qbconnector console password",
        "qbconnector console token nightly-report",
        "qbconnector console tokens --remove nightly-report",
    ),
)
def command() -> None:
    """Get into the web console.

    A connector that runs serves it on the port ConsolePort.
    """


def _administrator(folder: DataFolder) -> Administrator:
    return Administrator(folder.ensure().state)


@command.command("password")
@click.option("--reset", is_flag=True, help="Make a new one; who has signed in has to do so again.")
@click.option("--choose", is_flag=True, help="Ask for one of your own on the terminal; it is stored as a hash.")
@click.pass_obj
def password(folder: DataFolder, reset: bool, choose: bool) -> None:
    """Show the administrator's password."""
    administrator = _administrator(folder)
    if choose:
        administrator.choose(click.prompt("Password", hide_input=True, confirmation_prompt=True))
        click.echo("The password is changed.", err=True)
        return
    shown = administrator.reset() if reset else administrator.password()
    if not shown:
        raise click.ClickException(
            "Somebody has chosen the password, and only its hash is stored. "
            "`qbconnector console password --reset` makes a new one."
        )
    click.echo(shown)


@command.command("open")
@click.option("--print", "only_print", is_flag=True, help="Print the link instead of opening a browser.")
@click.pass_obj
def open_browser(folder: DataFolder, only_print: bool) -> None:
    """Open the console in a browser, signed in by a link that works once, within two minutes."""
    link = signin_link(folder)
    if only_print or not webbrowser.open(link):
        click.echo(link)


@command.command("token")
@click.argument("name")
@click.pass_obj
def add_token(folder: DataFolder, name: str) -> None:
    """Make a token for a script that uses the console's API, and print it this once."""
    click.echo(_administrator(folder).add_token(name))


@command.command("tokens")
@click.option("--remove", metavar="NAME", help="Refuse this token from now on.")
@click.pass_obj
def tokens(folder: DataFolder, remove: str | None) -> None:
    """List the tokens."""
    administrator = _administrator(folder)
    if remove is not None:
        administrator.remove_token(remove)
        click.echo(f"Token {remove} is removed.", err=True)
        return
    for one in administrator.tokens():
        click.echo(f"{one.name}  {one.made:%Y-%m-%d}")
