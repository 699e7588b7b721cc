"""``qbconnector company``: the sandbox's company files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qbconnector.cli import examples
from qbconnector.cli.files import company_path
from qbconnector.settings.folders import DataFolder

if TYPE_CHECKING:
    from qbconnector.sandbox.company import Company


@click.group(
    "company",
    epilog=examples(
        "qbconnector company create shop --sample",
        "qbconnector company open shop",
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
    """Create a company file: empty, the sample company, or one of any size for load tests."""
    path = company_path(folder.ensure(), file, new=True)
    if sample or customers is not None or invoices is not None:
        create_sample(path, name, customers, invoices)
    else:
        from qbconnector.sandbox.company import Company

        Company.create(path, name=name).close()
    click.echo(str(path))


def create_sample(path: Path, name: str = "", customers: int | None = None, invoices: int | None = None) -> None:
    """Create a sample company, of its own size or another; one that could not be filled does not stay."""
    from qbconnector.sandbox.company import Company
    from qbconnector.sandbox.sample import NAME, populate

    company = Company.create(path, name=name or NAME, sample=True)
    try:
        with company, click.progressbar(length=1, label=f"Creating {path.name}", file=sys.stderr) as bar:

            def progress(done: int, steps: int) -> None:
                bar.length = steps
                bar.update(done - bar.pos)

            populate(company, customers=customers, invoices=invoices, progress=progress)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@command.command("info")
@click.argument("file")
@click.pass_obj
def info(folder: DataFolder, file: str) -> None:
    """Show what a company file is and how much is in it."""
    with open_file(company_path(folder, file)) as company:
        for name, value in company.info().items():
            click.echo(f"{name}: {value}")


@command.command("verify")
@click.argument("file")
@click.pass_context
def verify(ctx: click.Context, file: str) -> None:
    """Recompute everything in a company file that follows from something else, and name what differs."""
    with open_file(company_path(ctx.obj, file)) as company:
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
    path = company_path(folder, target, new=True)
    with open_file(company_path(folder, file)) as company:
        company.copy(path)
    click.echo(str(path))


@command.command("open")
@click.argument("file")
@click.pass_obj
def open_company(folder: DataFolder, file: str) -> None:
    """Make a company file the one that is open in the sandbox's "QuickBooks".

    It is the company file of every user who has none.
    """
    from qbconnector.processors.sandbox import OpenCompany

    path = company_path(folder.ensure(), file)
    open_file(path).close()
    OpenCompany(folder.state).set(path.resolve())
    click.echo(str(path))


@command.command("close")
@click.pass_obj
def close_company(folder: DataFolder) -> None:
    """Close the company file that is open in the sandbox's "QuickBooks"."""
    from qbconnector.processors.sandbox import OpenCompany

    OpenCompany(folder.ensure().state).clear()
