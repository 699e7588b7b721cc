"""The pipe between a connector and a host: what both say on it, and how it is cut into frames.

A frame is two lengths, of four bytes each and big-endian, then a head of the first length, which is a JSON object,
and a body of the second, which is bytes as they are. Both are bounded; what is longer comes in several frames.

The connector calls and the host replies. A call has a number (``id``) and says what to ``do``; the reply has the same
number, so that any number of calls may be under way at once. A processor has a number too (``on``).

    connector to host                                    host to connector
    {id, do: one of the seam's methods, on, args}        {id, result} or {id, error: [HRESULT, text, detail]}
    {id, do: "process_request", on, args} and a body     {id} and the answer's first piece, or an error
    {id, do: "next", of: the call that began it}         {id} and the next piece, {id, end: true}, or an error
    {id, do: "stop"}                                     {id}: what the backend drives is stopped
    {id, do: "part"} and the beginning of a long body    nothing
    {id: 0, do: "close", of}                             nothing: the answer is wanted no more
    {id: 0, do: "cancel", of}                            nothing: the call's reply is wanted no more
    {id: 0, do: "leave", of: a processor}                nothing: it is let go of, in whatever state

An answer's piece is made when it is asked for: a slow reader holds up its own answer and nobody else's, and nothing
piles up. The end of the host's standard input tells it to finish what is under way and to end.
"""

import json
from collections.abc import Iterator
from struct import Struct
from typing import Any, Final, NamedTuple

HEAD_BYTES: Final = 1024 * 1024
BODY_BYTES: Final = 256 * 1024
READ_BYTES: Final = 256 * 1024  # what one read of the pipe asks for

_LENGTHS: Final = Struct("!II")


class Frame(NamedTuple):
    """One frame."""

    head: dict[str, Any]
    body: bytes = b""


class BrokenFrame(ValueError):
    """What comes out of the pipe is no frame: somebody else has written to it."""


def pack(head: dict[str, Any], body: bytes | memoryview = b"") -> bytes:
    """A frame's bytes."""
    text = json.dumps(head, separators=(",", ":")).encode("ascii")
    _check(len(text), len(body))
    return b"".join((_LENGTHS.pack(len(text), len(body)), text, body))


class Unpacker:
    """Takes in bytes as they come."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete with these bytes. Raises ``BrokenFrame``."""
        buffer = self._buffer
        buffer += data
        while len(buffer) >= _LENGTHS.size:
            head, body = _LENGTHS.unpack_from(buffer)
            _check(head, body)
            start, end = _LENGTHS.size + head, _LENGTHS.size + head + body
            if len(buffer) < end:
                return
            frame = Frame(_object(bytes(buffer[_LENGTHS.size : start])), bytes(buffer[start:end]))
            del buffer[:end]
            yield frame


def _check(head: int, body: int) -> None:
    if head > HEAD_BYTES or body > BODY_BYTES:
        raise BrokenFrame(f"a frame of {head} and {body} bytes")


def _object(text: bytes) -> dict[str, Any]:
    try:
        head = json.loads(text)
    except ValueError as error:
        raise BrokenFrame(f"a head that is not JSON: {error}") from None
    if not isinstance(head, dict):
        raise BrokenFrame("a head that is not an object")
    return head
