"""The source of time."""

from datetime import UTC, datetime

from qbconnector import clock


def test_now_is_the_systems_time_with_its_offset() -> None:
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == now.astimezone().utcoffset()


def test_the_clock_can_be_replaced() -> None:
    fixed = datetime(2024, 2, 29, tzinfo=UTC)
    clock.set_clock(lambda: fixed)
    try:
        assert clock.now() is fixed
    finally:
        clock.set_clock(None)
    assert clock.now() != fixed
