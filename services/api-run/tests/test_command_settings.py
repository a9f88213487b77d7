"""`ogrom-api settings`."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ogrom.operations.settings import variables
from ogrom.run.settings import Settings

pytestmark = pytest.mark.slow
Run = Callable[..., Any]


def test_each_setting_has_its_line(run: Run) -> None:
    """With its value, who said so, its default and its meaning; passwords are masked."""
    done = run("settings", "--port", "1", OGROM_DATABASE_URL="mysql://root:secret@host/db")
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    assert all(each.meaning in lines[each.name] for each in variables(Settings))
    assert lines["OGROM_PORT"].split()[:4] == ["OGROM_PORT", "1", "--port", "8080"]
    assert lines["OGROM_DATABASE_URL"].split()[1:3] == ["mysql://root:***@host/db", "environment"]
    assert lines["OGROM_THREADS"].split()[2] == "default"


def test_programs_read_the_same_as_json(run: Run) -> None:
    """In the order of the table."""
    found = json.loads(run("settings", "--json", OGROM_THREADS="3").stdout)
    assert [each["variable"] for each in found] == [each.name for each in variables(Settings)]
    threads = next(each for each in found if each["variable"] == "OGROM_THREADS")
    assert (threads["value"], threads["from"], threads["default"]) == ("3", "environment", "8")


def test_wrong_values_are_shown_and_explained(run: Run) -> None:
    """The table helps to find who set what is wrong."""
    done = run("settings", OGROM_PORT="http")
    assert done.returncode == 1
    assert "http" in done.stdout
    assert done.stderr.startswith("ogrom: settings: OGROM_PORT 'http' is not a port")
