"""What can be looked at and found well or wrong: a sentence each, and another that says what to do.

It owns what the doctor (``qbconnector check``) and the console's Status page say alike of the machine. What is to be
found of the program behind the connector, the request processors say themselves.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from qbconnector import clock
from qbconnector.activity.log import ActivityLog, Level
from qbconnector.errors import CertificateError, QbConnectorError
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.values import Settings

ENOUGH: Final = 200 * 1024 * 1024  # bytes that should be free
SLACK: Final = timedelta(minutes=5)  # by which a file may be newer than the clock says
LATELY: Final = timedelta(hours=1)  # an error within this time is still worth a look


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was found, and what to do about it."""

    well: bool
    text: str
    remedy: str = ""

    @property
    def advice(self) -> str:
        """What was found and, where there is one, the remedy after it."""
        return f"{self.text} {self.remedy}" if self.remedy else self.text


def wrong(error: QbConnectorError, prefix: str = "") -> Finding:
    """The finding that this error is."""
    return Finding(False, f"{prefix}{error}", error.remedy)


def machine(folder: DataFolder, settings: Settings) -> Iterator[Finding]:
    """What a running connector stands on: disk, clock, certificate, the log's folder. It blocks."""
    yield disk(folder)
    yield time_of_day(folder)
    yield certificate(settings)
    yield from logs(folder, settings)


def disk(folder: DataFolder) -> Finding:
    """Whether there is room."""
    if not folder.root.is_dir():
        return Finding(False, f"There is no folder {folder.root}.", "`qbconnector serve` and others create it.")
    free = shutil.disk_usage(folder.root).free
    text = f"{free // 2**20:,} MiB are free for {folder.root}."
    if free >= ENOUGH:
        return Finding(True, text)
    return Finding(False, text, "Make room: what cannot be stored is refused.")


def time_of_day(folder: DataFolder) -> Finding:
    """A clock that is behind the files it dated itself, or behind this program's own files."""
    now = clock.now()
    dated = [path for path in (folder.settings, *folder.logs.glob("*.txt"), Path(__file__)) if path.exists()]
    newest = max(datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in dated)
    if newest - now > SLACK:
        text = f"The clock says {now:%Y-%m-%d %H:%M}, but files are from {newest:%Y-%m-%d}."
        return Finding(False, text, "Set the clock.")
    return Finding(True, f"The clock says {now:%Y-%m-%d %H:%M %z}.")


def certificate(settings: Settings) -> Finding:
    """Whether TLS has a certificate that does, and until when."""
    if not settings.ssl_enabled:
        return Finding(True, "TLS is off: clients on other machines send passwords in the clear.")
    from qbconnector.tls.context import place_of, server_context
    from qbconnector.tls.describe import validity_problem

    try:
        identity = place_of(settings).load()
        server_context(identity)
    except CertificateError as error:
        return wrong(error)
    if problem := validity_problem(identity.certificate, clock.now()):
        return Finding(False, problem, "`qbconnector cert generate` or `cert select` replaces it.")
    return Finding(True, f"The certificate is valid until {identity.certificate.not_valid_after_utc:%Y-%m-%d}.")


def logs(folder: DataFolder, settings: Settings) -> Iterator[Finding]:
    """Whether log files can be written, if they are to be."""
    if not settings.log_enabled:
        return
    path = folder.log_folder(settings.log_dir)
    if path.is_dir() and os.access(path, os.W_OK):
        yield Finding(True, f"The log's folder {path} can be written to.")
    else:
        remedy = "Create it, or set LogDir to another."
        yield Finding(False, f"The log's folder {path} cannot be written to.", remedy)


def last_error(log: ActivityLog) -> Finding:
    """The newest error among the recent lines."""
    found = next((event for event in reversed(list(log.recent)) if event.level is Level.ERROR), None)
    if found is None:
        return Finding(True, "The recent lines of the log have no error.")
    text = f"The last error, at {found.when:%Y-%m-%d %H:%M}: {found.text}"
    lately = clock.now() - found.when < LATELY
    return Finding(not lately, text, "The log has what came before it." if lately else "")
