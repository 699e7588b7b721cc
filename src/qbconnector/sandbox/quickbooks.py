"""The QuickBooks that the sandbox plays: whether it runs, what it has open and how, and whom it lets in.

Company files themselves are ``company``'s; this is the program around them. Its state stands in one small file,
which commands write and a running connector notices at once. What QuickBooks says to an application that knocks is
decided in ``processors.admission``.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from qbconnector import clock
from qbconnector.errors import CompanyFileInUse, NotAdministrator, NothingOpen, RequestProcessorError
from qbconnector.qbxml.hresults import HRESULTS
from qbconnector.settings.files import claim, locked, read_file, replace_file, signature

ADMINISTRATOR = "Admin"
SINGLE, MULTI = "Single", "Multi"
EDITIONS = {"Simple Start": 1, "Pro": 2, "Premier": 4, "Enterprise": 8}
ANY = "*"
"""The application name that stands for all of them."""


class Permission(StrEnum):
    """The administrator's answer when an application comes for the first time; QuickBooks offers these four."""

    ALWAYS = "always"  # even if QuickBooks is not running
    WHEN_OPEN = "when-open"  # whenever the company file is open
    ASK = "ask"  # each time; this is one time's yes
    NO = "no"


#: How many applications that were not let in are remembered, the latest ones.
MOST_KNOCKS = 50

ASKING = "asking"
"""What becomes of ASK when its one time is used up: the question is on the screen again."""

Permissions = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether an application may use a company file. ``since`` is when it first came; "" where it is to be asked for
    each time."""

    file: str
    application: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What QuickBooks is doing. ``file`` is a full path, "" for none; it is open in ``mode``, by ``user``.

    ``fault`` is the HRESULT with which its next ``starts`` starts end; 0 with ``starts`` means that they hang.
    ``permissions`` are each company file's, by application name; ``knocks`` say when an application first came that
    nobody had answered for.
    """

    running: bool = False
    file: str = ""
    mode: str = SINGLE
    user: str = ADMINISTRATOR
    edition: str = "Enterprise"
    dialog: str = ""
    fault: int = 0
    starts: int = 0
    permissions: Permissions = field(default_factory=dict)
    knocks: Permissions = field(default_factory=dict)

    def permission(self, path: str, application: str) -> str:
        """What the administrator has said of an application and a company file; "" is nothing yet."""
        known = self.permissions.get(path, {})
        return known.get(application) or known.get(ANY, "")

    @property
    def questions(self) -> list[Question]:
        """What QuickBooks asks its administrator: about applications that are to be asked for each time, and about
        those that came and have no answer yet, the latest last."""
        asking = [
            Question(path, application)
            for path, given in self.permissions.items()
            for application, permission in given.items()
            if permission == ASKING
        ]
        knocks = [
            (since, path, application)
            for path, came in self.knocks.items()
            for application, since in came.items()
            if not self.permission(path, application)
        ]
        return asking + [Question(path, application, since) for since, path, application in sorted(knocks)]


@dataclass(frozen=True, slots=True)
class Held:
    """A session that stays open between requests."""

    file: str
    application: str
    mode: str


class Background:
    """The sessions that stay, those of this process and, for whoever opens QuickBooks by hand, another's.

    The file that lists them is claimed while there are any, so that a process that was killed holds nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "background.json"
        self._claim: IO[bytes] | None = None
        self._sessions: dict[str, Held] = {}

    @property
    def sessions(self) -> list[Held]:
        """This process's."""
        return list(self._sessions.values())

    def add(self, ticket: str, held: Held) -> None:
        """A session has begun that stays."""
        self._sessions[ticket] = held
        self._tell()

    def remove(self, ticket: str) -> None:
        """A session has ended."""
        if self._sessions.pop(ticket, None) is not None:
            self._tell()

    def elsewhere(self) -> list[Held]:
        """Another process's."""
        if not self._file.exists():
            return []
        owner = claim(self._file)
        if owner is not None:
            owner.close()
            return []
        return [Held(**one) for one in json.loads(read_file(self._file))]

    def _tell(self) -> None:
        if self._sessions and self._claim is None:
            self._claim = claim(self._file)
        if self._claim is None:  # another connector's: it tells of its own
            return
        replace_file(self._file, json.dumps([asdict(one) for one in self._sessions.values()]).encode())
        if not self._sessions:
            self._claim.close()
            self._claim = None


