"""Every exception qbconnector raises. It owns their messages and imports nothing of ours.

    QbConnectorError
    ├─ RequestProcessorError            a COM-style failure: HRESULT and text; the wire answers 517
    │  ├─ QbxmlRefused                  the document is not the qbXML it says it is (0x80040400)
    │  ├─ UnsupportedVersion            a qbXML version nobody knows (0x80040423)
    │  ├─ CompanyFileFailed             the company file could not be read or written (disk full, say)
    │  ├─ ReadOnlyAccess                a user who may only read sent a write
    │  ├─ RequestTimedOut               the operational timeout passed
    │  ├─ RequestCancelled              the connector's administrator cancelled it
    │  └─ ProcessEnded                  QuickBooks' process ended while it had a request
    ├─ QueueFull                        too many requests wait for one company file; the wire answers 503
    ├─ WireError                        an HTTP request the data port does not take; carries its answer
    ├─ SpecError                        a file of the language's own specification is wrong
    ├─ SettingsError
    │  ├─ UnknownSetting
    │  ├─ InvalidSetting
    │  ├─ BrokenSettingsFile
    │  ├─ BrokenRegistryKey             the same, where Windows' registry holds the settings
    │  ├─ RegistryForbidden             Windows does not let us read or write a key
    │  └─ NotARegistryFile              what was to be imported is no export of the registry
    ├─ UserError
    │  ├─ UnknownUser
    │  ├─ UserExists
    │  ├─ InvalidUser
    │  └─ AuthenticatorUnavailable      nothing here can check the password of a user of the system
    ├─ ConsoleError
    │  ├─ WeakPassword                  a password for the console that is too short, or too long
    │  ├─ TokenExists                   a token's name is taken, or none
    │  ├─ UnknownToken
    │  ├─ ForgottenRequest              a request that is not among the last ones
    │  ├─ AlreadyEnded                  a request or a session to be ended that is not there any more
    │  ├─ UnknownTask                   what takes its time is over and forgotten, or never was
    │  ├─ TooManyTasks
    │  └─ BrokenState                   a file that only programs write cannot be read
    ├─ ExplorerError                    the console's Explorer was asked for what there is not
    │  ├─ UnknownLanguage               a dialect has no such version, or the version no such request or element
    │  ├─ NotWhole                      a text is no whole XML
    │  ├─ TextTooLarge
    │  ├─ AnswerTooLarge
    │  └─ AnswerGone                    an answer is not kept any more, or has no such table
    ├─ CertificateError                 a certificate cannot be loaded, or does not do
    ├─ ServiceError                     the system's service manager refused
    │  ├─ ServiceForbidden              it takes an administrator
    │  └─ ServiceUnknown                the service is not installed
    ├─ TrayUnavailable                  there is no icon beside the clock
    ├─ RegistrationError                Windows' registry of COM servers is not as it would have to be
    ├─ CompanyFileError
    │  ├─ CompanyFileMissing
    │  ├─ CompanyFileExists
    │  ├─ NotACompanyFile
    │  ├─ UnreadableCompanyFile         it is damaged, or something keeps it locked
    │  ├─ UnknownPlace                  a name from a browser that is neither one in the data folder nor a full path
    │  ├─ CompanyFileBusy               it is being created or verified
    │  ├─ CompanyFileInUse
    │  ├─ NothingOpen
    │  └─ NotAdministrator
    ├─ NothingThere                     a company file has no object with this id
    ├─ InvalidView                      a page of a company file was asked for that there cannot be
    │  └─ NoRegister
    ├─ RequestRefused                   one request of a message set ends with an error status
    ├─ SampleRefused                    a company did not take a request of the sample company
    ├─ LedgerUnbalanced                 a transaction's postings do not add up to zero: a fault of ours
    ├─ StartupError
    │  ├─ PortUnavailable
    │  └─ NeedsWindows                  COM is Windows' own
    └─ ClientError
       ├─ Unreachable
       └─ RequestRejected

Exceptions take facts and build their own message: ``str(e)`` is a finished sentence,
``e.remedy`` says what to do.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path


class QbConnectorError(Exception):
    """The base of them all. ``remedy`` is a sentence that says what to do, or ""."""

    remedy: str = ""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy or self.remedy

    @property
    def advice(self) -> str:
        """The message and, where there is one, the remedy after it."""
        return f"{self} {self.remedy}" if self.remedy else str(self)


# Request processors


class RequestProcessorError(QbConnectorError):
    """What a request processor answers when it cannot process a request, as COM would say it.

    ``hresult`` is the unsigned 32-bit number, ``text`` the one-line text that belongs to it, and ``detail``
    whatever helps the developer beyond it (may have several lines).
    """

    def __init__(self, hresult: int, text: str, detail: str = "") -> None:
        self.hresult = hresult & 0xFFFFFFFF
        self.text = text
        self.detail = detail
        super().__init__(f"0x{self.hresult:08X}: {text}")


class QbxmlRefused(RequestProcessorError):
    """The whole document is refused: what is wrong, where, and what could stand there instead.

    ``line`` and ``column`` count from 1; ``path`` is the way to the element, as in
    ``QBXML/QBXMLMsgsRq/CustomerAddRq``.
    """

    HRESULT = 0x80040400
    TEXT = "QuickBooks found an error when parsing the provided XML text stream."

    def __init__(
        self, problem: str, line: int = 0, column: int = 0, path: str = "", expected: tuple[str, ...] = ()
    ) -> None:
        self.problem = problem
        self.line = line
        self.column = column
        self.path = path
        self.expected = expected
        super().__init__(self.HRESULT, self.TEXT, self._detail())

    def _detail(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.line else ""
        lines = [where + self.problem]
        if self.path:
            lines.append(f"at {self.path}")
        if self.expected:
            lines.append(f"expected {'one of ' if len(self.expected) > 1 else ''}{', '.join(self.expected)}")
        return "\n".join(lines)


class UnsupportedVersion(RequestProcessorError):
    """The document names a version that the language does not have. ``known`` are the versions it has."""

    HRESULT = 0x80040423
    TEXT = "The version of QBXML that was requested is not supported or is unknown."

    def __init__(self, version: str, known: Iterable[str] = ()) -> None:
        self.version = version
        self.known = tuple(known)
        detail = f'the document says version "{version}"'
        if self.known:
            detail += f"; known are {', '.join(self.known)}"
        super().__init__(self.HRESULT, self.TEXT, detail)


class CompanyFileFailed(RequestProcessorError):
    """The company file could not be read or written; nothing of what was asked in this step took effect."""

    HRESULT = 0x8004041C
    TEXT = "An internal QuickBooks error occurred while trying to access the QuickBooks company data file."

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = path
        super().__init__(
            self.HRESULT,
            self.TEXT,
            f"{path}: {reason}. What this answer would have reported was not stored.\n"
            "Look at the disk's free space and the file's permissions, then send the request again.",
        )


class ReadOnlyAccess(RequestProcessorError):
    """A message set that writes came from a user who may only read; nothing of it was executed.

    The number is Windows' own E_ACCESSDENIED.
    """

    HRESULT = 0x80070005

    def __init__(self, request: str) -> None:
        self.request = request
        super().__init__(
            self.HRESULT,
            "This user may only read QuickBooks data.",
            f"{request or 'The message set'} would write; nothing of the message set was executed.\n"
            "Send queries only, or give the user full access.",
        )


class RequestTimedOut(RequestProcessorError):
    """The request did not finish within the operational timeout. The number is Windows' own ERROR_TIMEOUT.

    ``seen`` is whether QuickBooks may have seen it.
    """

    HRESULT = 0x800705B4

    def __init__(self, seconds: float, *, seen: bool = True) -> None:
        self.seen = seen
        super().__init__(
            self.HRESULT,
            f"The request did not finish within {seconds:g} seconds.",
            f"{_outcome(seen=seen)}\nThe Timeout setting says how long a request may take.",
        )


class RequestCancelled(RequestProcessorError):
    """The connector's administrator cancelled the request. The number is Windows' own ERROR_CANCELLED.

    ``seen`` is whether QuickBooks may have seen it.
    """

    HRESULT = 0x800704C7

    def __init__(self, *, seen: bool = True) -> None:
        self.seen = seen
        super().__init__(self.HRESULT, "The administrator of the connector cancelled the request.", _outcome(seen=seen))


def _outcome(*, seen: bool) -> str:
    if seen:
        return "The request may still take effect: query before you repeat it."
    return "It waited for its turn or for QuickBooks all that time, and QuickBooks has not seen it."


class ProcessEnded(RequestProcessorError):
    """QuickBooks' process ended after a request was sent to it; whether it was carried out is not known.

    ``how`` it ended is a sentence's end. The number is Windows' own RPC_S_CALL_FAILED.
    """

    HRESULT = 0x800706BE

    def __init__(self, how: str) -> None:
        super().__init__(
            self.HRESULT,
            "The QuickBooks process ended before it had answered.",
            f"How: {how}.\nThe request may have taken effect: query before you repeat it. It was not tried again.",
        )


class QueueFull(QbConnectorError):
    """Too many requests wait for one company file already."""

    remedy = "Try again in a moment."

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} requests already wait for this company file.")


class WireError(QbConnectorError):
    """An HTTP request that the data port refuses, with the answer it gets: status line and text."""

    def __init__(self, status: int, reason: str, text: str = "") -> None:
        self.status = status
        self.reason = reason
        self.text = text
        super().__init__(f"{status} {reason}{': ' if text else ''}{text}")


class SpecError(QbConnectorError):
    """A specification file of the language says something that its reader does not know."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file = file
        self.line = line
        self.problem = problem
        super().__init__(f"{file}, line {line}: {problem}")


