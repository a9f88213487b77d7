"""`ogrom-api decisions`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Run = Callable[..., Any]


def test_an_endpoint_tells_how_its_requests_can_end(run: Run, tmp_path: Path) -> None:
    """Its answers and then its methods with their statuses, without touching a database."""
    shown = run("decisions", "product", folder=tmp_path).stdout
    assert shown.startswith("# ProductResource\n\n| node ")
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "## GET, HEAD" in lines
    assert "| 404 | handle_not_found | exists- |" in lines
    assert not list(tmp_path.iterdir())


def test_programs_read_json(run: Run) -> None:
    """The same as an object."""
    told = json.loads(run("decisions", "ready", "--json").stdout)
    assert told["resource"] == "ReadyResource"
    assert told["outcomes"]["GET"][0] == {"status": 200, "handler": "handle_ok", "routes": [[]]}


@pytest.mark.parametrize(
    ("name", "advice"),
    [("produkt", "did you mean 'product'?"), ("xyz", "`ogrom-api routes` shows their names")],
)
def test_an_unknown_name_is_one_line(run: Run, name: str, advice: str) -> None:
    """It says which name may be meant."""
    done = run("decisions", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"ogrom: decisions: no endpoint has the name {name!r}; {advice}\n"
