"""What a page tells its reader to type works, in the order it stands there."""

import shutil
from pathlib import Path

import pytest

from tests.docs import pages
from tests.docs.conftest import Connector
from tests.platforms import not_on_windows

RUNNABLE = {"sh", "python"}
TEACHING = [page for page in pages.PAGES if any(block.kind in RUNNABLE for block in pages.blocks(page))]


@not_on_windows("the pages' blocks are for bash")
@pytest.mark.parametrize("page", TEACHING, ids=pages.name)
def test_blocks_run(page: Path, connector: Connector, tmp_path: Path) -> None:
    if any("curl" in block.text for block in pages.blocks(page)) and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    for block in pages.blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(block.text, "utf-8")
        if block.kind in RUNNABLE:
            printed = connector.run(block.kind, block.text, tmp_path)
            assert "<QBXML>" not in printed or 'statusSeverity="Error"' not in printed
