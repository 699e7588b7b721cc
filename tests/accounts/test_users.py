"""Users in the settings."""

from dataclasses import replace
from pathlib import Path

import pytest

from qbconnector.accounts.users import WINDOWS, User, Users, read_users
from qbconnector.errors import InvalidUser, UnknownUser, UserExists
from qbconnector.settings.tomlstore import TomlStore

ANNA = User("Anna", password="x", company_file="shop.qbsandbox", read_only=True, mode="Single", app_name="Till")


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(TomlStore(tmp_path / "settings.toml"))


def test_a_user_is_stored_and_found_in_any_case(users: Users) -> None:
    users.add(ANNA)
    assert users.get("anna") == ANNA
    assert users.all() == [ANNA]


def test_a_user_is_changed_and_removed(users: Users) -> None:
    users.add(ANNA)
    users.put(replace(ANNA, read_only=False, company_file=""))
    assert users.get("Anna") == User("Anna", password="x", mode="Single", app_name="Till")
    users.remove("ANNA")
    with pytest.raises(UnknownUser):
        users.get("Anna")
    with pytest.raises(UnknownUser):
        users.remove("Anna")


def test_names_differ_in_more_than_case(users: Users) -> None:
    users.add(ANNA)
    with pytest.raises(UserExists):
        users.add(User("ANNA", password="y"))
    with pytest.raises(InvalidUser, match="differs in case only"):
        read_users({"a": {"Password": "x"}, "A": {"Password": "x"}})


@pytest.mark.parametrize(
    "user", [User("", password="x"), User("a:b", password="x"), User("a\n", password="x"), User("a")]
)
def test_what_cannot_sign_in_is_not_stored(users: Users, user: User) -> None:
    with pytest.raises(InvalidUser):
        users.add(user)


def test_a_windows_user_has_no_password(users: Users) -> None:
    users.add(User("a", auth=WINDOWS))
    assert users.get("a").auth == WINDOWS


def test_a_table_that_says_nonsense_is_named() -> None:
    with pytest.raises(InvalidUser, match='"a": There is no setting "Pasword"'):
        read_users({"a": {"Pasword": "x"}})
