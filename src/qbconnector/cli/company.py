"""``qbconnector company``: the sandbox's company files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbconnector.cli import examples
from qbconnector.processors.authorizing import APPLICATION, authorize
from qbconnector.sandbox.quickbooks import ADMINISTRATOR, EDITIONS, MULTI, SINGLE, Permission, QuickBooks
from qbconnector.settings.folders import DataFolder

if TYPE_CHECKING:
    from qbconnector.sandbox.company import Company


@click.group(
    "company",
    epilog=examples(
        "qbconnector company create shop --sample",
        "qbconnector company open shop",
        "qbconnector company authorize shop",
        "qbconnector company create big --customers 100000 --invoices 20000",
        "qbconnector company verify shop",
    ),
)
def command() -> None:
    """Create, check and open company files of the sandbox.

    A bare name means a file in the data folder; anything with a slash is a path.
    """


def open_file(path: Path) -> "Company":
    """Open a company file of the sandbox."""
    from qbconnector.sandbox.company import Company

    return Company.open(path)


@command.command("create")
@click.argument("file")
@click.option("--name", default="", help="The company's name; else the file's.")
@click.option("--sample", is_flag=True, help="Fill it with the sample company.")
@click.option("--customers", type=click.IntRange(0), help="Fill it with so many customers.")
@click.option("--invoices", type=click.IntRange(0), help="Fill it with so many invoices.")
@click.pass_obj
def create(folder: DataFolder, file: str, name: str, sample: bool, customers: int | None, invoices: int | None) -> None:
    """Create a company file: empty, the sample company, or one of any size for load tests.

    The connector itself is let into a new file; another application name needs `company authorize`.
    """
    path = folder.ensure().company(file, new=True)
    create_file(folder, path, name=name, sample=sample, customers=customers, invoices=invoices)
    click.echo(str(path))


def create_file(
    folder: DataFolder,
    path: Path,
    *,
    name: str = "",
    sample: bool = False,
    customers: int | None = None,
    invoices: int | None = None,
) -> None:
    """Create a company file, and show how far it is."""
    from qbconnector.sandbox import files

    with click.progressbar(length=1, label=f"Creating {path.name}", file=sys.stderr) as bar:

        def progress(done: int, steps: int) -> None:
            bar.length = steps
            bar.update(done - bar.pos)

        contents = files.Contents(name, sample, customers, invoices)
        files.create(QuickBooks(folder.state), path, contents, APPLICATION, progress)
        progress(1, 1)


@command.command("info")
@click.argument("file")
@click.pass_obj
def info(folder: DataFolder, file: str) -> None:
    """Show what a company file is and how much is in it."""
    with open_file(folder.company(file)) as company:
        for name, value in company.info().items():
            click.echo(f"{name}: {value}")


@command.command("verify")
@click.argument("file")
@click.pass_context
def verify(ctx: click.Context, file: str) -> None:
    """Recompute everything in a company file that follows from something else, and name what differs."""
    with open_file(ctx.obj.company(file)) as company:
        faults = company.verify()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        ctx.exit(1)
    click.echo("No fault was found.")


@command.command("copy")
@click.argument("file")
@click.argument("target")
@click.pass_obj
def copy(folder: DataFolder, file: str, target: str) -> None:
    """Copy a company file, also while it is in use."""
    path = folder.company(target, new=True)
    with open_file(folder.company(file)) as company:
        company.copy(path)
    click.echo(str(path))


@command.command("open")
@click.argument("file")
@click.option(
    "--mode", type=click.Choice([SINGLE, MULTI], case_sensitive=False), default=SINGLE, help="How to open it."
)
@click.option("--as", "user", default=ADMINISTRATOR, show_default=True, help="The user of QuickBooks who opens it.")
@click.option("--edition", type=click.Choice(list(EDITIONS), case_sensitive=False), help="Which QuickBooks it is.")
@click.option("--dialog", default="", help="Show a modal dialog that says this.")
@click.pass_obj
def open_company(folder: DataFolder, file: str, mode: str, user: str, edition: str | None, dialog: str) -> None:
    """Open a company file by hand in the sandbox's "QuickBooks".

    It is the company file of every user who has none, and no other can be used until it is closed. While a
    persistent session holds a company file in the background, QuickBooks says that it is already in use.
    """
    path = folder.ensure().company(file)
    open_file(path).close()
    quickbooks = QuickBooks(folder.state)
    quickbooks.open(path.resolve(), mode, user, edition or "")
    if dialog:
        quickbooks.show(dialog)
    click.echo(str(path))


@command.command("close")
@click.option("--keep-running", is_flag=True, help="Close the company file, but not QuickBooks.")
@click.pass_obj
def close_company(folder: DataFolder, keep_running: bool) -> None:
    """Close the company file that is open in the sandbox's "QuickBooks"."""
    QuickBooks(folder.ensure().state).close(running=keep_running)


