"""/explorer: an editor that knows the language, and a bench to try requests on.

It begins with what its address asks for: ``?template=CustomerAddRq``, ``?query=CustomerQueryRq&id=…`` for one object,
``?request=12`` for one that the connector has had; each with ``&user=`` and ``&version=``, as in qbxml/CA13.0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qbconnector.accounts.users import Users
from qbconnector.activity.masking import HIDDEN
from qbconnector.activity.requests import Record
from qbconnector.client.snippets import VARIABLE
from qbconnector.console.pages.parts import render, stage
from qbconnector.qbxml import dialect
from qbconnector.qbxml.assist import Target, lookup, template

EDITIONS: Final = {"US": "United States", "CA": "Canada", "UK": "United Kingdom", "AU": "Australia"}
FIRST: Final = "CustomerQueryRq"  # the template to begin with, since every company answers it


@dataclass(frozen=True, slots=True)
class Begin:
    """What the editor begins with: a text, or "" for what was in it before; ``said`` explains it."""

    text: str = ""
    said: str = ""
    user: str = ""


def show(request: Request) -> Response:
    """The page; what the address asks for and is not there is said on it."""
    asked = request.query_params
    problem = ""
    try:
        target = _target(asked.get("version", ""))
    except (KeyError, ValueError):
        target, problem = Target.of(), f'There is no version "{asked["version"]}".'
    begin = _begin(request, target)
    users = Users(stage(request).store).all()
    return render(
        request,
        "explorer.html",
        users=users,
        user=asked.get("user") or begin.user,
        versions=list(_versions()),
        chosen=f"{target.dialect}/{target}",
        text=begin.text,
        first=template(FIRST),
        said=problem or begin.said,
        hidden=HIDDEN,
        variable=VARIABLE,
    )


def _target(version: str) -> Target:
    """What an address says, as in qbposxml/3.0; raise KeyError and ValueError for what there is not."""
    name, _, number = version.rpartition("/")
    return Target.of(name or "qbxml", number)


def _begin(request: Request, target: Target) -> Begin:
    asked = request.query_params
    if "request" in asked:
        return _of_record(request, asked["request"])
    name = asked.get("query") or asked.get("template") or ""
    if not name:
        return Begin()
    try:
        text = lookup(name, asked.get("id", ""), target) if "query" in asked else template(name, target)
    except KeyError:
        return Begin(said=f'There is no template for "{name}" in {target.dialect} {target}.')
    return Begin(text)


def _of_record(request: Request, number: str) -> Begin:
    found = stage(request).requests.find(int(number)) if number.isdecimal() and len(number) < 16 else None
    if found is None:
        return Begin(said=f"Request {number} is not among the last ones any more.")
    if not found.request:
        return Begin(said=f"The body of request {number} was not kept: that is done while LogLevel is Verbose.")
    return Begin(found.request.removesuffix(" …"), _missing(found), found.user)


def _missing(record: Record) -> str:
    """What the log does not have of a body that it has."""
    said = [f"This is request {record.number} as the log has it."]
    if record.request.endswith(" …"):
        said.append("It has the beginning only, so it cannot be sent again.")
    if HIDDEN in record.request:
        said.append(f"What is secret was replaced by {HIDDEN}: write it there before you send it again.")
    return " ".join(said)


def _versions() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The versions to choose from, newest first, in groups: each as the address has it, and as people call it."""
    for name in ("qbxml", "qbposxml"):
        spec = dialect(name)
        for edition in spec.editions:
            group = f"QuickBooks, {EDITIONS[edition]}" if len(spec.editions) > 1 else "Point of Sale"
            targets = [Target(name, version, edition) for version in reversed(spec.versions_of(edition))]
            yield group, [(f"{name}/{one}", f"{spec.instruction} {one}") for one in targets]


routes = [Route("/explorer", show)]
