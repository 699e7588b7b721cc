"""What the API's routes share."""

from typing import Annotated, Any

from fastapi import Depends

from qbconnector.console.backstage import Backstage, backstage

Stage = Annotated[Backstage, Depends(backstage)]


def binary(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The description of an answer that is a file."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "The file.", "content": dict.fromkeys(media_types, schema)}}
