"""`ogrom-api contract`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from ogrom.http.openapi import contract, written
from ogrom.run.contract import VERSION

pytestmark = pytest.mark.slow
Run = Callable[..., Any]


def test_it_is_the_same_whatever_is_set(run: Run, tmp_path: Path) -> None:
    """In another process, folder and time zone, with other markets, rates and keys; no database is touched."""
    first = run("contract", folder=tmp_path)
    others = {
        "OGROM_DATABASE_URL": "https://other.example/",
        "OGROM_LOCALES": "xx-YY",
        "OGROM_RATE_LIMIT": "2/60",
        "OGROM_TOKEN_KEY": "",
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Auckland",
    }
    assert first.returncode == 0
    assert run("contract", **others).stdout == first.stdout
    assert not list(tmp_path.iterdir())


def test_it_is_the_description_without_prose(run: Run) -> None:
    """In its one form, with the version of the contract and not that of the service."""
    document = json.loads(run("openapi").stdout)
    text = run("contract").stdout
    made = json.loads(text)
    validate(made)
    assert (made["info"]["version"], made["x-contract-format"]) == (VERSION, 1)
    assert document["info"]["version"] == VERSION
    markets = document["components"]["schemas"]["Locale"].pop("x-extensible-enum")
    assert markets
    assert written(contract(document)).decode() == text


def test_it_writes_a_file(run: Run, tmp_path: Path) -> None:
    """With the same bytes; one that cannot be written is told."""
    done = run("contract", "--output", str(tmp_path / "contract.json"))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "contract.json").read_text() == run("contract").stdout
    done = run("contract", "--output", str(tmp_path / "missing" / "contract.json"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "contract: " in done.stderr
