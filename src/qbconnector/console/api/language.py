"""/api/language: help for writing qbXML and qbposXML, as ``qbconnector.qbxml.assist`` gives it.

Where a text is asked about it is the body; ``offset`` is a place in it, in characters, and so is every place that is
answered.
"""

from functools import cache
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from qbconnector.client.snippets import LANGUAGES, code
from qbconnector.console.api.parts import TEXT, Stage, read_text
from qbconnector.errors import NotWhole, QbxmlRefused, UnknownLanguage
from qbconnector.qbxml import assist
from qbconnector.qbxml.assist import Completions, Description, Problem, Target

router = APIRouter(prefix="/language", tags=["language"])

LARGEST: Final = 1024 * 1024  # bytes of a text that there is help with

DialectName = Literal["qbxml", "qbposxml"]


async def _draft(request: Request) -> str:
    return await read_text(request, LARGEST)


def target_of(
    dialect: DialectName = "qbxml",
    version: Annotated[str, Query(description="As in 13.0 or CA13.0; the newest if it is empty.")] = "",
) -> Target:
    """The dialect, version and edition of a request. Raises ``UnknownLanguage``."""
    try:
        return Target.of(dialect, version)
    except ValueError:
        raise UnknownLanguage("version", version, dialect) from None


Draft = Annotated[str, Depends(_draft)]
Chosen = Annotated[Target, Depends(target_of)]
Offset = Annotated[int, Query(ge=0, description="A place in the text, in characters.")]


class Known(BaseModel):
    """A request of the language, and what it does."""

    name: str
    title: str
    since: str


class Text(BaseModel):
    """A text."""

    text: str


class Snippet(BaseModel):
    """A call as code of one language; ``suffix`` is that of its files."""

    language: str
    name: str
    suffix: str
    text: str


@router.get("/requests")
def list_requests(target: Chosen) -> list[Known]:
    """Every request that a version and edition has, by name."""
    return _known(target)


@cache
def _known(target: Target) -> list[Known]:
    described = (assist.describe(one.name, target) for one in assist.requests(target))
    return [Known(name=one.name, title=one.title, since=one.since) for one in described if one]


@router.get("/templates/{name}")
def show_template(name: str, target: Chosen, full: bool = False) -> Text:
    """A valid document with a request and invented values; ``full`` lists in comments what could stand there too."""
    try:
        return Text(text=assist.template(name, target, full))
    except KeyError:
        raise UnknownLanguage("request", name, f"{target.dialect} {target}") from None


@router.get("/elements/{path:path}")
def show_element(path: str, target: Chosen) -> Description:
    """What an element is, by the way to it from a request or a response, as in CustomerAddRq/CustomerAdd/Name."""
    found = assist.describe(path, target)
    if found is None:
        raise UnknownLanguage("element", path, f"{target.dialect} {target}")
    return found


@router.post("/element", openapi_extra=TEXT)
def explain_element(text: Draft, offset: Offset, target: Chosen) -> Description | None:
    """What the element at a place of a text is; null where there is none that the language knows."""
    return assist.explain(text, offset, target)


@router.post("/completions", openapi_extra=TEXT)
def complete_text(text: Draft, offset: Offset, target: Chosen) -> Completions:
    """What may be written at a place of an unfinished text."""
    return assist.complete(text, offset, target)


@router.post("/problems", openapi_extra=TEXT)
def find_problems(text: Draft, dialect: DialectName = "qbxml") -> list[Problem]:
    """What is wrong with a document, all of it that can be told; an empty list if nothing is."""
    return assist.problems(text, dialect)


@router.post("/layout", openapi_extra=TEXT)
def lay_out(text: Draft, target: Chosen) -> Text:
    """The document with one element on a line, indented; its values stay as they are."""
    try:
        return Text(text=assist.tidy(text, target))
    except QbxmlRefused as error:
        raise NotWhole(error.problem, error.line, error.column) from None


@router.post("/code", openapi_extra=TEXT)
def write_code(stage: Stage, text: Draft, user: str) -> list[Snippet]:
    """The call that sends this document to the data port, in several programming languages."""
    url = stage.running.data_url
    return [
        Snippet(language=one.key, name=one.name, suffix=one.suffix, text=code(one.key, url, user, text))
        for one in LANGUAGES.values()
    ]
