"""What the API's routes share."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException, Request

from qbconnector.console.backstage import Backstage, backstage
from qbconnector.errors import TextTooLarge

Stage = Annotated[Backstage, Depends(backstage)]

T = TypeVar("T")


def binary(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The description of an answer that is a file."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "The file.", "content": dict.fromkeys(media_types, schema)}}


def attachment(name: str) -> dict[str, str]:
    """The header fields of a file to be stored under this name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


TEXT: dict[str, Any] = {"requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}}}
"""The description of a request whose body is a text."""


async def read_text(request: Request, most: int, setting: str = "") -> str:
    """The body, a text of ``most`` bytes in UTF-8. Raises ``TextTooLarge``, and a 422 for what is none."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TextTooLarge(most, setting)
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise HTTPException(422, "The body is no text in UTF-8.") from None


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What the work comes to; it is cancelled when the client goes away first."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        working.cancel()  # which does nothing to what is done
    try:
        return await working
    except asyncio.CancelledError:
        raise HTTPException(408, "Nobody waits for the answer any more.") from None


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
