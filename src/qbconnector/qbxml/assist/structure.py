"""A response as JSON: a list of responses, of each its attributes and its results.

Amounts and every other number with decimals stay texts, so that nothing is rounded; truth values and whole numbers
become those of JSON. What may repeat is a list, however often it stands there.
"""

import json
from collections.abc import Iterable, Iterator

from qbconnector.qbxml.assist.answers import Head, Node, below, declared, read, repeats
from qbconnector.qbxml.model import ElementDecl

_TRUTH = {"true": True, "false": False}

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


def to_json(body: bytes | Iterable[bytes], dialect: str = "qbxml") -> Iterator[str]:
    """The response as the text of a JSON object, piece by piece. Raise QbxmlRefused if it is no XML."""
    decl: ElementDecl | None = None
    between = ""
    yield '{"responses": ['
    for part in read(body):
        if isinstance(part, Head):
            if decl is not None or between:
                yield "\n  ]},"
            decl = declared(dialect, part.name)
            head: dict[str, Json] = {
                "name": part.name,
                **{name: _attribute(name, text) for name, text in part.attributes.items()},
            }
            yield "\n  " + json.dumps(head, ensure_ascii=False)[:-1] + ', "results": ['
            between = "\n    "
            continue
        results: dict[str, Json] = {"type": part.name}
        value = _value(part, below(decl, part.name))
        results.update(value if isinstance(value, dict) else {"value": value})
        yield between + json.dumps(results, ensure_ascii=False)
        between = ",\n    "
    yield ("\n  ]}\n" if between else "") + "]}\n"


def _attribute(name: str, text: str) -> Json:
    return int(text) if name in ("statusCode", "retCount", "iteratorRemainingCount") and _is_whole(text) else text


def _value(node: Node, decl: ElementDecl | None) -> Json:
    if not node.children and not node.attributes:
        return _scalar(node.text, decl.type if decl else "STR") if decl is None or decl.type else {}
    found: dict[str, Json] = {f"@{name}": text for name, text in node.attributes.items()}
    if node.text.strip() and not node.children:
        found["value"] = node.text
    for child in node.children:
        value = _value(child, below(decl, child.name))
        if not repeats(decl, node, child.name):
            found[child.name] = value
            continue
        listed = found.setdefault(child.name, [])
        assert isinstance(listed, list)
        listed.append(value)
    return found


def _scalar(text: str, type_: str) -> Json:
    if type_ == "BOOL":
        return _TRUTH.get(text, text)
    return int(text) if type_ == "INT" and _is_whole(text) else text


def _is_whole(text: str) -> bool:
    """Whether it is a whole number that every reader of JSON keeps exactly."""
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 15
