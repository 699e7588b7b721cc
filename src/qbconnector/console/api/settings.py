"""/api/settings: every setting by the manual's name; and installations of the original product, in and out."""

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel

from qbconnector.accounts.installation import take_over, write_out
from qbconnector.console.api.parts import Stage, attachment, binary
from qbconnector.console.backstage import Backstage, Running
from qbconnector.console.shapes import SettingValues, Values, schema_of
from qbconnector.errors import QbConnectorError
from qbconnector.settings import regfile
from qbconnector.settings.schema import Declaration, Stored, find
from qbconnector.settings.values import SETTINGS, Settings

router = APIRouter(tags=["settings"])

DEFAULTS: Final = Settings()
LARGEST: Final = 4 * 1024 * 1024  # bytes of a .reg file


class Imported(BaseModel):
    """What an import has taken over, and what it has left out, and why."""

    settings: int
    users: int
    left_out: list[str]


class Portable(BaseModel):
    """The users who need a new password in the original product."""

    needy: list[str]


def described(one: Declaration, stored: Settings, running: Running) -> dict[str, Any]:
    """A setting as the API shows one; of a secret only whether there is one.

    What is in force is something else than the value while it waits for the next start, or where this start was
    given its own.
    """
    value = _shown(one, stored)
    in_force = _shown(one, running.started if one.restart else running.settings)
    return {
        "name": one.name,
        "value": value,
        "default": _shown(one, DEFAULTS),
        "in_force": in_force,
        "about": one.about,
        "takes": one.kind.wanted,
        "schema": schema_of(one),
        "secret": one.secret,
        "ours": one.ours,
        "restart": one.restart,
        "waiting": one.restart and value != in_force,
    }


def _shown(one: Declaration, settings: Settings) -> Stored:
    value = getattr(settings, one.key)
    return bool(value) if one.secret else one.kind.write(value)


@router.get("/settings")
def list_settings(stage: Stage) -> list[dict[str, Any]]:
    """Every setting, with its value, its default and what it does; ``waiting`` is in force at the next start."""
    stored = stage.store.read().settings
    return [described(one, stored, stage.running) for one in SETTINGS.values()]


@router.get("/settings/{name}")
def show_setting(stage: Stage, name: str) -> dict[str, Any]:
    """One setting."""
    return described(find(SETTINGS, name), stage.store.read().settings, stage.running)


@router.patch("/settings")
async def change_settings(stage: Stage, values: SettingValues) -> list[dict[str, Any]]:
    """Change settings, all of them or none; the connector uses them at once.

    What cannot be put in force, as a port that is taken, is not stored.
    """
    known = {find(SETTINGS, name).name: find(SETTINGS, name).read(value) for name, value in values.items()}
    await _in_force(stage, {name: SETTINGS[name].kind.write(value) for name, value in known.items()})
    stored = stage.store.read().settings
    return [described(SETTINGS[name], stored, stage.running) for name in known]


async def _in_force(stage: Backstage, values: Values) -> None:
    """Store values and put them in force; if that fails, store what was there before."""
    before = stage.store.read().settings
    await run_in_threadpool(stage.store.merge, values, {})
    try:
        await stage.running.settle()
    except QbConnectorError:
        again = {name: SETTINGS[name].kind.write(getattr(before, SETTINGS[name].key)) for name in values}
        await run_in_threadpool(stage.store.merge, again, {})
        await stage.running.settle()
        raise


@router.post("/installation")
async def import_installation(stage: Stage, file: Annotated[UploadFile, File()]) -> Imported:
    """Take over settings and users from a .reg file that regedit exported from the original product's key."""
    source = Path(file.filename or "the file")
    root = regfile.parse(await file.read(LARGEST), source)
    taken = await run_in_threadpool(take_over, stage.store, root, source)
    return Imported(settings=taken.settings, users=taken.users, left_out=list(taken.left_out))


@router.get("/installation", responses=binary("text/x-ms-regedit"), response_class=Response)
def export_installation(stage: Stage) -> Response:
    """Settings and users as a .reg file for the original product."""
    content = regfile.write(write_out(stage.store)[0])
    return Response(content, media_type="text/x-ms-regedit", headers=attachment("connector.reg"))


@router.get("/installation/passwords")
def portable_passwords(stage: Stage) -> Portable:
    """Which users need a new password in the original product, since it knows no argon2id."""
    return Portable(needy=write_out(stage.store)[1])