# Settings and users


class SettingsError(QbConnectorError):
    """Something is wrong with the settings."""


class UnknownSetting(SettingsError):
    """No setting has this name."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        by_key = {one.casefold(): one for one in known}
        near = difflib.get_close_matches(name.casefold(), by_key, n=1)
        hint = f"Did you mean {by_key[near[0]]}?" if near else "`qbconnector config list` shows every setting."
        super().__init__(f'There is no setting "{name}".', hint)


class InvalidSetting(SettingsError):
    """The setting does not take this value. ``wanted`` says what it takes."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"{name} does not take {value!r}: it takes {wanted}.")


class BrokenSettingsFile(SettingsError):
    """The settings file cannot be read. ``line`` and ``column`` count from 1; 0 means the file as a whole."""

    def __init__(self, path: Path, problem: str, line: int = 0, column: int = 0) -> None:
        self.path = path
        self.line = line
        self.column = column
        where = f", line {line}, column {column}" if line else ""
        super().__init__(
            f"{path}{where}: {problem}.", "Correct the file; what it said before stays in force until then."
        )


class BrokenRegistryKey(SettingsError):
    """Settings in the registry of Windows that cannot be read, or a name that it cannot hold."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        super().__init__(
            f"{key}: {problem}.", "Correct it with regedit; what it said before stays in force until then."
        )


class RegistryForbidden(SettingsError):
    """Windows does not let us have a key of its registry. ``what`` is what was not done with it: read, written …"""

    def __init__(self, key: str, what: str) -> None:
        self.key = key
        super().__init__(
            f"{key} may not be {what} by this user of Windows.",
            "Run the command as administrator, or let an administrator run `qbconnector config permit USER` once.",
        )


class NotARegistryFile(SettingsError):
    """A file is no export of the registry, or holds none of this product. ``line`` counts from 1; 0: the whole file."""

    def __init__(self, path: Path, problem: str, line: int = 0) -> None:
        self.path = path
        self.line = line
        super().__init__(
            f"{path}{f', line {line}' if line else ''}: {problem}.",
            "Export the key of the connector with regedit, and import that file.",
        )


class UserError(QbConnectorError):
    """Something is wrong with a user."""


class UnknownUser(UserError):
    """No user has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no user "{name}".', "`qbconnector user list` shows every user.")


