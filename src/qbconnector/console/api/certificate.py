"""/api/certificate: the certificate that the connector shows when SSLEnabled is true."""

from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, Field

from qbconnector import clock
from qbconnector.console.api.parts import Stage, attachment, binary
from qbconnector.console.backstage import Backstage
from qbconnector.settings.files import replace_file
from qbconnector.tls.choosing import PFX, choose_file, choose_generated, chosen, read_file
from qbconnector.tls.describe import description, exported, validity_problem
from qbconnector.tls.generate import DAYS, default_names
from qbconnector.tls.identity import Identity

router = APIRouter(prefix="/certificate", tags=["certificate"])

LARGEST: Final = 1024 * 1024  # bytes of a certificate's file
TYPES: Final = {"pem": "application/x-pem-file", "base64": "text/plain", "der": "application/pkix-cert"}
ENDINGS: Final = {"pem": "pem", "base64": "txt", "der": "cer"}


class Certificate(BaseModel):
    """What there is to say of the certificate; ``problem`` where it has expired or soon will have."""

    facts: dict[str, str]
    problem: str = ""


class Wanted(BaseModel):
    """A certificate to be made; without names it is for this machine's name and the loopback."""

    names: list[str] = Field(default_factory=list, max_length=100)
    key: Literal["rsa", "ec"] = "rsa"
    days: int = Field(DAYS, ge=1, le=36500)


def described(identity: Identity) -> Certificate:
    """A certificate as the API shows one."""
    certificate = identity.certificate
    return Certificate(facts=description(certificate), problem=validity_problem(certificate, clock.now()))


@router.get("")
def show_certificate(stage: Stage) -> Certificate:
    """The certificate that is chosen."""
    return described(chosen(stage.folder))


@router.get("/names")
def suggested_names() -> list[str]:
    """The names that a certificate made now would have by itself."""
    return default_names()


@router.post("", status_code=201)
async def generate_certificate(stage: Stage, wanted: Wanted) -> Certificate:
    """Make a certificate and choose it."""
    identity = await run_in_threadpool(choose_generated, stage.folder, wanted.names, wanted.key, wanted.days)
    await stage.running.settle()
    return described(identity)


@router.put("")
async def select_certificate(
    stage: Stage,
    file: Annotated[UploadFile, File()],
    password: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
) -> Certificate:
    """Choose the certificate in a PFX or PEM file, which is kept with the connector."""
    content = await file.read(LARGEST)
    kind = ".pfx" if Path(file.filename or "").suffix.lower() in PFX else ".pem"
    identity = await run_in_threadpool(_keep, stage, content, kind, subject, password)
    await stage.running.settle()
    return described(identity)


def _keep(stage: Backstage, content: bytes, kind: str, subject: str, password: str) -> Identity:
    """Choose the certificate under a passing name first: what does not do must not take the place of what does."""
    passing, path = stage.folder.ensure().tls / f"new{kind}", stage.folder.tls / f"selected{kind}"
    replace_file(passing, content)
    try:
        read_file(passing, subject, password)
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)
    return choose_file(stage.folder, path, subject, password)


@router.get("/file", responses=binary(*TYPES.values()), response_class=Response)
def export_certificate(stage: Stage, form: Literal["pem", "base64", "der"] = "pem") -> Response:
    """The certificate without its key, for clients that trust or pin it."""
    headers = attachment(f"connector.{ENDINGS[form]}")
    return Response(exported(chosen(stage.folder).certificate, form), media_type=TYPES[form], headers=headers)
