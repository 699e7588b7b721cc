"""QBINSTANCEFINDER: the file in which QuickBooks notes its open instances, and which a stopped process leaves behind.

Clearing it is what a person would do in an editor. The file is somebody else's: what does not look like it is left
alone. Its exact form is not published; this takes any small INI file of that name.
"""

import re
from pathlib import Path
from typing import Final

from qbconnector.settings.files import replace_file

NAME: Final = re.compile(r"qbinstancefinder\d*\.ini", re.IGNORECASE)
LINE: Final = re.compile(r"\s*(\[[^\]\r\n]*\]|[;#].*|[^=\[\]\r\n]+=.*)?\s*")
LARGEST: Final = 64 * 1024


def clear(path: Path) -> str:
    """Empty the file, keeping what it said in NAME.bak; what was done or why not, as a sentence."""
    try:
        if not NAME.fullmatch(path.name) or path.stat().st_size > LARGEST:
            return f"{path} is left alone: it is not a QBINSTANCEFINDER file."
        content = path.read_bytes()
        if not content.strip():
            return f"{path} has no entries."
        if not _is_ini(content):
            return f"{path} is left alone: what it says does not look like a QBINSTANCEFINDER file."
        replace_file(path.with_name(path.name + ".bak"), content)
        path.write_bytes(b"")  # in place: its owner and permissions are QuickBooks'
    except OSError as error:
        return f"{path} cannot be cleared: {error.strerror or error}."
    return f"{path} is cleared; what it said is in {path.name}.bak."


def _is_ini(content: bytes) -> bool:
    try:
        text = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        return False
    lines = text.splitlines()
    return all(LINE.fullmatch(line) for line in lines) and any(line.strip().startswith("[") for line in lines)
