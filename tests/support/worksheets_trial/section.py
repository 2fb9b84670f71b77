"""A section with the kinds of fields that look at the rest of the workspace, for tests only."""

import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from goals.words import Message, Number
from strategy.worksheets import computed, library
from strategy.worksheets.book import Book
from strategy.worksheets.setting import Setting

FILE = Path(__file__).parent / "trial.toml"


def double(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    """Return twice the weight, None without one."""
    weight = values.get("weight")
    return None if not weight else Message("%(n)s", {"n": Number(Decimal(weight) * 2)})


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Add the section to the worksheets for as long as a test runs."""
    folder = tmp_path / "content"
    shutil.copytree(library.FOLDER, folder)
    shutil.copy(FILE, folder)
    found = library.load(folder)
    monkeypatch.setattr(library, "worksheets", lambda: found)
    monkeypatch.setitem(computed.COMPUTED, "trial.more.double", double)
