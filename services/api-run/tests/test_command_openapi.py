"""`ogrom-api openapi`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

pytestmark = pytest.mark.slow
Run = Callable[..., Any]


def test_it_prints_the_description_without_touching_a_database(run: Run, tmp_path: Path) -> None:
    """So that it is the same wherever it is run."""
    document = json.loads(run("openapi", folder=tmp_path).stdout)
    validate(document)
    assert "/v1/{locale}/comments" in document["paths"]
    assert not list(tmp_path.iterdir())


def test_it_writes_a_file(run: Run, tmp_path: Path) -> None:
    """With the same content."""
    done = run("openapi", "--output", str(tmp_path / "api.json"))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "api.json").read_text() == run("openapi").stdout


def test_a_file_that_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    """It says which file."""
    done = run("openapi", "--output", str(tmp_path / "missing" / "api.json"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "missing/api.json cannot be written" in done.stderr
