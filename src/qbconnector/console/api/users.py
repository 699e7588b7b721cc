"""/api/users: who may use the connector; and whether their company files can be reached."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import USER, User, Users, changed
from qbconnector.console.api.parts import Stage
from qbconnector.console.backstage import Backstage
from qbconnector.console.shapes import NewUser, UserValues, shown
from qbconnector.errors import RequestProcessorError
from qbconnector.processors.authorizing import APPLICATION, standing

router = APIRouter(tags=["users"])

OnlyCheck = Query(False, description="Say what is wrong, and store nothing.")


class Tested(BaseModel):
    """What a test of the connection found: the company file, or the problem and its remedy."""

    ok: bool
    company_file: str = ""
    problem: str = ""
    remedy: str = ""


class Who(BaseModel):
    """Whose connection is tested; nobody's is that to the company file which is open."""

    User: str = ""


def described(user: User) -> dict[str, Any]:
    """A user as the API shows one."""
    return {"Name": user.name, **shown(USER, user), "HasPassword": bool(user.password)}


@router.get("/users")
def list_users(stage: Stage) -> list[dict[str, Any]]:
    """Every user, by name."""
    return [described(user) for user in Users(stage.store).all()]


@router.post("/users", status_code=201)
def add_user(stage: Stage, values: NewUser, check: bool = OnlyCheck) -> dict[str, Any]:
    """Add a user. The answer says whether an application has to be authorized next."""
    name = values.pop("Name", "")
    users = Users(stage.store)
    user = _with(stage, User(str(name).strip()), values, check)
    users.check(user, new=True)
    if not check:
        users.add(user)
    return described(user) | {"Authorization": authorization(stage, user)}


@router.get("/users/{name:path}")
def show_user(stage: Stage, name: str) -> dict[str, Any]:
    """One user."""
    user = Users(stage.store).get(name)
    return described(user) | {"Authorization": authorization(stage, user)}


@router.patch("/users/{name:path}")
def change_user(stage: Stage, name: str, values: UserValues, check: bool = OnlyCheck) -> dict[str, Any]:
    """Change what is named of a user; the rest stays. An empty password leaves it as it is."""
    users = Users(stage.store)
    user = _with(stage, users.get(name), values, check)
    users.check(user)
    if not check:
        users.put(user)
    return described(user) | {"Authorization": authorization(stage, user)}


@router.delete("/users/{name:path}", status_code=204, response_class=Response)
def remove_user(stage: Stage, name: str) -> None:
    """Remove a user, who is refused from the next request on."""
    Users(stage.store).remove(name)


@router.post("/connection-test")
async def test_connection(stage: Stage, who: Who) -> Tested:
    """Open a company file as a request would: a user's, or without a name the one that is open in QuickBooks."""
    user = Users(stage.store).get(who.User) if who.User else User("")
    try:
        return Tested(ok=True, company_file=await stage.running.test(user))
    except RequestProcessorError as error:
        return Tested(ok=False, problem=str(error), remedy=error.detail)


def _with(stage: Backstage, user: User, values: dict[str, Any], check: bool) -> User:
    password = str(values.pop("Password", ""))
    user = changed(user, values)
    if not password:
        return user
    scheme = stage.store.read().settings.password_scheme
    return replace(user, password=password if check else Passwords(scheme=scheme).hash(password))


def authorization(stage: Backstage, user: User) -> dict[str, Any]:
    """Whether the administrator of the company file has to let the user's application in."""
    now = standing(stage.folder, user)
    if now is None:
        return {"Needed": False, "Application": user.app_name or APPLICATION, "CompanyFile": ""}
    return {"Needed": not now.authorized, "Application": now.application, "CompanyFile": str(now.path)}
