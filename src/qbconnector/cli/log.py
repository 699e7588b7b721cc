"""``qbconnector log``: the activity log, from its files and as it comes."""

import socket
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from qbconnector.activity.sinks import DATAGRAM, LOOPBACK, log_files
from qbconnector.cli import examples
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.values import Settings

PAUSE = 0.25  # seconds between looks at what may come
COLOURS = {"ERROR": "red", "WARNING": "yellow"}


def _settings(folder: DataFolder) -> Settings:
    return folder.store.read().settings


def _folder(folder: DataFolder) -> Path:
    settings = _settings(folder)
    return folder.log_folder(settings.log_dir)


def _show(line: str) -> None:
    level = line[24:31].strip()
    click.secho(line.rstrip("\n"), fg=COLOURS.get(level))


@click.group("log", epilog=examples("qbconnector config set LogEnabled true", "qbconnector log tail -f"))
def command() -> None:
    """Read and clear the activity log.

    The connector writes log files while the setting LogEnabled is true. It always sends its lines to the UDP
    port LogPort of this machine, where "tail --follow" receives them.
    """


@command.command("tail")
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines until Ctrl-C.")
@click.option("-n", "--lines", type=click.IntRange(0), default=20, show_default=True, help="How many lines.")
@click.pass_obj
def tail(folder: DataFolder, follow: bool, lines: int) -> None:
    """Show the newest lines."""
    logs = _folder(folder)
    files = log_files(logs)
    if not files and not follow:
        raise click.ClickException("There is no log file. `qbconnector config set LogEnabled true` begins one.")
    newest: deque[str] = deque(maxlen=lines)
    for path in files[-2:]:
        with path.open(encoding="utf-8", errors="replace") as file:
            newest.extend(file)
    for line in newest:
        _show(line)
    if follow:
        _receive(folder, logs, files)


def _receive(folder: DataFolder, logs: Path, files: list[Path]) -> NoReturn:
    """Show the lines as the connector sends them; from its files if somebody else receives them already."""
    settings = _settings(folder)
    port = settings.log_port or settings.port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        try:
            receiver.bind((LOOPBACK, port))
        except OSError as error:
            problem = f"UDP port {port} (LogPort) is held by another receiver: {error.strerror}."
            if not settings.log_enabled:
                remedy = "End it, or choose another with `qbconnector config set LogPort N`."
                raise click.ClickException(f"{problem} {remedy}") from None
            click.echo(f"{problem} Following the log's files.", err=True)
            _follow(logs, files[-1] if files else None)
        click.echo(f"Listening to UDP port {port}.", err=True)
        receiver.settimeout(PAUSE)  # Windows keeps Ctrl-C back from who waits for ever
        while True:
            with suppress(TimeoutError):
                for line in receiver.recv(DATAGRAM).decode("utf-8", "replace").splitlines():
                    _show(line)


def _follow(logs: Path, path: Path | None) -> NoReturn:
    """Show what is appended to the newest file, and go on to the next one when there is one."""
    position = path.stat().st_size if path else 0
    while True:
        newest = next(reversed(log_files(logs)), None)
        if path is not None and path.exists():
            position = _show_from(path, position)
        if newest == path:
            time.sleep(PAUSE)
        else:
            path, position = newest, 0


def _show_from(path: Path, position: int) -> int:
    if path.stat().st_size < position:  # it was cleared
        position = 0
    with path.open(encoding="utf-8", errors="replace") as file:
        file.seek(position)
        while line := file.readline():
            _show(line)
        return file.tell()


@command.command("clear")
@click.pass_obj
def clear(folder: DataFolder) -> None:
    """Remove the log's files; the one that is being written is emptied."""
    files = log_files(_folder(folder))
    for path in files[:-1]:
        path.unlink()
    for path in files[-1:]:
        path.write_bytes(b"")
