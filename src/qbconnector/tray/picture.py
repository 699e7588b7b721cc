"""The icon as a picture: our own, with a mark in its corner when the connector is not well or does not run."""

from typing import Final

from PIL import Image, ImageDraw

from qbconnector.tray.states import Condition

SIDE: Final = 32  # of the drawing's own coordinates, which are those of the console's icon.svg
FINE: Final = 4  # times larger it is drawn, and then made smaller: PIL's lines have no smooth edges
GROUND: Final = "#1f6f5c"
GREY: Final = "#6b7280"
LINE: Final = "#ffffff"
WIDTH: Final = 2.6
MARKS: Final = {Condition.STOPPED: "#9ca3af", Condition.ATTENTION: "#f59e0b"}

# Two links of a chain: lines, and half circles as their box and the angle they begin at.
LINES: Final = (((8, 12), (17, 12)), ((17, 22), (15, 22)), ((24, 20), (15, 20)), ((15, 10), (17, 10)))
HALVES: Final = (((12, 12, 22, 22), -90), ((10, 10, 20, 20), 90))
MARK: Final = (19, 19, 31, 31)


def draw(condition: Condition, size: int = 64, *, mark: bool = True) -> Image.Image:
    """The icon for this condition, ``size`` pixels wide and high."""
    scale = size * FINE / SIDE
    picture = Image.new("RGBA", (size * FINE, size * FINE))
    pen = ImageDraw.Draw(picture)
    ground = GREY if mark and condition is Condition.STOPPED else GROUND
    pen.rounded_rectangle((0, 0, size * FINE - 1, size * FINE - 1), 8 * scale, ground)
    half = WIDTH / 2
    for ends in LINES:
        pen.line([(x * scale, y * scale) for x, y in ends], LINE, round(WIDTH * scale))
        for x, y in ends:
            pen.ellipse(_scaled((x - half, y - half, x + half, y + half), scale), LINE)
    for (left, top, right, bottom), angle in HALVES:
        box = _scaled((left - half, top - half, right + half, bottom + half), scale)
        pen.arc(box, angle, angle + 180, LINE, round(WIDTH * scale))
    if mark and condition in MARKS:
        pen.ellipse(_scaled(MARK, scale), MARKS[condition], LINE, round(1.5 * scale))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _scaled(box: tuple[float, float, float, float], scale: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left * scale, top * scale, right * scale, bottom * scale
