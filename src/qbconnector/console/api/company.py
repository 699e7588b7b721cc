"""/api/company: the sandbox's company files, what its QuickBooks has open, and whom that lets in."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field, StrictBool

from qbconnector.console import companies
from qbconnector.console.api.parts import Stage
from qbconnector.console.backstage import Backstage
from qbconnector.console.companies import located, quickbooks
from qbconnector.console.tasks import Task
from qbconnector.processors.authorizing import authorize
from qbconnector.sandbox import files
from qbconnector.sandbox.company import up_to_date
from qbconnector.sandbox.quickbooks import ADMINISTRATOR, ASKING, Permission

router = APIRouter(prefix="/company", tags=["company"])

Text = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$")]
FileName = Annotated[Text, Field(description="A name in the data folder, or a full path.")]
NewName = Annotated[str, Field(max_length=100, pattern=companies.NEW_NAME)]
Amount = Annotated[
    int | None,
    Field(strict=True, ge=0, le=100_000, description="So many of the sample's; `company create` has no limit."),
]


class CompanyFile(BaseModel):
    """A company file in the data folder; ``problem`` says why it cannot be read, where it cannot."""

    file: str
    path: str
    company: str
    size: int
    modified: datetime
    open: bool
    problem: str


class NewFile(BaseModel):
    """A company file to be created in the data folder: empty, the sample company, or one of any size."""

    file: NewName
    name: Text = ""
    sample: StrictBool = False
    customers: Amount = None
    invoices: Amount = None


class WhichFile(BaseModel):
    """A company file."""

    file: FileName


class Opening(BaseModel):
    """How a company file is opened in QuickBooks."""

    file: FileName
    mode: Literal["Single", "Multi"] = "Single"
    user: Annotated[Text, Field(min_length=1)] = ADMINISTRATOR
    edition: Literal["", "Simple Start", "Pro", "Premier", "Enterprise"] = ""


class Closing(BaseModel):
    """Whether QuickBooks is to stay, without a company file."""

    keep_running: StrictBool = False


class Dialog(BaseModel):
    """What a modal dialog says; nothing dismisses it."""

    text: Text


class Fault(BaseModel):
    """How the next starts of QuickBooks end: with an error number, as 0x80040408, or never, which is "hang"."""

    error: Annotated[str, Field(pattern=r"^(hang|0[xX][0-9A-Fa-f]{1,8})$")] = "hang"
    starts: Annotated[int, Field(strict=True, ge=0, le=1000)] = 1


class Answer(BaseModel):
    """The administrator's answer to whether an application may use a company file; "*" is every application."""

    file: FileName
    application: Annotated[Text, Field(min_length=1)]
    answer: Permission


class Authorization(BaseModel):
    """What the administrator has said, one of the four answers, "" where there is none yet, and "asking" where there
    has to be another; ``since`` is when an application came that has none yet."""

    file: str
    application: str
    answer: str
    since: str


class State(BaseModel):
    """What the sandbox's QuickBooks is doing; ``held`` are the company files that sessions hold in the background."""

    running: bool
    file: str
    mode: str
    user: str
    edition: str
    dialog: str
    fault: str
    starts: int
    held: list[str]


class Progress(BaseModel):
    """What takes its time: ``done`` of ``steps``, until it has ``ended``."""

    number: int
    what: Literal["created", "verified"]
    file: str
    done: int
    steps: int
    ended: datetime | None
    stopped: bool
    problem: str
    faults: list[str]


def listed(stage: Backstage) -> list[CompanyFile]:
    """The company files in the data folder."""
    open_file = quickbooks(stage).state().file
    return [
        CompanyFile(
            file=one.path.name,
            path=str(one.path.resolve()),
            company=one.company,
            size=one.size,
            modified=datetime.fromtimestamp(one.modified, UTC),
            open=str(one.path.resolve()) == open_file,
            problem=one.problem,
        )
        for one in files.files(stage.folder.companies)
    ]