@command.command("dialog")
@click.argument("text", required=False)
@click.option("--dismiss", is_flag=True, help="Dismiss the dialog.")
@click.pass_obj
def show_dialog(folder: DataFolder, text: str | None, dismiss: bool) -> None:
    """Show a modal dialog in the sandbox's "QuickBooks": no application gets in until it is dismissed."""
    if bool(text) == dismiss:
        raise click.UsageError("Say what the dialog says, or --dismiss.")
    QuickBooks(folder.ensure().state).show(text or "")


@command.command("fault")
@click.argument("error", required=False)
@click.option("--starts", type=click.IntRange(1), default=1, show_default=True, help="How many starts fail so.")
@click.option("--clear", is_flag=True, help="Start as usual again.")
@click.pass_obj
def fault(folder: DataFolder, error: str | None, starts: int, clear: bool) -> None:
    """Let the next starts of the sandbox's "QuickBooks" fail, to see what an application makes of it.

    ERROR is an error number, as 0x80040408, or "hang".
    """
    if bool(error) == clear:
        raise click.UsageError('An error number or "hang" is needed, or --clear.')
    try:
        number = 0 if error in {None, "hang"} else int(str(error), 16)
    except ValueError:
        raise click.UsageError(f'"{error}" is neither a number nor "hang".') from None
    QuickBooks(folder.ensure().state).spoil(number, 0 if clear else starts)


@command.command("authorize")
@click.argument("file")
@click.argument("application", default=APPLICATION)
@click.option(
    "--answer",
    type=click.Choice([one.value for one in Permission]),
    default=Permission.ALWAYS.value,
    show_default=True,
    help="The answer to QuickBooks' question.",
)
@click.pass_obj
def authorize_application(folder: DataFolder, file: str, application: str, answer: str) -> None:
    """Answer QuickBooks' question whether an application may use a company file.

    always: even if QuickBooks is not running; when-open: whenever the company file is open; ask: this time, and
    ask again the next; no. The first yes needs the file open in single-user mode by the administrator. APPLICATION
    is the application's name as QuickBooks sees it, "*" for all of them.
    """
    path = folder.ensure().company(file)
    open_file(path).close()
    authorize(folder, path.resolve(), application, Permission(answer))


@command.command("pending")
@click.pass_obj
def show_pending(folder: DataFolder) -> None:
    """List the applications that wait for an answer of `company authorize`."""
    questions = QuickBooks(folder.ensure().state).state().questions
    for one in questions:
        since = f" since {one.since}" if one.since else " this time"
        click.echo(f'"{one.application}" asks to use {one.file}{since}')
    if not questions:
        click.echo("No application waits for an answer.")


@command.command("state")
@click.pass_obj
def show_state(folder: DataFolder) -> None:
    """Show what the sandbox's "QuickBooks" is doing, and whom it lets in."""
    quickbooks = QuickBooks(folder.ensure().state)
    state = quickbooks.state()
    if state.file:
        click.echo(f"open: {state.file}, {state.mode.lower()}-user mode, by {state.user}, {state.edition}")
    else:
        click.echo("open: no company file" if state.running else "QuickBooks is not running.")
    if state.dialog:
        click.echo(f"dialog: {state.dialog}")
    if state.starts:
        click.echo(f"the next {state.starts} starts: {f'0x{state.fault:08X}' if state.fault else 'hang'}")
    for held in quickbooks.background.elsewhere():
        click.echo(f'in the background: {held.file}, for "{held.application}"')
    for path, given in state.permissions.items():
        for application, permission in given.items():
            click.echo(f'may use {path}: "{application}", {permission}')
