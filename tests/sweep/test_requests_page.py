"""The page of requests says what the registry says."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "requests_page.py"


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("requests_page", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    up_to_date = module.PAGE.read_text("utf-8") == module.page()
    assert up_to_date, f"docs/requests.md is out of date: {module.COMMAND}"
