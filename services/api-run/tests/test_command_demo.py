"""`ogrom-api demo`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def test_it_fills_an_empty_database_only(run: Callable[..., Any], tmp_path: Path) -> None:
    """What is there is nobody's to overwrite."""
    first, second = (run("demo", "--products", "30", folder=tmp_path) for _ in range(2))
    assert first.returncode == 0
    assert re.fullmatch(
        r"sqlite:///\.ogrom/ogrom\.sqlite3 holds 30 products and what belongs to them\.\n"
        r"\d{3} rows in all tables, stored in \d+\.\d s: [\d,]+ rows/s\.\n",
        first.stdout,
    )
    assert first.stderr == "Making the tables ...\nFilling with 30 demo products ...\n"
    assert second.returncode == 1
    assert second.stderr == (
        "ogrom: demo: sqlite:///.ogrom/ogrom.sqlite3 holds data already; take an empty database: --database\n"
    )
