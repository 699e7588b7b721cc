"""The activity log: what is said at which level, and where the lines go."""

import asyncio
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import aclosing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from qbconnector import clock
from qbconnector.activity.log import LONGEST, PENDING, RECENT, ActivityLog, Event, Filter, Level
from qbconnector.activity.sinks import DATAGRAM, Console, Datagrams, Files, Rotation, log_files

NOW = datetime(2024, 12, 30, 23, 59, 58, 123456, tzinfo=timezone(timedelta(hours=-8)))


@pytest.fixture
def time() -> Iterator[list[datetime]]:
    """The time, in a list of one."""
    times = [NOW]
    clock.set_clock(lambda: times[0])
    yield times
    clock.set_clock(None)


@pytest.mark.usefixtures("time")
def test_a_line(tmp_path: Path) -> None:
    console = io.StringIO()
    log = ActivityLog(sinks=[Console(console), Files(tmp_path)])
    log.info("anna, 200")
    log.verbose("not at this level")
    log.flush()
    assert console.getvalue() == "2024-12-30 23:59:58.123 INFO    anna, 200\n"
    assert (tmp_path / "2024_12_30.txt").read_text() == console.getvalue()
    log.close()


@pytest.mark.parametrize("level", list(Level))
def test_levels(level: Level) -> None:
    log = ActivityLog(level)
    for say in (log.error, log.warning, log.info, log.verbose):
        say("x")
    assert [event.level for event in log.recent] == list(Level)[1 : level + 1]


def test_only_so_many_recent_lines_are_kept_and_pending_ones_counted() -> None:
    console = io.StringIO()
    log = ActivityLog(sinks=[Console(console)])
    for number in range(PENDING + 7):
        log.info(str(number))
    assert len(log.recent) == RECENT
    log.flush()
    assert "7 lines were dropped" in console.getvalue().partition("\n")[0]


@pytest.mark.parametrize(
    ("rotation", "names"),
    [
        (Rotation.DAILY, ["2024_12_30.txt", "2024_12_31.txt", "2025_01_06.txt"]),
        (Rotation.WEEKLY, ["2025_01.txt", "2025_02.txt"]),
        (Rotation.MONTHLY, ["2024_12.txt", "2025_01.txt"]),
    ],
)
def test_files_begin_anew_with_the_time(tmp_path: Path, rotation: Rotation, names: list[str]) -> None:
    files = Files(tmp_path, rotation)
    for when in (NOW, NOW + timedelta(days=1), NOW + timedelta(days=7)):
        files.write([Event(when, Level.INFO, "x")])
    files.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_files_begin_anew_when_they_are_full(tmp_path: Path) -> None:
    event = Event(NOW, Level.INFO, "x" * 50)
    for _ in range(2):  # the second time as after a restart
        files = Files(tmp_path, max_size=200)
        for _ in range(3):
            files.write([event])
        files.close()
    sizes = {path.name: path.stat().st_size for path in log_files(tmp_path)}
    line = len(f"{event}\n")
    assert sizes == {"2024_12_30.txt": 2 * line, "2024_12_30_2.txt": 2 * line, "2024_12_30_3.txt": 2 * line}


def test_a_file_that_cannot_be_written_is_told_of_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    console = io.StringIO()
    log = ActivityLog(sinks=[Files(tmp_path / "taken"), Console(console)])
    log.info("hello")
    log.flush()
    assert "hello" in console.getvalue()
    assert "the log cannot be written" in console.getvalue()


def test_a_console_that_is_gone_is_no_failure() -> None:
    console = io.StringIO()
    console.close()
    log = ActivityLog(sinks=[Console(console)])
    log.info("hello")
    log.close()


def test_changed_sinks_get_what_comes_after() -> None:
    first, second = io.StringIO(), io.StringIO()
    log = ActivityLog(sinks=[Console(first)])
    log.info("one")
    log.configure(Level.INFO, [Console(second)])
    log.info("two")
    log.close()
    assert first.getvalue().endswith("one\n")
    assert second.getvalue().endswith("two\n")


def test_nobody_can_write_a_line_of_the_log_or_to_the_terminal() -> None:
    forged = "anna\r\n2024-12-30 23:59:58.123 ERROR   forged\x1b[2J\tend"
    line = str(Event(NOW, Level.INFO, forged))
    assert line == ("2024-12-30 23:59:58.123 INFO    anna\n    2024-12-30 23:59:58.123 ERROR   forged\\x1b[2J    end")


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(30)
        yield one


def test_lines_are_sent_to_the_loopback(receiver: socket.socket) -> None:
    log = ActivityLog(sinks=[Datagrams(receiver.getsockname()[1])])
    log.info("one")
    log.warning("zwei für drei")
    log.flush()
    lines = receiver.recv(DATAGRAM).decode().splitlines()
    assert [line[24:] for line in lines] == ["INFO    one", "WARNING zwei für drei"]
    log.close()