class QuickBooks:
    """The program's state in a folder. Asking costs one ``stat`` when nothing has changed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "quickbooks.json"
        self._seen: tuple[int, ...] | None = None
        self._state = State()
        self.background = Background(folder)

    def state(self) -> State:
        """What QuickBooks is doing now. Raises ``RequestProcessorError`` where that cannot be read."""
        seen = signature(self._file)
        if seen != self._seen:
            self._state = self._read() if seen else State()
            self._seen = seen
        return self._state

    def open(self, path: Path, mode: str = SINGLE, user: str = ADMINISTRATOR, edition: str = "") -> None:
        """Open a company file by hand. Raises ``CompanyFileInUse`` while a session holds one in the background."""

        def change(state: State) -> State:
            if (state.file, state.mode) != (str(path), mode):
                for held in self.background.elsewhere():
                    raise CompanyFileInUse(held.file, held.application)
            return replace(
                state, running=True, file=str(path), mode=mode, user=user, edition=edition or state.edition, dialog=""
            )

        self._change(change)

    def close(self, *, running: bool = False) -> None:
        """Close the company file, and QuickBooks too unless it is to stay ``running``."""
        self._change(lambda state: replace(state, running=running, file="", dialog=""))

    def show(self, dialog: str) -> None:
        """Show a modal dialog; "" dismisses it. Raises ``NothingOpen``."""

        def change(state: State) -> State:
            if dialog and not state.running:
                raise NothingOpen
            return replace(state, dialog=dialog)

        self._change(change)

    def spoil(self, fault: int, starts: int) -> None:
        """Let the next starts of QuickBooks end with this HRESULT, or hang for 0."""
        self._change(lambda state: replace(state, fault=fault, starts=starts))

    def stopped(self) -> None:
        """The process was stopped: nothing is open, and one spoiled start is over."""
        self._change(lambda state: replace(state, running=False, file="", dialog="", starts=max(0, state.starts - 1)))

    def permit(self, path: Path | str, application: str, permission: Permission) -> None:
        """The administrator's answer, as given in QuickBooks. Raises ``NotAdministrator``.

        The first yes needs the company file open in single-user mode by the administrator; later answers are given
        in its preferences at any time.
        """

        def change(state: State) -> State:
            first = state.permission(str(path), application) in {"", Permission.NO}
            at_hand = (state.file, state.mode, state.user) == (str(path), SINGLE, ADMINISTRATOR)
            if first and permission is not Permission.NO and not at_hand:
                raise NotAdministrator(path, application)
            return _permitted(state, str(path), application, permission)

        self._change(change)

    def trust(self, path: Path | str, application: str = ANY) -> None:
        """Let an application into a company file without asking: every one into the sample company."""
        self._change(lambda state: _permitted(state, str(path), application, Permission.ALWAYS))

    def knocked(self, path: str, application: str) -> None:
        """An application came that nobody has answered for. Only its first time is noted."""
        if application not in self.state().knocks.get(path, {}):
            since = clock.now().isoformat(timespec="seconds")
            self._change(lambda state: _noted(state, Question(path, application, since)))

    def use_up(self, path: str, application: str) -> None:
        """The one time of ASK is over."""
        self._change(lambda state: _permitted(state, path, application, ASKING))

    def forget(self, path: Path | str) -> None:
        """A new company file begins without permissions and questions."""

        def without(table: Permissions) -> Permissions:
            return {known: given for known, given in table.items() if known != str(path)}

        def change(state: State) -> State:
            return replace(state, permissions=without(state.permissions), knocks=without(state.knocks))

        if str(path) in {**self.state().permissions, **self.state().knocks}:
            self._change(change)

    def _read(self) -> State:
        try:
            table: dict[str, Any] = json.loads(read_file(self._file))
            return State(**table)
        except FileNotFoundError:
            return State()
        except (OSError, ValueError, TypeError) as error:
            number = 0x80040401
            raise RequestProcessorError(
                number,
                HRESULTS[number].text,
                f"{self._file} cannot be read: {error}.\nRemove it: QuickBooks is closed then, and asks every "
                "application again.",
            ) from None

    def _change(self, change: Callable[[State], State]) -> None:
        with locked(self._file):
            replace_file(self._file, json.dumps(asdict(change(self._read()))).encode())


def _permitted(state: State, path: str, application: str, permission: str) -> State:
    given = {**state.permissions.get(path, {}), application: str(permission)}
    return replace(state, permissions={**state.permissions, path: given})


def _noted(state: State, question: Question) -> State:
    """One more application that came; those that were answered meanwhile, and the oldest of too many, go."""
    known = [one for one in state.questions if one.since]
    table: dict[str, dict[str, str]] = {}
    for one in [*known, question][-MOST_KNOCKS:]:
        table.setdefault(one.file, {})[one.application] = one.since
    return replace(state, knocks=table)