class UserExists(UserError):
    """The name is taken."""

    def __init__(self, name: str) -> None:
        super().__init__(f'A user "{name}" exists already.', "`qbconnector user edit` changes a user.")


class InvalidUser(UserError):
    """The user cannot be stored as it is."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f'User "{name}": {problem}.')


class AuthenticatorUnavailable(UserError):
    """This system cannot check passwords of its users for us. ``reason`` is a sentence's end."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"Users of the system cannot sign in: {reason}.", remedy)


class ConsoleError(QbConnectorError):
    """Something is wrong with the console's own secrets."""


class WeakPassword(ConsoleError):
    """The console does not take this password."""

    def __init__(self, shortest: int, longest: int) -> None:
        super().__init__(
            f"The console's password has {shortest} to {longest} characters.", "A sentence makes a good one."
        )


class TokenExists(ConsoleError):
    """The name cannot be a new token's."""

    def __init__(self, name: str, most: int, longest: int) -> None:
        super().__init__(
            f'There can be no new token "{name}".',
            f"Each has a name of its own, of 1 to {longest} characters, and there are {most} at most.",
        )


class UnknownToken(ConsoleError):
    """No token has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no token "{name}".', "`qbconnector console tokens` shows every token.")


class ForgottenRequest(ConsoleError):
    """A request is not among the last ones."""

    def __init__(self, number: int, kept: int) -> None:
        super().__init__(
            f"Request #{number} is not among the last {kept:,}.",
            "The files of the log, if there are any, go further back.",
        )


class AlreadyEnded(ConsoleError):
    """Nothing of this number can be ended. ``what`` is "request" or "session"."""

    def __init__(self, what: str, number: int) -> None:
        super().__init__(f"There is no {what} #{number} that could be ended now.", "It has ended by itself.")


class UnknownTask(ConsoleError):
    """Nothing that takes its time has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no task {number}.", "Only the latest are remembered.")


