"""JSON of what is declared as settings are: its schema for OpenAPI, its values, and back."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import WithJsonSchema

from qbconnector.accounts.users import USER
from qbconnector.settings.schema import Bits, Choice, Declaration, Flag, Number, Stored, Word
from qbconnector.settings.values import SETTINGS

SHORTEST_TEXT: Final = {"type": "string", "pattern": r"^[^\x00-\x1f]*$"}


def schema_of(one: Declaration) -> dict[str, Any]:
    """The JSON schema of one value."""
    kind = one.kind
    if isinstance(kind, Flag):
        shape: dict[str, Any] = {"type": "boolean"}
    elif isinstance(kind, Number):
        shape = {"type": "integer", "minimum": kind.lowest, "maximum": kind.highest}
    elif isinstance(kind, Bits):
        shape = {"type": "integer", "minimum": 0, "maximum": kind.mask}
    elif isinstance(kind, Choice | Word):
        shape = {"type": "string", "enum": list(kind.words)}
    else:
        shape = dict(SHORTEST_TEXT)
    return shape | {"description": one.about}


def taken(one: Declaration) -> dict[str, Any]:
    """The JSON schema of what is taken for a value: itself, or as a file or a person writes it."""
    return {"anyOf": [schema_of(one), {"type": ["string", "integer"]}]}


def table_schema(known: Iterable[Declaration], **more: Any) -> dict[str, Any]:
    """The schema of an object with any of these values; ``more`` are further properties."""
    properties = more | {one.name: taken(one) for one in known}
    return {"type": "object", "properties": properties, "additionalProperties": False}


Values = dict[str, bool | int | str]

SettingValues = Annotated[Values, WithJsonSchema(table_schema(SETTINGS.values()))]
UserValues = Annotated[Values, WithJsonSchema(table_schema(USER.values()))]
NewUser = Annotated[
    Values,
    WithJsonSchema(table_schema(USER.values(), Name={"type": "string", "minLength": 1}) | {"required": ["Name"]}),
]


def shown(known: Mapping[str, Declaration], record: object) -> dict[str, Stored]:
    """The values of a record by the manual's names, without the secret ones."""
    return {name: one.kind.write(getattr(record, one.key)) for name, one in known.items() if not one.secret}
