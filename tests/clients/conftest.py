"""A connector in a process of its own, serving a small sample company."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.cli.conftest import Command, Serving, qb, serve

__all__ = ["qb", "serve"]


@dataclass(frozen=True)
class Shop:
    """Where the connector is, and who may use it."""

    url: str
    user: str
    password: str


@pytest.fixture
def shop(qb: Command, serve: Callable[..., Serving]) -> Shop:
    qb("company", "create", "shop", "--sample", "--customers", "12", "--invoices", "8")
    qb("company", "open", "shop")
    qb("user", "add", "clerk", "--password", "pencil")
    return Shop(serve().url, "clerk", "pencil")
