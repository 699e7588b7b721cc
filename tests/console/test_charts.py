"""Charts: what is drawn keeps within its frame and says what happened."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.activity.history import History
from qbconnector.console.pages.charts import HEIGHT, Charts, drawn
from qbconnector.console.pages.saying import duration, size

NOON = 1_727_092_800.0
NUMBER = re.compile(r"([MVH ])(-?[\d.e-]+)")


def charts(history: History) -> Charts:
    return drawn(history.points(NOON, 60), history.total(NOON, 60))


def test_an_hour_without_requests_is_an_empty_chart() -> None:
    empty = charts(History())
    assert [(one.title, one.figure, one.top) for one in empty.charts] == [
        ("Requests", "0", "1"),
        ("Errors", "0", "1"),
        ("Time taken", "none", "1 ms"),
    ]
    assert {series.path for one in empty.charts for series in one.series} == {""}
    assert len(empty.steps) == 60
    assert len(empty.times) == 5


def test_steps_are_said_in_words_and_drawn_to_a_round_scale() -> None:
    history = History()
    for number in range(7):
        history.add(NOON - 60, 0.004, 10, 20, failed=number == 0, refused=number in (1, 2))
    requests, errors, times = charts(history).charts
    assert (requests.figure, requests.top, requests.series[0].path) == ("7", "10", "M58.1 100V30H58.9V100Z")
    assert [one.label for one in errors.series] == ["1 failed", "2 refused"]
    assert (errors.top, errors.series[1].path) == ("5", "M58.1 80V40H58.9V80Z")
    assert (times.figure, times.top) == ("4.8 ms", "10 ms")
    step = charts(history).steps[58]
    assert step.hint.endswith("7 requests, 2 refused, 1 failed; half within 4.8 ms, 95 of 100 within 5.7 ms")


happenings = st.lists(
    st.tuples(st.floats(0, 3599), st.floats(0, 200), st.sampled_from([(False, False), (True, False), (False, True)]))
)


@given(happenings)
def test_whatever_happens_stays_within_the_frame(happened: list[tuple[float, float, tuple[bool, bool]]]) -> None:
    history = History()
    for ago, seconds, (failed, refused) in sorted(happened, reverse=True):
        history.add(NOON - ago, seconds, 1, 1, failed=failed, refused=refused)
    for chart in charts(history).charts:
        for series in chart.series:
            for letter, number in NUMBER.findall(series.path):
                assert 0 <= float(number) <= (HEIGHT if letter in "V " else 60)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 ms"),
        (0.00041, "0.41 ms"),
        (0.0041, "4.1 ms"),
        (0.099, "99 ms"),
        (0.5, "500 ms"),
        (4.25, "4.2 s"),
        (59, "59 s"),
        (61, "1 min 01 s"),
        (7260, "2 h 01 min"),
    ],
)
def test_times_are_said_in_a_few_digits(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 bytes"), (1023, "1,023 bytes"), (1536, "1.5 KiB"), (300 * 1024, "300 KiB"), (5 * 1024**5, "5,120 TiB")],
)
def test_sizes_are_said_in_a_few_digits(number: int, said: str) -> None:
    assert size(number) == said
