"""PAM, asked for real: a service and a user of the system for the time of the test."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from qbconnector.errors import AuthenticatorUnavailable

if sys.platform == "win32":
    pytest.skip("Windows has no PAM", allow_module_level=True)

from qbconnector.accounts.pam import FOLDER, SERVICE, authenticate

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root may add users and PAM services")
PASSWORD = "Grüße an 3 Leute"


@dataclass(frozen=True)
class Account:
    """A user of the system and the PAM service that checks it."""

    name: str
    service: str

    def signs_in(self, password: str = PASSWORD) -> bool:
        return authenticate(self.name, password, self.service)


def system(*command: str, stdin: str = "") -> None:
    subprocess.run(command, input=stdin, text=True, check=True, capture_output=True)


@pytest.fixture
def account() -> Iterator[Account]:
    number = uuid.uuid4().hex[:8]
    made = Account(f"qbc{number}", f"qbconnector-{number}")
    service = FOLDER / made.service
    system("useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", made.name)
    try:
        system("chpasswd", "--crypt-method", "SHA512", stdin=f"{made.name}:{PASSWORD}\n")
        service.write_text("auth required pam_unix.so nodelay\naccount required pam_unix.so\n")
        yield made
    finally:
        service.unlink(missing_ok=True)
        system("userdel", made.name)


@ROOT_ONLY
def test_only_the_right_password_signs_in(account: Account) -> None:
    assert account.signs_in()
    assert not account.signs_in("wrong")
    assert not account.signs_in("")
    assert not account.signs_in(PASSWORD + "\0")
    assert not Account("qbc-nobody", account.service).signs_in()


@ROOT_ONLY
@pytest.mark.parametrize(
    "command", [("usermod", "--lock"), ("usermod", "--expiredate", "1"), ("chage", "--expiredate", "0")]
)
def test_an_account_that_is_locked_or_expired_is_refused(account: Account, command: tuple[str, ...]) -> None:
    assert account.signs_in()
    system(*command, account.name)
    assert not account.signs_in()


def test_without_a_service_nobody_signs_in() -> None:
    with pytest.raises(AuthenticatorUnavailable, match="there is no PAM service qbconnector-none") as missing:
        authenticate("root", "x", "qbconnector-none")
    assert str(Path("/etc/pam.d/qbconnector-none")) in missing.value.remedy
    assert SERVICE == "qbconnector"