class TooManyTasks(ConsoleError):
    """So much waits for its turn that no more is taken."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} company files wait to be created or verified already.", "Stop some, or wait.")


class BrokenState(ConsoleError):
    """A file that only programs write cannot be read. ``problem`` is a sentence's end."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path} cannot be read: {problem}.",
            "Remove it: the console then has a new password, and tokens have to be made again.",
        )


class ExplorerError(QbConnectorError):
    """The console's Explorer was asked for what there is not, or cannot be."""


class UnknownLanguage(ExplorerError):
    """The language has nothing of this name. ``what`` is what it would have been, ``where`` the dialect and version."""

    def __init__(self, what: str, name: str, where: str) -> None:
        super().__init__(f'There is no {what} "{name}" in {where}.', "The Explorer page lists what there is.")


class NotWhole(ExplorerError):
    """A text cannot be laid out, or read as an answer: it is no whole XML. ``problem`` is a sentence's end."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(f"It is no whole XML: {problem}, in line {line}, column {column}.", "Mend that first.")


class TextTooLarge(ExplorerError):
    """A text of more bytes than are taken. ``setting`` is what says so, if it is a setting."""

    def __init__(self, most: int, setting: str = "") -> None:
        remedy = f"The setting {setting} says so." if setting else "The help for writing ends there; sending goes on."
        super().__init__(f"The text has more than {most:,} bytes.", remedy)


class AnswerTooLarge(ExplorerError):
    """An answer of more bytes than the console keeps."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"The answer has more than {most:,} bytes, which is more than the console keeps. The request was executed.",
            "Ask for less, or send it with curl, which takes answers of any size.",
        )


class AnswerGone(ExplorerError):
    """The answer to the request of this number is not kept, or has no table of this number."""

    def __init__(self, number: int, table: int | None = None) -> None:
        what = f"answer to request {number}" if table is None else f"table {table} in the answer to request {number}"
        super().__init__(f"There is no {what}.", "Only the last answers are kept; send the request again.")


class CertificateError(QbConnectorError):
    """A certificate cannot be had from ``source``, a file or a store. ``problem`` is a sentence's end."""

    def __init__(self, source: Path | str, problem: str, remedy: str = "") -> None:
        self.source = source
        super().__init__(f"{source or 'The certificate'}: {problem}.", remedy)


class ServiceError(QbConnectorError):
    """A service command could not be carried out. ``problem`` is a sentence's end."""

    def __init__(self, command: str, problem: str, remedy: str = "") -> None:
        super().__init__(f"service {command}: {problem}.", remedy)


class RegistrationError(QbConnectorError):
    """Something cannot be registered for COM. ``problem`` is a sentence without its end."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}.", remedy)


class ServiceForbidden(ServiceError):
    """It takes an administrator."""


class ServiceUnknown(ServiceError):
    """The system knows no such service."""


class TrayUnavailable(QbConnectorError):
    """The icon cannot be shown. ``why`` is a sentence's end."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(f"No icon beside the clock: {why}.", remedy)


# Company files


class CompanyFileError(QbConnectorError):
    """Something is wrong with a company file."""

    def __init__(self, path: Path | str, message: str, remedy: str = "") -> None:
        self.path = path
        super().__init__(message, remedy)


class CompanyFileMissing(CompanyFileError):
    """There is no such file."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            path, f"There is no company file {path}.", f'`qbconnector company create "{path}"` creates one.'
        )


class CompanyFileExists(CompanyFileError):
    """A file stands where a new one was to be created."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, f"{path} exists already.", "Choose another name or remove the file first.")


class NotACompanyFile(CompanyFileError):
    """The file is not a company file of the sandbox. ``problem`` says what it is, as a sentence's end."""

    def __init__(self, path: Path | str, problem: str, remedy: str = "") -> None:
        super().__init__(path, f"{path} is not a company file of the sandbox: {problem}.", remedy)


