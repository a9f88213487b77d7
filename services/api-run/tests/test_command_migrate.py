"""`ogrom-api migrate`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def test_it_says_from_where_to_where(run: Callable[..., Any], tmp_path: Path) -> None:
    """The first time it makes the tables, and the second time there is nothing to migrate."""
    first, second = (run("migrate", folder=tmp_path) for _ in range(2))
    migrated = re.fullmatch(r"sqlite:///\S+ migrated from nothing to (\S+)\.\n", first.stdout)
    assert migrated
    assert (first.stderr, second.stderr) == ("Making the tables ...\n", "")
    assert second.stdout == f"sqlite:///.ogrom/ogrom.sqlite3 is at {migrated[1]}; nothing to migrate.\n"
    assert first.returncode == second.returncode == 0
