"""The pages agree with each other, with the project and with the language."""

import json
import re
import tomllib
from pathlib import Path

import click
import pytest

from qbconnector.accounts.users import USER
from qbconnector.cli import main
from qbconnector.qbxml import parse
from qbconnector.settings.values import SETTINGS
from tests.docs import pages

PAGES = pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)


@PAGES
def test_links_lead_somewhere(page: Path) -> None:
    for link in pages.links(page):
        if re.match(r"[a-z]+:", link):
            assert link.startswith("https://"), link
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), link
        assert not anchor or anchor in pages.anchors(file), link


@PAGES
def test_lines_are_short(page: Path) -> None:
    tables = re.compile(r"^\|.*\|$|^> ", re.MULTILINE)
    assert [line for line in tables.sub("", page.read_text("utf-8")).splitlines() if len(line) > 125] == []


@PAGES
def test_documents_parse(page: Path) -> None:
    for block in pages.blocks(page):
        if block.kind == "xml":
            assert parse(block.text.encode()).names


def test_every_page_is_in_the_navigation() -> None:
    navigation = set(re.findall(r"[\w-]+\.md", (pages.ROOT / "mkdocs.yml").read_text("utf-8")))
    assert navigation == {page.name for page in (pages.ROOT / "docs").glob("*.md")}


def test_dependencies_are_explained() -> None:
    project = tomllib.loads((pages.ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"].values()
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *(name for group in (*extras, *groups) for name in group)]
    names = {re.split(r"[^\w-]", requirement)[0] for requirement in wanted}
    explained = pages.rows("dependencies.md", r"([\w-]+)")
    # qbdquery is installed by the Makefile, without its Windows-only dependencies.
    assert set(explained) - {"package", "---"} == names | {"qbdquery"}


def test_architecture_names_every_room() -> None:
    package = pages.ROOT / "src/qbconnector"
    files = {f"{file.name}" for file in package.glob("*.py") if file.name != "__init__.py"}
    folders = {f"{folder.name}/" for folder in package.iterdir() if any(folder.rglob("*.py"))} | {"spec/"}
    assert set(pages.rows("architecture.md", r"`([\w./]+)`")) == files | folders


def test_every_setting_is_documented() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \| (?:`(.*?)`)? \| ?(yes)? ?\|$",
        (pages.ROOT / "docs/settings.md").read_text("utf-8"),
        re.MULTILINE,
    )
    declared = [*SETTINGS.values(), *USER.values()]
    shown = [json.dumps(one.kind.write(one.default)).strip('"') for one in declared]
    assert rows == [
        (one.name, one.about, one.kind.wanted, default, "yes" if one.restart else "")
        for one, default in zip(declared, shown, strict=True)
    ]


def test_settings_without_effect_are_named() -> None:
    sources = [file.read_text("utf-8") for file in (pages.ROOT / "src").rglob("*.py")]
    idle = [
        one.name
        for one in (*SETTINGS.values(), *USER.values())
        if not any(re.search(rf"\.{one.key}\b", source) for source in sources)
    ]
    page = (pages.ROOT / "docs/settings.md").read_text("utf-8")
    paragraph = re.search(r"^These are stored and checked.*?\n\n", page, re.MULTILINE | re.DOTALL)
    assert (re.findall(r"`(\w+)`", paragraph[0]) if paragraph else []) == idle


def test_every_command_and_option_is_documented() -> None:
    page = (pages.ROOT / "docs/commands.md").read_text("utf-8")
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        parts = command.commands.values() if isinstance(command, click.Group) else [command]
        for part in parts:
            called = name if part is command else f"{name} {part.name}"
            assert f"`{called}" in page, called
            options = [one.opts[-1] for one in part.params if isinstance(one, click.Option)]
            assert [option for option in options if f"`{option}" not in page] == [], called
