"""What is told of a request that is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from qbconnector.activity import requests
from qbconnector.activity.log import ActivityLog, Filter, Level
from qbconnector.activity.metrics import Metrics
from qbconnector.activity.requests import KEPT, Record, Requests, Spent

NOON = datetime(2024, 9, 23, 12, tzinfo=UTC)
ONE = Record(
    number=17,
    ended=NOON,
    seconds=0.0041,
    client="::1",
    user="anna",
    application="Till",
    company_file="shop",
    interaction="0",
    messages=("CustomerQueryRq",),
    status=200,
    codes=("0",),
    received=211,
    sent=894,
    note="",
    spent=Spent(0.001, 0.002, 0.001, 0.0001),
)
NOBODY = replace(ONE, user="", interaction="", messages=(), codes=(), status=401)
SAID = "#17 ::1 anna 'Till' shop, type 0 CustomerQueryRq"


def told(*records: Record, level: Level = Level.INFO) -> tuple[Requests, ActivityLog]:
    log = ActivityLog(level)
    everyone = Requests(log, Metrics())
    for record in records:
        everyone.tell(record)
    return everyone, log


@pytest.mark.parametrize(
    ("record", "level", "line"),
    [
        (ONE, Level.INFO, f"{SAID}, 200 statusCode 0, 4.1 ms, 211 > 894 bytes"),
        (NOBODY, Level.WARNING, "#17 ::1 nobody, type ?, 401, 4.1 ms, 211 > 894 bytes"),
        (
            replace(ONE, status=517, codes=(), company_file="", note="0x80040408: no"),
            Level.ERROR,
            f"{SAID.replace('shop', '(open file)')}, 517, 4.1 ms, 211 > 894 bytes, 0x80040408: no",
        ),
        (
            replace(ONE, status=0, codes=(), note="the client went away"),
            Level.WARNING,
            f"{SAID}, no answer, 4.1 ms, 211 > 894 bytes, the client went away",
        ),
    ],
)
def test_the_line_of_the_log_is_made_from_the_record(record: Record, level: Level, line: str) -> None:
    _, log = told(record)
    (event,) = log.recent
    assert (event.level, event.text, event.user, event.request) == (level, line, record.user, 17)


def test_a_quiet_log_forgets_no_request() -> None:
    everyone, log = told(ONE, level=Level.OFF)
    assert not log.recent
    assert everyone.find(17) is ONE
    assert sum(point.requests for point in everyone.history.points(NOON.timestamp(), 1)) == 1
    assert 'qbconnector_requests_total{interaction="0",status="200"} 1.0' in everyone.metrics.text().decode()


def test_users_are_remembered_the_last_ones_first_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "USERS", 3)
    everyone, _ = told(*(replace(ONE, user=name) for name in ("anna", "bo", "anna", "cy", "dee")))
    assert [(seen.name, seen.requests) for seen in everyone.users()] == [("dee", 1), ("cy", 1), ("anna", 2)]
    assert everyone.seen("bo") is None


def test_the_last_requests_are_at_hand() -> None:
    everyone, _ = told(*(replace(ONE, number=number) for number in range(KEPT + 10)))
    assert everyone.find(9) is None
    assert [one.number for one in everyone.newest()] == list(range(KEPT + 9, 9, -1))
    first = everyone.find(10)
    assert first is not None
    assert first.started == NOON - timedelta(seconds=0.0041)


def test_the_last_requests_can_be_filtered_as_the_log_can() -> None:
    failed = replace(ONE, number=18, user="bo", status=517)
    everyone, _ = told(ONE, failed, NOBODY)
    assert list(everyone.newest(Filter(Level.ERROR))) == [failed]
    assert list(everyone.newest(Filter(user="Anna"))) == [ONE]
    assert list(everyone.newest(Filter(text="customerquery"))) == [failed, ONE]


def test_bodies_are_lines_of_their_own_and_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "BODIES", 10)
    records = [replace(ONE, number=number, request="<a/>", answer="<b/>") for number in (1, 2)]
    everyone, log = told(*records, level=Level.VERBOSE)
    assert [event.text for event in log.recent if event.level is Level.VERBOSE] == [
        "#1 request:\n<a/>",
        "#1 answer:\n<b/>",
        "#2 request:\n<a/>",
        "#2 answer:\n<b/>",
    ]
    assert [(one.request, one.answer) for one in everyone.newest()] == [("<a/>", "<b/>"), ("", "")]


def test_users_are_seen() -> None:
    later = NOON + timedelta(hours=1)
    everyone, _ = told(ONE, ONE, NOBODY, replace(ONE, user="bo", ended=later))
    assert [(one.name, one.last, one.today(later)) for one in everyone.users()] == [("bo", later, 1), ("anna", NOON, 2)]
    tomorrow = NOON + timedelta(days=1)
    anna = everyone.seen("anna")
    assert anna is not None
    assert anna.today(tomorrow) == 0
    everyone.tell(replace(ONE, ended=tomorrow))
    assert anna.today(tomorrow) == 1
    assert everyone.seen("carl") is None


def test_numbers_are_never_given_twice() -> None:
    everyone, _ = told()
    assert [everyone.number() for _ in range(3)] == [1, 2, 3]