def test_a_line_is_cut_at_one_datagram_and_many_lines_are_divided(receiver: socket.socket) -> None:
    sink = Datagrams(receiver.getsockname()[1])
    sink.write([Event(NOW, Level.INFO, "é" * DATAGRAM)])
    cut = receiver.recv(2 * DATAGRAM)
    assert DATAGRAM - 2 <= len(cut) <= DATAGRAM
    assert cut.decode().endswith("é\n")
    sink.write([Event(NOW, Level.INFO, str(number)) for number in range(1000)])
    got: list[str] = []
    while len(got) < 1000:
        got += receiver.recv(2 * DATAGRAM).decode().splitlines()
    assert [line.rpartition(" ")[2] for line in got] == [str(number) for number in range(1000)]
    sink.close()


def test_nobody_has_to_receive(receiver: socket.socket) -> None:
    port = receiver.getsockname()[1]
    receiver.close()
    sink = Datagrams(port)
    for _ in range(3):
        sink.write([Event(NOW, Level.INFO, "lost")])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(("127.0.0.1", port))
        late.settimeout(30)
        sink.write([Event(NOW, Level.INFO, "heard")])
        assert late.recv(DATAGRAM).endswith(b"heard\n")
    sink.close()


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events]


def test_a_reader_goes_on_after_the_line_it_knows() -> None:
    log = ActivityLog()
    for number in range(1, 6):
        log.info(str(number))
    first = log.after()
    assert (texts(first.events), first.last, first.dropped) == (list("12345"), 5, 0)
    assert log.after(3).events == first.events[3:]
    assert log.after(5) == ([], 5, 0)
    assert log.after(7000).events == first.events, "a number of an earlier start"


def test_a_reader_who_was_too_slow_learns_how_much_it_missed() -> None:
    log = ActivityLog()
    log.info("known")
    for number in range(RECENT + 7):
        log.info(str(number))
    batch = log.after(1)
    assert (len(batch.events), batch.dropped, batch.events[0].text) == (RECENT, 7, "7")
    assert log.after(0).dropped == 0, "who begins has missed nothing"


def test_lines_that_were_forgotten_are_not_missed() -> None:
    log = ActivityLog()
    for number in range(5):
        log.info(str(number))
    log.forget()
    assert log.after(2) == ([], 2, 0)
    log.info("new")
    assert log.after(2) == ([log.recent[0]], 6, 0)
    log.forget()
    log.forget()
    assert not log.recent


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), ["asked", "refused", "failed", "a body"]),
        (Filter(Level.WARNING), ["refused", "failed"]),
        (Filter(user="anna"), ["asked", "failed"]),
        (Filter(text="ED"), ["asked", "refused", "failed"]),
        (Filter(Level.INFO, "ANNA", "fail"), ["failed"]),
    ],
)
def test_a_filter(wanted: Filter, expected: list[str]) -> None:
    log = ActivityLog(Level.VERBOSE)
    log.put(Level.INFO, "asked", "Anna", 1)
    log.put(Level.WARNING, "refused", "bo", 2)
    log.put(Level.ERROR, "failed", "Anna", 3)
    log.put(Level.VERBOSE, "a body")
    assert texts(log.after(0, wanted).events) == expected


def test_a_long_line_is_cut_for_readers_only() -> None:
    console = io.StringIO()
    log = ActivityLog(sinks=[Console(console)])
    log.info("x" * LONGEST * 2)
    log.flush()
    assert len(log.recent[0].text) == LONGEST + 2
    assert "x" * LONGEST * 2 in console.getvalue()


def test_readers_get_what_comes_until_the_log_is_closed() -> None:
    async def run() -> None:
        log = ActivityLog()
        log.info("before")

        async def read(wanted: Filter) -> list[str]:
            async with aclosing(log.follow(0, wanted)) as batches:
                return [text async for batch in batches for text in texts(batch.events)]

        readers = [asyncio.create_task(read(wanted)) for wanted in (Filter(), Filter(text="new"))]
        await asyncio.sleep(0)

        def write() -> None:
            log.info("new")
            log.flush()
            log.info("newer")
            log.close()

        writer = threading.Thread(target=write)
        writer.start()
        assert await readers[0] == ["before", "new", "newer"]
        assert await readers[1] == ["new", "newer"]
        writer.join()
        late = asyncio.create_task(read(Filter()))
        await asyncio.sleep(0)
        late.cancel()
        await asyncio.gather(late, return_exceptions=True)
        log.info("nobody reads along")
        log.flush()

    asyncio.run(run())
