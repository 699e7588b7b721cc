"""The icon's picture: our own drawing, and a mark when something is wrong."""

from pathlib import Path

import pytest

import qbconnector.console
from qbconnector.tray import picture
from qbconnector.tray.states import Condition

SVG = Path(qbconnector.console.__file__).parent / "static" / "icon.svg"


def colour(text: str) -> tuple[int, ...]:
    return (*bytes.fromhex(text.removeprefix("#")), 255)


def test_it_is_the_consoles_icon() -> None:
    svg = SVG.read_text("utf-8")
    assert f'fill="{picture.GROUND}"' in svg
    assert f'stroke-width="{picture.WIDTH}"' in svg
    drawn = picture.draw(Condition.RUNNING, 64)
    assert drawn.convert("L").getpixel((24, 24)) > 240  # type: ignore[operator]  # it has a line where "M8 12h9" has it, at twice the size
    assert drawn.getpixel((32, 6)) == colour(picture.GROUND)
    assert drawn.getpixel((0, 0)) == (0, 0, 0, 0)  # a corner is round


@pytest.mark.parametrize("size", [16, 32, 64])
def test_each_condition_looks_different(size: int) -> None:
    assert len({picture.draw(one, size).tobytes() for one in Condition}) == len(Condition)
    assert picture.draw(Condition.ATTENTION, size).size == (size, size)


def test_a_program_has_it_without_a_mark() -> None:
    assert picture.draw(Condition.STOPPED, mark=False).tobytes() == picture.draw(Condition.RUNNING).tobytes()