class UnreadableCompanyFile(CompanyFileError):
    """It is a company file, and cannot be read. ``reason`` is SQLite's."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(
            path,
            f"{path} cannot be read: {reason}.",
            "Try again; if that does not help it is damaged, and a copy has to take its place.",
        )


class UnknownPlace(CompanyFileError):
    """A browser has no folder of its own, from which a path like this could lead on."""

    def __init__(self, name: str) -> None:
        super().__init__(
            name,
            f'"{name}" does not say which company file is meant.',
            "Give the name of one in the data folder, or a full path.",
        )


class CompanyFileBusy(CompanyFileError):
    """Something that takes its time is being done with the file already. ``what`` is a participle."""

    def __init__(self, path: Path | str, what: str) -> None:
        super().__init__(path, f"{path} is being {what} at this moment.", "Wait until that is done, or stop it.")


class CompanyFileInUse(CompanyFileError):
    """A persistent session holds a company file in the background while somebody opens one by hand."""

    def __init__(self, path: Path | str, application: str) -> None:
        super().__init__(
            path,
            f'The company file {path} is already in use: a persistent session of "{application}" holds it.',
            "Close that session (interaction type 102), or wait until it is idle for PersistentIdleTimeout.",
        )


class NothingOpen(CompanyFileError):
    """Something needs QuickBooks open in the sandbox, and it is not."""

    def __init__(self) -> None:
        super().__init__(
            "", "QuickBooks is not open in the sandbox.", "`qbconnector company open FILE` opens a company file."
        )


class NotAdministrator(CompanyFileError):
    """An application's first yes can be given only by the administrator, in single-user mode."""

    def __init__(self, path: Path | str, application: str) -> None:
        super().__init__(
            path,
            f'The first yes to "{application}" needs {path} open in single-user mode by the administrator.',
            f'`qbconnector company open "{path}"` opens it so.',
        )


# The sandbox


class NothingThere(QbConnectorError):
    """A company file has no such object."""

    def __init__(self, id_: str) -> None:
        super().__init__(
            f'Nothing in this company file has the id "{id_}".', "It may have been deleted; search for it."
        )


class InvalidView(QbConnectorError):
    """A page of a company file cannot be shown. ``problem`` is a sentence without its capital and its end."""

    def __init__(self, problem: str, remedy: str = "Begin again with the first page.") -> None:
        super().__init__(f"{problem[:1].upper()}{problem[1:]}.", remedy)


class NoRegister(InvalidView):
    """Objects of this kind have no register."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{title}: it has no register", "Accounts, customers, vendors and other names have one.")


class SampleRefused(QbConnectorError):
    """A company did not take a request of the sample company; ``request`` is the request as it was sent."""

    def __init__(self, name: str, code: int, text: str, request: str) -> None:
        self.code = code
        self.request = request
        super().__init__(f"{name}Rq of the sample company ended with status {code}: {text.rstrip(' .')}.")


class RequestRefused(QbConnectorError):
    """One request is answered with an error status; the message set goes on. ``code`` is its statusCode."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        super().__init__(text)


class LedgerUnbalanced(QbConnectorError):
    """Postings that do not balance; ``difference`` is debits less credits, as text."""

    def __init__(self, txn: int, difference: str) -> None:
        self.txn = txn
        self.difference = difference
        super().__init__(f"The postings of transaction {txn:X} are out of balance by {difference}.")


# Start and client


class StartupError(QbConnectorError):
    """The connector cannot start."""


class PortUnavailable(StartupError):
    """A listener cannot have its address."""

    def __init__(self, setting: str, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        super().__init__(
            f"Cannot listen on {host or '*'}:{port}: {reason}.",
            f"End the program that uses it, or choose another with `qbconnector config set {setting} N`.",
        )


class NeedsWindows(StartupError):
    """Something was asked for that only Windows has. ``what`` begins a sentence."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} needs Windows: it reaches QuickBooks through COM.",
            "`qbconnector config set RequestProcessor Sandbox` works everywhere.",
        )


class ClientError(QbConnectorError):
    """A client's request did not get an answer of a request processor."""


class Unreachable(ClientError):
    """Nobody answered at this address."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"No answer from {url}: {reason}.", "`qbconnector serve` starts the connector.")


class RequestRejected(ClientError):
    """The connector answered, with an HTTP status that is neither 200 nor 517."""

    def __init__(self, status: int, reason: str, text: str = "") -> None:
        self.status = status
        self.reason = reason
        super().__init__(f"{status} {reason}{': ' if text else ''}{text.strip()}")
