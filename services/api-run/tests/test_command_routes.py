"""`ogrom-api routes`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Run = Callable[..., Any]


def test_every_route_is_listed_with_what_it_answers(run: Run, tmp_path: Path) -> None:
    """From the endpoints themselves, and without touching a database."""
    found = {each["path"]: each for each in json.loads(run("routes", "--json", folder=tmp_path).stdout)}
    assert found["/v1/{locale}/comments"]["methods"] == ["GET", "HEAD", "OPTIONS"]
    assert found["/v1/{locale}/collages/{collage_id}"]["name"] == "collage"
    assert {"/", "/health/live", "/health/ready", "/demo/images/{file}"} < found.keys()
    assert all(each["summary"].endswith(".") for each in found.values())
    assert not list(tmp_path.iterdir())


def test_people_read_a_table(run: Run) -> None:
    """A line for each route."""
    lines = run("routes").stdout.splitlines()
    (comments,) = (line for line in lines if "/v1/{locale}/comments " in line)
    assert comments.split()[:5] == ["/v1/{locale}/comments", "GET,", "HEAD,", "OPTIONS", "comments"]
