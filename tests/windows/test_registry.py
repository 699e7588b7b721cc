"""Settings and users in the registry of Windows: our own key, the original product's, regedit's files."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("only Windows has it: make windows-test", allow_module_level=True)

import subprocess
import uuid
import winreg
from types import SimpleNamespace

import win32security

from qbconnector.accounts.users import USER as USER_DECLARATIONS
from qbconnector.accounts.users import User, Users
from qbconnector.cli import permission
from qbconnector.errors import BrokenRegistryKey, InvalidSetting, RegistryForbidden, UnknownSetting
from qbconnector.settings import folders, regfile, winregistry, winsecurity
from qbconnector.settings.folders import DataFolder, default_folder
from qbconnector.settings.registry import SOFTWARE, THIRTY_TWO_BIT, Key, Value, read_installation
from qbconnector.settings.registrystore import RegistryStore
from qbconnector.settings.tomlstore import TomlStore
from qbconnector.settings.values import SETTINGS
from qbconnector.settings.watch import Watch
from tests.cli.conftest import Command

Place = tuple[str, ...]


class Places:
    """Keys of this test alone, in both roots."""

    def __init__(self) -> None:
        self.name = f"qbconnector-{uuid.uuid4().hex[:8]}"
        self.machine: Place = (*SOFTWARE, self.name)
        self.user: Place = ("HKEY_CURRENT_USER", "SOFTWARE", self.name)
        self.original: Place = (*SOFTWARE, f"{self.name}-original", "Connector")
        self.older: Place = (*SOFTWARE, THIRTY_TWO_BIT, f"{self.name}-older")

    def remove(self) -> None:
        for place in (self.machine, self.user, self.original[:-1], self.older):
            subprocess.run(["reg", "delete", "\\".join(place), "/f"], capture_output=True)


@pytest.fixture
def places() -> Iterator[Places]:
    places = Places()
    yield places
    places.remove()


@pytest.fixture
def store(places: Places, tmp_path: Path) -> RegistryStore:
    return another(places, tmp_path)


def another(places: Places, folder: Path) -> RegistryStore:
    """The same keys, as another process sees them."""
    return RegistryStore(folder / "lock", (places.machine, places.user), (places.original, places.older))


def values(place: Place) -> dict[str, Value]:
    key = winregistry.read(place)
    assert key is not None
    return key.values


def test_nothing_there_is_all_defaults(store: RegistryStore) -> None:
    assert store.read().settings.port == 8167
    assert store.read().users == {}


def test_settings_have_the_manuals_names_and_types(store: RegistryStore, places: Places) -> None:
    assert store.set("port", "8300") == 8300
    assert store.set("LogLevel", "verbose") == "Verbose"
    store.set("LogEnabled", "true")
    store.set("AllowedClients", "192.168.1.*")
    assert values(places.machine) == {"Port": 8300, "LogLevel": 4, "LogEnabled": 1, "AllowedClients": "192.168.1.*"}
    settings = store.read().settings
    assert (settings.port, settings.log_level, settings.log_enabled) == (8300, 4, True)
    assert winregistry.read(places.user) is None


def test_users_come_and_go(store: RegistryStore, places: Places) -> None:
    users = Users(store)
    anna = User("Anna Ö.", password="x", company_file="C:\\books\\shop.qbw", auth=1, read_only=True)
    users.add(anna)
    users.add(User("bert", password="y"))
    assert users.all() == [anna, User("bert", password="y")]
    assert values((*places.machine, "Users", "anna ö."))["AuthMode"] == 1
    users.put(User("ANNA Ö.", password="z"))
    assert values((*places.machine, "Users", "Anna Ö.")) == {"Password": "z"}
    assert users.store_password(users.get("anna ö."), "zz")
    assert not users.store_password(User("bert", password="not this"), "zz")
    users.remove("anna ö.")
    assert [user.name for user in users.all()] == ["bert"]


@pytest.mark.parametrize(("name", "error"), [("Prot", UnknownSetting), ("Port", InvalidSetting)])
def test_what_is_wrong_is_not_written(store: RegistryStore, name: str, error: type[Exception], places: Places) -> None:
    with pytest.raises(error):
        store.set(name, "seven")
    assert winregistry.read(places.machine) is None


def test_what_is_broken_is_named_and_not_written_over(store: RegistryStore, places: Places) -> None:
    winregistry.write(places.machine, {"Port": "many"})
    for use in (store.read, lambda: store.set("LogLevel", 1)):
        with pytest.raises(BrokenRegistryKey, match=f"{places.name}: Port does not take 'many'"):
            use()
    assert values(places.machine) == {"Port": "many"}


def test_a_name_that_the_registry_cannot_hold(store: RegistryStore) -> None:
    with pytest.raises(BrokenRegistryKey, match="write name@domain"):
        Users(store).add(User("SHOP\\anna", auth=1))


def test_a_watch_tells_each_change_once(store: RegistryStore, places: Places, tmp_path: Path) -> None:
    watch = Watch(store)
    assert watch.check() is not None
    assert not watch.changed()
    other = another(places, tmp_path)
    for number in range(1, 20):
        other.set("Port", number)
        changed = watch.check()
        assert changed is not None
        assert changed.settings.port == number
        assert watch.check() is None
    other.set_user("anna", {"Password": "x"})
    changed = watch.check()
    assert changed is not None
    assert changed.users == {"anna": {"Password": "x"}}
    subprocess.run(["reg", "delete", "\\".join(places.machine), "/f"], capture_output=True, check=True)
    assert watch.changed()
    gone = watch.check()
    assert gone is not None
    assert gone.settings.port == 8167
    other.set("Port", 4)
    again = watch.check()
    assert again is not None
    assert again.settings.port == 4


def test_without_the_machines_key_there_is_the_users(
    store: RegistryStore, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = winregistry.make_private

    def refuse(place: Place) -> None:
        if place == places.machine:
            raise PermissionError(13, "Access is denied")
        make(place)

    monkeypatch.setattr(winregistry, "make_private", refuse)
    store.set("Port", 5)
    monkeypatch.undo()
    assert winregistry.read(places.machine) is None
    assert values(places.user) == {"Port": 5}
    store.set("Port", 6)  # it stays where it is
    assert winregistry.read(places.machine) is None
    assert store.read().settings.port == 6


def test_a_key_that_is_kept_from_us_says_what_to_do(store: RegistryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.set("Port", 5)

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(winreg, "SetValueEx", refuse)
    with pytest.raises(RegistryForbidden, match=r"may not be written") as forbidden:
        store.set("Port", 6)
    assert "config permit" in forbidden.value.remedy


def test_our_key_is_nobody_elses_until_someone_is_let_in(store: RegistryStore, places: Places) -> None:
    store.set("Port", 5)
    name = "\\".join(("MACHINE", *places.machine[1:]))

    def allowed() -> set[str]:
        kind, wanted = win32security.SE_REGISTRY_KEY, win32security.DACL_SECURITY_INFORMATION
        entries = win32security.GetNamedSecurityInfo(name, kind, wanted).GetSecurityDescriptorDacl()
        assert entries is not None
        return {win32security.ConvertSidToStringSid(entries.GetAce(n)[2]) for n in range(entries.GetAceCount())}

    before = allowed()
    assert {"S-1-5-18", "S-1-5-32-544"} <= before
    assert not {"S-1-1-0", "S-1-5-11", "S-1-5-32-545"} & before
    assert store.permit("Everyone") == ["\\".join(places.machine)]
    assert allowed() - before == {"S-1-1-0"}


def test_regedits_own_export_is_read_and_its_import_is_noticed(
    store: RegistryStore, places: Places, tmp_path: Path
) -> None:
    store.merge({"Port": 8200, "LogLevel": "Verbose"}, {"anna": {"Password": "x", "AuthMode": "Windows"}})
    exported = tmp_path / "exported.reg"
    subprocess.run(["reg", "export", "\\".join(places.machine), str(exported), "/y"], check=True, capture_output=True)
    key = regfile.read(exported).key(*places.machine)
    assert key is not None
    found = read_installation(key, SETTINGS, USER_DECLARATIONS)
    assert found.settings == {"Port": 8200, "LogLevel": "Verbose"}
    assert found.users == {"anna": {"Password": "x", "AuthMode": "Windows"}}
    watch = Watch(store)
    before = watch.check()
    root = Key()
    root.make(*places.machine).values["Port"] = 8300
    root.make(*places.machine, "Users", "bert").values["Password"] = "y"
    (tmp_path / "ours.reg").write_bytes(regfile.write(root))
    subprocess.run(["reg", "import", str(tmp_path / "ours.reg")], check=True, capture_output=True)
    after = watch.check()
    assert before is not None
    assert after is not None
    assert (before.settings.port, after.settings.port) == (8200, 8300)
    assert set(after.users) == {"anna", "bert"}


@pytest.mark.parametrize("older", [False, True])
def test_the_original_products_keys_are_shared_with_it(
    store: RegistryStore, places: Places, tmp_path: Path, older: bool
) -> None:
    theirs = places.older if older else places.original
    users = theirs if older else (*theirs, "Users")
    winregistry.write(theirs, {"Port": 8200, "LogDir": "", "WindowPlacement": "x"})
    winregistry.write((*users, "till"), {"Password": "plain as day", "ReadOnly": 1, "ConnectionMode": "", "Color": 3})
    store.set("ConsolePort", 9000)
    store.set("Port", 9001)
    store.set("UseOriginalKeys", "true")
    content = store.read()
    assert (content.settings.port, content.settings.console_port) == (8200, 9000)
    assert content.settings.password_scheme == "sha256"
    assert content.users == {"till": {"Password": "plain as day", "ReadOnly": 1}}
    store.set("Port", 8300)
    store.set("MaxConnections", 10)
    Users(store).put(User("till", password="new"))
    Users(store).add(User("desk", password="x", auth=1))
    assert values(theirs) == {"Port": 8300, "LogDir": "", "WindowPlacement": "x"}
    assert values((*users, "till")) == {"Password": "new"}
    assert values((*theirs, "Users", "desk")) == {"Password": "x", "AuthMode": 1}
    assert values(places.machine)["MaxConnections"] == 10
    watch = Watch(store)
    watch.check()
    winregistry.write(theirs, {"Port": 8400})
    changed = watch.check()
    assert changed is not None
    assert changed.settings.port == 8400
    assert another(places, tmp_path).read().settings.port == 8400


def test_windows_own_folder_has_the_registry_and_any_other_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(DataFolder(tmp_path).store, TomlStore)
    monkeypatch.setenv("PROGRAMDATA", str(tmp_path))
    own = DataFolder(default_folder())
    assert own.root == folders.default_folder() == tmp_path / "qbconnector"
    assert isinstance(own.store, RegistryStore)
    own.ensure().settings.write_text("Port = 3\n")
    assert isinstance(own.store, TomlStore)


def test_the_commands_work_on_the_registry(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROGRAMDATA", str(tmp_path))
    monkeypatch.setattr("qbconnector.settings.registrystore.MACHINE", places.machine)
    monkeypatch.setattr("qbconnector.settings.registrystore.USER", places.user)
    qb = Command(tmp_path / "qbconnector")
    assert qb("config", "set", "Port", "8321").code == 0
    assert qb("user", "add", "anna", "--password", "x").code == 0
    assert qb("config", "get", "port").out == "8321\n"
    assert values(places.machine)["Port"] == 8321
    assert "anna" in qb("user", "list").out
    assert qb("config", "permit", "Everyone").err == f"Everyone may change {winregistry.named(places.machine)}.\n"
    assert not (tmp_path / "qbconnector" / "settings.toml").exists()


@pytest.mark.parametrize(("prompts", "agreed", "asked"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_permissions_are_changed_only_after_a_yes_and_only_where_asking_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompts: bool, agreed: bool, asked: int
) -> None:
    folder = DataFolder(tmp_path).ensure()
    folder.store.set("PromptForRegPermissions", prompts)
    calls: list[tuple[str, ...]] = []

    def run(*arguments: str) -> int:
        calls.append(arguments)
        return 0

    monkeypatch.setattr(winsecurity, "as_administrator", run)
    monkeypatch.setattr("click.confirm", lambda *arguments, **options: agreed)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    error = RegistryForbidden("HKEY_LOCAL_MACHINE\\SOFTWARE\\x", "written")
    said = permission.ask(folder, error)
    assert [call[-3:-1] for call in calls] == [("config", "permit")] * asked
    assert said == ("Windows lets you now: give the command again." if asked else error.advice)


def test_an_administrators_command_tells_how_it_ended() -> None:
    assert winsecurity.as_administrator(sys.executable, "-c", "raise SystemExit(7)") == 7
