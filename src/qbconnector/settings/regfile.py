"""Files that regedit exports: "Windows Registry Editor Version 5.00" in UTF-16, and REGEDIT4 in ANSI.

It owns the format. What the keys mean belongs to ``registry``.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from qbconnector.errors import NotARegistryFile
from qbconnector.settings.registry import Key, Value

UNICODE: Final = "Windows Registry Editor Version 5.00"
ANSI: Final = "REGEDIT4"
CODE_PAGE: Final = "cp1252"  # of a file that says nothing about it
BOMS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
ENTRY: Final = re.compile(r'(?:@|"((?:[^"\\]|\\.)*)")\s*=\s*(.*)', re.DOTALL)
STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
DWORD: Final = re.compile(r"dword:([0-9a-fA-F]{1,8})")
HEX: Final = re.compile(r"hex(?:\(([0-9a-fA-F]+)\))?:([0-9a-fA-F,\s]*)")
HEX_BEGINS: Final = re.compile(r"=\s*hex")
SZ, EXPAND_SZ, MULTI_SZ, DWORD_LITTLE, DWORD_BIG, QWORD = 1, 2, 7, 4, 5, 11


def read(path: Path) -> Key:
    """The keys of an exported file, below one root. Raises ``NotARegistryFile`` and ``OSError``."""
    return parse(path.read_bytes(), path)


def parse(content: bytes, path: Path) -> Key:
    """The keys in the bytes of an exported file; ``path`` is what messages call it. Raises ``NotARegistryFile``."""
    text, unicode = _decode(content, path)
    lines = _lines(text)
    _, first = next(lines, (1, ""))
    if first.strip() not in {UNICODE, ANSI}:
        raise NotARegistryFile(path, "it does not begin as an export of the registry does", 1)
    root = Key()
    here: Key | None = None
    for number, line in lines:
        if line.startswith("["):
            if not line.endswith("]"):
                raise NotARegistryFile(path, "a key has no end", number)
            here = None if line.startswith("[-") else root.make(*line[1:-1].split("\\"))
        elif here is not None:
            entry = ENTRY.fullmatch(line)
            if entry is None:
                raise NotARegistryFile(path, 'this is neither a key nor "name"=value', number)
            if entry[2] == "-":  # takes a value away: an export has none
                continue
            value = _value(entry[2], unicode=unicode)
            if value is None:
                raise NotARegistryFile(path, f"the value of {entry[1] or '@'} cannot be read", number)
            here.values[_plain(entry[1] or "")] = value
    return root


def _decode(content: bytes, path: Path) -> tuple[str, bool]:
    encoding = next((name for bom, name in BOMS.items() if content.startswith(bom)), CODE_PAGE)
    try:
        return content.decode(encoding), not content.lstrip(b"\xef\xbb\xbf").startswith(ANSI.encode())
    except UnicodeDecodeError as error:
        raise NotARegistryFile(path, f"byte {error.start} is no {encoding}") from None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines, each with the number of its first: a backslash goes on, a semicolon begins a comment."""
    whole, began = "", 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        began = began if whole else number
        if line.endswith("\\") and HEX_BEGINS.search(whole + line):
            whole += line[:-1].strip()
            continue
        whole, logical = "", whole + line.strip()
        if logical and not logical.startswith(";"):
            yield began, logical


def _value(text: str, *, unicode: bool) -> Value | None:
    if match := STRING.fullmatch(text):
        return _plain(match[1])
    if match := DWORD.fullmatch(text):
        return int(match[1], 16)
    if match := HEX.fullmatch(text):
        try:
            data = bytes(int(pair, 16) for pair in match[2].split(",") if pair.strip())
        except ValueError:
            return None
        return _typed(int(match[1] or "3", 16), data, unicode=unicode)
    return None


def _typed(kind: int, data: bytes, *, unicode: bool) -> Value:
    if kind in {SZ, EXPAND_SZ, MULTI_SZ}:
        text = data.decode("utf-16-le" if unicode else CODE_PAGE, "replace").rstrip("\0")
        return text.replace("\0", ",")
    if kind in {DWORD_LITTLE, QWORD}:
        return int.from_bytes(data, "little")
    if kind == DWORD_BIG:
        return int.from_bytes(data, "big")
    return data


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def write(root: Key) -> bytes:
    """The file that regedit would export, in UTF-16."""
    lines = [UNICODE, ""]
    for path, key in _walk(root, ()):
        if key.values or not key.keys:
            name = "\\".join(path)
            lines += [f"[{name}]", *(_entry(*one) for one in key.values.items()), ""]
    return b"\xff\xfe" + "\r\n".join([*lines, ""]).encode("utf-16-le")


def _walk(key: Key, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Key]]:
    for name, below in key.keys.items():
        yield (*path, name), below
        yield from _walk(below, (*path, name))


def _entry(name: str, value: Value) -> str:
    quoted = f'"{_escaped(name)}"' if name else "@"
    if isinstance(value, int):
        return f"{quoted}=dword:{value:08x}"
    if isinstance(value, str):
        return f'{quoted}="{_escaped(value)}"'
    return f"{quoted}=hex:{value.hex(',')}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
