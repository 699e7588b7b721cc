"""The last day in figures, held against a list of everything that happened."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from qbconnector.activity.history import BOUNDS, DAY, MINUTE, History

NOW = 1_700_000_000
Happened = list[tuple[int, float, bool, int]]

events = st.lists(
    st.tuples(st.integers(0, 26 * 60 * MINUTE), st.floats(0, 200), st.booleans(), st.integers(0, 10_000)), max_size=60
)


@given(events, st.sampled_from([(60, 1), (DAY - 15, 15), (DAY - 60, 60)]))
def test_every_step_counts_what_happened_in_it(happened: Happened, span: tuple[int, int]) -> None:
    history = History()
    for ago, seconds, failed, size in sorted(happened, reverse=True):
        history.add(NOW - ago, seconds, size, 2 * size, failed=failed, refused=not failed)
    history.add(NOW, 0, 0, 0, failed=True, refused=False)
    minutes, step = span
    points = history.points(NOW, minutes, step)
    assert [point.began for point in points] == sorted(point.began for point in points)
    assert len(points) == minutes // step
    whole = history.total(NOW, minutes, step)
    assert whole.began == points[0].began
    assert (whole.requests, whole.sent) == (sum(one.requests for one in points), sum(one.sent for one in points))
    assert points[-1].began <= NOW < points[-1].began + step * MINUTE
    for point in points:
        inside = [one for one in [*happened, (0, 0, True, 0)] if 0 <= NOW - one[0] - point.began < step * MINUTE]
        assert point.requests == len(inside)
        assert point.failed == sum(one[2] for one in inside)
        assert point.refused == point.requests - point.failed
        assert (point.received, point.sent) == (sum(one[3] for one in inside), 2 * sum(one[3] for one in inside))


@given(st.lists(st.floats(BOUNDS[1], BOUNDS[-1]), min_size=1, max_size=200))
def test_a_median_is_about_right(times: list[float]) -> None:
    history = History()
    for seconds in times:
        history.add(NOW, seconds, 0, 0, failed=False, refused=False)
    (point,) = history.points(NOW, 1)
    median = statistics.median_low(times)
    assert median / 1.51 <= point.median <= median * 1.51
    assert point.median <= point.slow <= max(times) * 1.51


def test_nothing_is_kept_longer_than_a_day() -> None:
    history = History()
    for minute in range(3 * DAY):
        history.add(NOW + minute * MINUTE, 0.1, 1, 1, failed=False, refused=False)
    end = NOW + (3 * DAY - 1) * MINUTE
    assert sum(point.requests for point in history.points(end, 3 * DAY)) == DAY
    assert sum(point.requests for point in history.points(end, 60)) == 60


def test_a_clock_that_is_set_back_spoils_nothing() -> None:
    history = History()
    for when in (NOW, NOW - 2 * MINUTE, NOW):
        history.add(when, 0.1, 1, 1, failed=True, refused=False)
    assert [point.failed for point in history.points(NOW, 3)] == [1, 0, 2]


def test_without_requests_there_is_nothing_to_say() -> None:
    assert {(one.requests, one.median, one.slow) for one in History().points(NOW, 60)} == {(0, 0, 0)}
