"""Sign-in: which credentials are whose, what is remembered, and who has to wait."""

import asyncio
import base64
import hashlib

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from qbconnector.accounts.accounts import TRUST, Accounts
from qbconnector.accounts.failures import DELAY, FAILURES, PATIENCE, PAUSE
from qbconnector.accounts.passwords import Passwords
from qbconnector.accounts.users import WINDOWS, User
from qbconnector.errors import AuthenticatorUnavailable

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
ADDRESS = "192.0.2.1"


class Counting(Passwords):
    """Counts the checks."""

    checks = 0

    def check(self, stored: str, password: str) -> bool:
        self.checks += 1
        return super().check(stored, password)

    def check_nobody(self, password: str) -> bool:
        self.checks += 1
        return super().check_nobody(password)


class System:
    """A system whose users we know."""

    def __init__(self, users: dict[str, str]) -> None:
        self.users = users
        self.checks = 0

    def check(self, name: str, password: str) -> bool:
        self.checks += 1
        if name not in self.users:
            raise AuthenticatorUnavailable("there is no such thing")
        return self.users[name] == password


class World:
    """Accounts whose time we move."""

    def __init__(self, *users: User, windows: dict[str, str] | None = None) -> None:
        self.time = 0.0
        self.passwords = Counting(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.system = System(windows) if windows else None
        self.renewed: list[tuple[str, str]] = []
        self.reports: list[str] = []
        self.slept: list[float] = []
        self.refreshed = 0
        self.accounts = Accounts(
            self.passwords,
            self.system,
            self.refresh,
            lambda user, password: self.renewed.append((user.name, password)),
            self.reports.append,
            monotonic=lambda: self.time,
            sleep=self.sleep,
        )
        self.replace(*users)

    def refresh(self) -> None:
        self.refreshed += 1

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def replace(self, *users: User) -> None:
        self.accounts.replace({user.name.casefold(): user for user in users})

    def sign_in(self, name: str, password: str, address: str = ADDRESS, encoding: str = "utf-8") -> User | None:
        pair = base64.b64encode(f"{name}:{password}".encode(encoding))
        return asyncio.run(self.accounts.authenticate(b"Basic " + pair, address))


@pytest.mark.parametrize(
    "stored",
    [
        CHEAP.hash("s:é"),
        hashlib.sha256("s:é".encode()).hexdigest(),
        hashlib.sha256("s:é".encode()).hexdigest().upper(),
        base64.b64encode(hashlib.sha256("s:é".encode()).digest()).decode(),
        "s:é",
    ],
    ids=["argon2", "hex", "HEX", "base64", "plain"],
)
def test_every_way_to_store_a_password(stored: str) -> None:
    world = World(anna := User("Anna", password=stored))
    assert world.sign_in("anna", "s:é") is anna
    assert world.sign_in("ANNA", "s:é", encoding="latin-1") is anna
    assert world.sign_in("anna", "s:e") is None
    assert world.sign_in("anna", stored + "x") is None


def test_an_empty_password_opens_nothing() -> None:
    world = World(User("anna"))
    assert world.sign_in("anna", "") is None


@pytest.mark.parametrize(
    "header", [None, b"", b"Basic", b"Basic ?", b"Bearer YTpi", b"Basic " + base64.b64encode(b"anna")]
)
def test_headers_that_say_nothing(header: bytes | None) -> None:
    world = World(User("anna", password="x"))
    assert asyncio.run(world.accounts.authenticate(header, ADDRESS)) is None
    assert world.passwords.checks == 0


@given(st.binary(max_size=60))
def test_any_header_is_survived(header: bytes) -> None:
    assert asyncio.run(Accounts(CHEAP).authenticate(b"Basic " + header, ADDRESS)) is None


def test_right_credentials_are_checked_once() -> None:
    world = World(User("anna", password="x"))
    for _ in range(5):
        assert world.sign_in("anna", "x")
    assert world.passwords.checks == 1


def test_who_was_changed_or_removed_is_refused_at_once() -> None:
    world = World(User("anna", password="x"), User("bert", password="y"))
    assert world.sign_in("anna", "x")
    world.replace(User("anna", password="z"), User("bert", password="y"))
    assert world.sign_in("anna", "x") is None
    assert world.sign_in("anna", "z")
    world.replace()
    assert world.sign_in("anna", "z") is None


def test_a_user_sees_changes_of_the_company_file() -> None:
    world = World(User("anna", password="x"))
    world.sign_in("anna", "x")
    world.replace(changed := User("anna", password="x", company_file="other", read_only=True))
    assert world.sign_in("anna", "x") is changed


def test_an_unknown_user_costs_a_check_too() -> None:
    world = World()
    assert world.sign_in("nobody", "x") is None
    assert world.passwords.checks == 1


def test_who_fails_too_often_has_to_wait() -> None:
    world = World(User("anna", password="x"), User("bert", password="y"))
    for number in range(FAILURES):
        assert world.sign_in("anna", f"wrong {number}") is None
    checks = world.passwords.checks
    assert world.sign_in("anna", "x") is None
    assert world.passwords.checks == checks
    assert world.sign_in("anna", "x", address="192.0.2.2")
    assert world.sign_in("bert", "y")
    world.time += PAUSE
    assert world.sign_in("anna", "x")


def test_who_is_known_does_not_have_to_wait() -> None:
    world = World(User("anna", password="x"))
    assert world.sign_in("anna", "x")
    for number in range(FAILURES):
        world.sign_in("anna", f"wrong {number}")
    assert world.sign_in("anna", "x")


def test_windows_users_are_windows_business() -> None:
    user = User("anna", auth=WINDOWS)
    assert World(user).sign_in("anna", "x") is None
    world = World(user, windows={"anna": "x"})
    assert world.sign_in("anna", "x") is user
    assert world.sign_in("anna", "y") is None


def test_users_of_the_system_are_checked_again_after_a_while() -> None:
    user = User("anna", auth=WINDOWS)
    world = World(user, windows={"anna": "x"})
    assert world.system is not None
    for _ in range(3):
        assert world.sign_in("anna", "x") is user
    assert world.system.checks == 1
    world.system.users["anna"] = "changed"
    world.time += TRUST
    assert world.sign_in("anna", "x") is None


def test_what_the_system_cannot_do_is_reported_and_refused() -> None:
    world = World(User("bert", auth=WINDOWS), windows={"anna": "x"})
    assert world.sign_in("bert", "x") is None
    assert world.reports == ["Users of the system cannot sign in: there is no such thing."]


@pytest.mark.parametrize(("address", "let_in"), [("127.0.0.1", True), ("::1", True), ("192.0.2.1", False)])
def test_the_administrators_password_stands_for_a_system_users_on_this_machine(address: str, let_in: bool) -> None:
    world = World(User("anna", auth=WINDOWS), User("bert", password="y"), windows={"anna": "x"})
    assert world.sign_in("anna", "", address) is None
    world.accounts.local_auth = "0f3c"
    assert bool(world.sign_in("anna", "0f3c", address)) is let_in
    assert world.sign_in("bert", "0f3c", address) is None


def test_failures_are_answered_later_and_later() -> None:
    world = World(User("anna", password="x"))
    for number in range(FAILURES + 2):
        world.sign_in("anna", f"wrong {number}")
    assert world.slept == [DELAY * number for number in range(1, FAILURES - PATIENCE + 1)]
    assert world.sign_in("anna", "x", address="192.0.2.2")


@pytest.mark.parametrize(
    ("stored", "scheme", "renewed"),
    [
        ("x", "argon2id", True),
        (hashlib.sha256(b"x").hexdigest(), "argon2id", True),
        (CHEAP.hash("x"), "argon2id", False),
        (PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("x"), "argon2id", True),
        ("x", "sha256", True),
        (hashlib.sha256(b"x").hexdigest(), "sha256", False),
        (base64.b64encode(hashlib.sha256(b"x").digest()).decode(), "sha256", False),
        (CHEAP.hash("x"), "sha256", False),
    ],
    ids=["plain", "hex", "argon2", "harder", "plain to sha", "hex to sha", "base64 to sha", "argon2 to sha"],
)
def test_a_password_is_renewed_when_it_is_known_again(stored: str, scheme: str, renewed: bool) -> None:
    world = World(User("anna", password=stored))
    world.passwords.scheme = scheme
    assert world.sign_in("anna", "wrong") is None
    assert world.renewed == []
    assert world.sign_in("anna", "x")
    assert world.sign_in("anna", "x")
    assert world.renewed == ([("anna", "x")] if renewed else [])


def test_every_sign_in_looks_for_changed_users() -> None:
    world = World(User("anna", password="x"))
    world.sign_in("anna", "x")
    world.sign_in("anna", "x")
    assert world.refreshed == 2


def test_a_sha256_scheme_stores_what_the_original_product_does() -> None:
    assert Passwords(scheme="sha256").hash("x") == hashlib.sha256(b"x").hexdigest()
