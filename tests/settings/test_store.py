"""The settings file: comments stay, writers wait for each other, a broken file is named with its place."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from qbconnector.errors import BrokenSettingsFile, InvalidSetting, UnknownSetting
from qbconnector.settings.folders import DataFolder
from qbconnector.settings.tomlstore import TomlStore
from qbconnector.settings.watch import Watch

WRITTEN = """\
# The office's connector.
Port = 8200  # not 8167: the old one has that

# Anna keeps the books.
[users.anna]
Password = "x"  # changed in May
ReadOnly = true
"""


@pytest.fixture
def store(tmp_path: Path) -> TomlStore:
    return TomlStore(tmp_path / "settings.toml")


def test_no_file_is_all_defaults(store: TomlStore) -> None:
    assert store.read().settings.port == 8167
    assert store.read().users == {}


def test_writing_keeps_comments_and_order(store: TomlStore) -> None:
    store.path.write_text(WRITTEN)
    store.set("port", "8300")
    store.set_user("anna", {"Password": "y", "ReadOnly": True})
    assert store.path.read_text() == WRITTEN.replace("8200", "8300").replace('"x"', '"y"')


def test_a_new_name_does_not_land_in_a_users_table(store: TomlStore) -> None:
    store.path.write_text(WRITTEN)
    store.set("LogLevel", "verbose")
    assert store.read().settings.log_level == 4
    assert set(store.read().users["anna"]) == {"Password", "ReadOnly"}


def test_users_come_and_go(store: TomlStore) -> None:
    store.set("Port", 1)
    store.set_user("anna", {"Password": "x", "ReadOnly": True})
    store.set_user('b. o\'Neil "q"', {"Password": "y"})
    store.set_user("anna", {"Password": "z"})
    assert store.read().users == {"anna": {"Password": "z"}, 'b. o\'Neil "q"': {"Password": "y"}}
    store.remove_user("anna")
    assert list(store.read().users) == ['b. o\'Neil "q"']


def test_the_file_is_its_owners_only(store: TomlStore) -> None:
    store.set("Port", 1)
    if sys.platform != "win32":
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert [path.name for path in store.path.parent.iterdir() if path != store.path] == ["settings.toml.lock"]


@pytest.mark.parametrize(("name", "error"), [("Prot", UnknownSetting), ("Port", InvalidSetting)])
def test_what_is_wrong_is_not_written(store: TomlStore, name: str, error: type[Exception]) -> None:
    store.path.write_text(WRITTEN)
    with pytest.raises(error):
        store.set(name, "seven")
    assert store.path.read_text() == WRITTEN


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("Port = ", "line 1, column 8", "invalid value"),
        ("# fine\n[users.anna\n", "line 2, column 12", "expected"),
        ("Port = 1\n\n  Prot = 2", "line 3, column 3", 'no setting "Prot". Did you mean Port'),
        ("LogLevel = 1\nPort = 70000", "line 2, column 1", "0 to 65535"),
        ("users = 3", "line 1, column 1", "a user is a table"),
        ("[users]\nanna = 3", "line 1, column 1", "a user is a table"),
    ],
)
def test_a_broken_file_is_named_with_its_place(store: TomlStore, text: str, place: str, problem: str) -> None:
    store.path.write_text(text)
    for use in (store.read, lambda: store.set("Port", 1)):
        with pytest.raises(BrokenSettingsFile) as broken:
            use()
        assert f"{place}: " in str(broken.value)
        assert problem in str(broken.value)
    assert store.path.read_text() == text


def test_bytes_that_are_no_text_are_named(store: TomlStore) -> None:
    store.path.write_bytes(b"LogDir = '\xff'")
    with pytest.raises(BrokenSettingsFile, match="byte 10 is not UTF-8"):
        store.read()


WRITER = """
import sys
from pathlib import Path
from qbconnector.settings.tomlstore import TomlStore
store = TomlStore(Path(sys.argv[1]))
for number in range(15):
    store.set_user(f"{sys.argv[2]}-{number}", {"Password": "x"})
"""


def test_writers_in_many_processes_lose_nothing(store: TomlStore) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, store.path, str(number)]) for number in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert len(store.read().users) == 60


READER = """
import sys
from pathlib import Path
from qbconnector.settings.tomlstore import TomlStore
store = TomlStore(Path(sys.argv[1]))
print("reading", flush=True)
while len(store.read().users) < 30:
    pass
"""


def test_readers_and_writers_are_not_in_each_others_way(store: TomlStore) -> None:
    store.set("Port", 1)
    with subprocess.Popen([sys.executable, "-c", READER, store.path], stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        for number in range(30):
            store.set_user(str(number), {"Password": "x"})
        assert reader.wait() == 0


def test_a_write_that_fails_leaves_the_old_file(store: TomlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.set("Port", 1)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.set("Port", 2)
    assert store.read().settings.port == 1
    assert sorted(path.name for path in store.path.parent.iterdir()) == [
        "settings.toml",
        "settings.toml.lock",
    ]


def test_a_watch_tells_each_change_once(store: TomlStore) -> None:
    watch = Watch(store)
    first = watch.check()
    assert first is not None
    assert watch.check() is None
    store.set("Port", 9)
    changed = watch.check()
    assert changed is not None
    assert changed.settings.port == 9
    assert watch.check() is None
    store.path.write_text("Port =")
    with pytest.raises(BrokenSettingsFile):
        watch.check()
    assert watch.check() is None


def test_no_log_is_written_to_wherever_the_connector_was_started(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert folder.log_folder("") == tmp_path / "logs"
    assert folder.log_folder("older") == tmp_path / "older"
    assert folder.log_folder(str(tmp_path.parent)) == tmp_path.parent
    if sys.platform != "win32":
        assert folder.log_folder(r"C:\ProgramData\Logs").parent == tmp_path


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "b").ensure().ensure()
    for path in (folder.root, folder.companies, folder.logs, folder.tls, folder.state):
        assert path.is_dir()
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
