"""The sample's data files, and the one way to read them."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def data(name: str) -> dict[str, Any]:
    """One of the files, by its name without ending."""
    return tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text("utf-8"))
