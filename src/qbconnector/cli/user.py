"""``qbconnector user``: who may use the connector."""

import sys
from dataclasses import replace
from typing import Any

import click

from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import BASIC, USER, User, Users
from qbconnector.cli import examples
from qbconnector.processors.authorizing import authorize, standing
from qbconnector.sandbox.quickbooks import Permission
from qbconnector.settings.folders import DataFolder, company_file

CHANGES = (
    click.option("--password", help="The password. Asked for on a terminal when it is not given."),
    click.option("--password-stdin", is_flag=True, help="Read the password from standard input."),
    click.option("--company-file", help="The company file: a name in the data folder, or a path."),
    click.option("--app-name", help="The application's name, as QuickBooks sees it."),
    click.option(
        "--auth",
        type=click.Choice(["basic", "windows"], case_sensitive=False),
        help="Who checks the password.",
    ),
    click.option("--read-only/--full", default=None, help="Whether the user may only read."),
    click.option(
        "--mode",
        type=click.Choice(["DontCare", "Single", "Multi"], case_sensitive=False),
        help="How the company file is opened.",
    ),
)


def _changes(function: Any) -> Any:
    for option in reversed(CHANGES):
        function = option(function)
    return function


def _users(folder: DataFolder) -> Users:
    return Users(folder.store)


def _changed(folder: DataFolder, user: User, given: dict[str, Any], password: str | None) -> User:
    """The user with what the options say; what they do not say stays."""
    changes = {key: value for key, value in given.items() if value is not None}
    if "company_file" in changes:
        changes["company_file"] = company_file(changes["company_file"])
    if "auth" in changes:
        changes["auth"] = USER["AuthMode"].read(changes["auth"])
    if password:
        scheme = folder.store.read().settings.password_scheme
        changes["password"] = Passwords(scheme=scheme).hash(password)
    return replace(user, **changes)


def _password(given: str | None, *, from_stdin: bool, ask: bool) -> str | None:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if given is None and ask and sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return given


@click.group(
    "user",
    epilog=examples(
        "qbconnector user add anna --company-file shop.qbsandbox",
        "echo secret | qbconnector user add anna --password-stdin",
        "qbconnector user edit anna --read-only",
        "qbconnector user list",
    ),
)
def command() -> None:
    """Add, change and remove users.

    A connector that runs notices a change within a second.
    """


@command.command("add")
@click.argument("name")
@_changes
@click.option(
    "--authorize/--no-authorize",
    "authorized",
    default=None,
    help="Let the user's application into the company file at once. Asked for on a terminal when it is not given.",
)
@click.pass_obj
def add(
    folder: DataFolder,
    /,
    name: str,
    password: str | None,
    password_stdin: bool,
    authorized: bool | None,
    **given: Any,
) -> None:
    """Add a user."""
    basic = given["auth"] != "windows"
    password = _password(password, from_stdin=password_stdin, ask=basic)
    if basic and not password:
        raise click.UsageError("A user with Basic authentication needs --password or --password-stdin.")
    _users(folder.ensure()).add(_changed(folder, User(name), given, password))
    click.echo(f"User {name} is added.", err=True)
    _authorize(folder, name, authorized)


def _authorize(folder: DataFolder, name: str, wanted: bool | None) -> None:
    """Offer to let the user's application into the company file, where it has not been let in yet."""
    users = _users(folder)
    user = users.get(name)
    now = standing(folder, user)
    if now is None or wanted is False:
        return
    if now.authorized:
        users.put(replace(user, authorized=True))
    elif wanted or (sys.stdin.isatty() and click.confirm(f'Let "{now.application}" into {now.path}?', default=True)):
        authorize(folder, now.path, now.application, Permission.ALWAYS)
    else:
        click.echo(
            f'"{now.application}" needs the administrator\'s yes: '
            f'qbconnector company authorize "{now.path}" "{now.application}"',
            err=True,
        )


@command.command("edit")
@click.argument("name")
@_changes
@click.pass_obj
def edit(folder: DataFolder, /, name: str, password: str | None, password_stdin: bool, **given: Any) -> None:
    """Change what the options say of a user; the rest stays."""
    users = _users(folder)
    password = _password(password, from_stdin=password_stdin, ask=False)
    user = _changed(folder, users.get(name), given, password)
    users.put(user)
    click.echo(f"User {user.name} is changed.", err=True)


@command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(folder: DataFolder, name: str) -> None:
    """Remove a user."""
    _users(folder).remove(name)
    click.echo(f"User {name} is removed.", err=True)


@command.command("list")
@click.pass_obj
def show_all(folder: DataFolder) -> None:
    """List the users."""
    users = _users(folder).all()
    width = max((len(user.name) for user in users), default=0)
    for user in users:
        access = "read-only" if user.read_only else "full"
        windows = "" if user.auth == BASIC else "  Windows"
        click.echo(f"{user.name:{width}}  {access:9}  {user.company_file or '(the open company file)'}{windows}")
    if not users:
        click.echo("There are no users yet. `qbconnector user add NAME` adds one.", err=True)


@command.command("show")
@click.argument("name")
@click.pass_obj
def show(folder: DataFolder, name: str) -> None:
    """Show one user, but not the password."""
    user = _users(folder).get(name)
    click.echo(f"Name = {user.name}")
    for one in USER.values():
        if not one.secret:
            click.echo(f"{one.name} = {one.kind.write(getattr(user, one.key))}")


@command.command("test")
@click.argument("name")
@click.pass_obj
def test(folder: DataFolder, name: str) -> None:
    """Open the user's company file as a request of the user would, and say what it is."""
    import asyncio

    from qbconnector.app import test_connection

    user = _users(folder).get(name)
    path = asyncio.run(test_connection(folder, user))
    click.echo(f"{user.name} reaches {path}")
