"""/api/password and /api/tokens: the administrator's own secrets."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from qbconnector.console.api.parts import Stage
from qbconnector.console.problems import problem

router = APIRouter(tags=["administration"])


class Passwords(BaseModel):
    """The administrator's password, and the one to take its place."""

    current: str
    new: str


class TokenName(BaseModel):
    """What a token is called."""

    name: str = Field(min_length=1, max_length=64)


class Token(BaseModel):
    """A token for a script."""

    name: str
    made: datetime


class NewToken(BaseModel):
    """A token that was made just now; nobody can show it again."""

    name: str
    token: str


@router.put("/password", status_code=204, response_class=Response)
def change_password(stage: Stage, passwords: Passwords) -> Response:
    """Choose another password for the console; everybody who has signed in has to do so again."""
    if not stage.administrator.check(passwords.current):
        return problem(422, "That is not the password.", "`qbconnector console password` shows it.", field="current")
    stage.administrator.choose(passwords.new)
    return Response(status_code=204)


@router.get("/tokens")
def list_tokens(stage: Stage) -> list[Token]:
    """Every token, without what it is."""
    return [Token(name=one.name, made=one.made) for one in stage.administrator.tokens()]


@router.post("/tokens", status_code=201)
def add_token(stage: Stage, wanted: TokenName) -> NewToken:
    """Make a token; it is shown this once."""
    return NewToken(name=wanted.name.strip(), token=stage.administrator.add_token(wanted.name))


@router.delete("/tokens/{name:path}", status_code=204, response_class=Response)
def remove_token(stage: Stage, name: str) -> None:
    """Refuse a token from now on."""
    stage.administrator.remove_token(name)
