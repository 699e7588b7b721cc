"""Frames: whatever goes in comes out, however it is cut; what is no frame is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.processors import pipe
from qbconnector.processors.pipe import BrokenFrame, Frame, Unpacker, pack

HEADS = st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.lists(st.booleans()), max_size=3)


@given(st.lists(st.builds(Frame, HEADS, st.binary(max_size=200))), st.lists(st.integers(1, 50)))
def test_frames_survive_however_they_are_cut(frames: list[Frame], sizes: list[int]) -> None:
    data = b"".join(pack(*frame) for frame in frames)
    unpacker, came = Unpacker(), list[Frame]()
    for size in sizes:
        came += unpacker.feed(data[:size])
        data = data[size:]
    came += unpacker.feed(data)
    assert came == frames


@pytest.mark.parametrize(
    "data",
    [
        b"Traceback (most recent call last)",
        (pipe.HEAD_BYTES + 1).to_bytes(4, "big") + bytes(4),
        bytes(4) + (pipe.BODY_BYTES + 1).to_bytes(4, "big"),
        b"\0\0\0\1\0\0\0\0{",
        b"\0\0\0\2\0\0\0\0[]",
        b"\0\0\0\1\0\0\0\0\xff",
    ],
)
def test_what_is_no_frame_is_refused_at_once(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        list(Unpacker().feed(data))


def test_too_much_does_not_go_in() -> None:
    with pytest.raises(BrokenFrame):
        pack({}, bytes(pipe.BODY_BYTES + 1))
    assert len(pack({}, bytes(pipe.BODY_BYTES))) == pipe.BODY_BYTES + 10