def state(stage: Backstage) -> State:
    """What QuickBooks is doing."""
    hand = quickbooks(stage)
    now = hand.state()
    return State(
        running=now.running,
        file=now.file,
        mode=now.mode,
        user=now.user,
        edition=now.edition,
        dialog=now.dialog,
        fault="" if not now.starts else f"0x{now.fault:08X}" if now.fault else "hang",
        starts=now.starts,
        held=sorted({one.file for one in hand.background.elsewhere()}),
    )


def authorizations(stage: Backstage) -> list[Authorization]:
    """What QuickBooks asks its administrator, the latest first, and then what has been answered."""
    now = quickbooks(stage).state()
    asked = [
        Authorization(file=one.file, application=one.application, answer="" if one.since else ASKING, since=one.since)
        for one in reversed(now.questions)
    ]
    answered = [
        Authorization(file=path, application=application, answer=answer, since="")
        for path, given in sorted(now.permissions.items())
        for application, answer in sorted(given.items())
        if answer != ASKING
    ]
    return asked + answered


def described(task: Task) -> Progress:
    """A task as the API shows one."""
    return Progress(
        number=task.number,
        what=task.what,
        file=task.file,
        done=task.done,
        steps=task.steps,
        ended=task.ended,
        stopped=task.stopped,
        problem=task.problem,
        faults=list(task.faults),
    )


@router.get("/files")
def list_files(stage: Stage) -> list[CompanyFile]:
    """The company files in the data folder, by name."""
    return listed(stage)


@router.post("/files", status_code=202)
def create_file(stage: Stage, wanted: NewFile) -> Progress:
    """Begin to create a company file. The connector itself is let into an empty one, everybody into a sample."""
    contents = files.Contents(wanted.name, wanted.sample, wanted.customers, wanted.invoices)
    return described(companies.create(stage, wanted.file, contents))


@router.post("/verifications", status_code=202)
def verify_file(stage: Stage, which: WhichFile) -> Progress:
    """Begin to compute anew whatever in a company file follows from something else."""
    return described(companies.verify(stage, which.file))


@router.get("/tasks")
def list_tasks(stage: Stage) -> list[Progress]:
    """What is being created and verified, and what the latest of these came to."""
    return [described(task) for task in stage.tasks.all()]


@router.get("/tasks/{number}")
def show_task(stage: Stage, number: int) -> Progress:
    """One of these."""
    return described(stage.tasks.get(number))


@router.delete("/tasks/{number}", status_code=202)
def stop_task(stage: Stage, number: int) -> Progress:
    """End one where it is; a company file that is not complete is removed."""
    return described(stage.tasks.stop(number))


@router.get("/state")
def show_state(stage: Stage) -> State:
    """What the sandbox's QuickBooks is doing."""
    return state(stage)


@router.post("/open")
def open_file(stage: Stage, how: Opening) -> State:
    """Open a company file by hand in QuickBooks: it is that of every user who has none."""
    quickbooks(stage).open(up_to_date(located(stage, how.file)), how.mode, how.user, how.edition)
    return state(stage)


@router.post("/close")
def close_file(stage: Stage, how: Closing) -> State:
    """Close the company file, and QuickBooks with it unless that is to stay."""
    quickbooks(stage).close(running=how.keep_running)
    return state(stage)


@router.post("/dialog")
def show_dialog(stage: Stage, dialog: Dialog) -> State:
    """Show a modal dialog in QuickBooks, which lets no application in until it is dismissed."""
    quickbooks(stage).show(dialog.text)
    return state(stage)


@router.post("/fault")
def spoil_starts(stage: Stage, fault: Fault) -> State:
    """Let the next starts of QuickBooks fail, to see what an application makes of it; 0 starts: as usual again."""
    quickbooks(stage).spoil(0 if fault.error == "hang" else int(fault.error, 16), fault.starts)
    return state(stage)


@router.get("/authorizations")
def list_authorizations(stage: Stage) -> list[Authorization]:
    """What QuickBooks asks its administrator, and what has been answered."""
    return authorizations(stage)


@router.post("/authorizations", status_code=204, response_class=Response)
def answer_question(stage: Stage, answer: Answer) -> None:
    """Say whether an application may use a company file.

    The first yes needs the file open in single-user mode by the administrator, as in QuickBooks.
    """
    authorize(stage.folder, up_to_date(located(stage, answer.file)), answer.application, answer.answer)
