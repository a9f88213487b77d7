"""`ogrom-api routes`."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import msgspec
import pytest

from ogrom.http import Deprecation, Endpoint, Exchange, Mount, QueryParameters, Resource, deprecated
from ogrom.run.commands import describe
from ogrom.run.commands.describe import print_routes
from ogrom.run.settings import Settings

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


def test_what_is_deprecated_is_listed_below(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each thing, with what to use instead; programs find it in its route."""

    class Query(msgspec.Struct):
        brand: Annotated[str, deprecated(since="2026-12-01")] = ""

    class OldResource(Resource[object]):
        """Something old."""

        query = QueryParameters(Query)
        deprecated = Deprecation(since="2026-12-01", sunset="2027-03-01", instead="GET /new")

        def handle_ok(self, x: Exchange[Any]) -> list[int]:
            return []

    old = (Endpoint("old", "/old", OldResource()),)
    container = SimpleNamespace(endpoints=lambda: old, front=lambda: Mount("", ()))
    monkeypatch.setattr(describe, "without_database", lambda settings: container)
    print_routes(Settings(), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    told = [
        "GET operation: Deprecated since 2026-12-01, to be removed on 2027-03-01. Use GET /new instead.",
        "GET query brand: Deprecated since 2026-12-01.",
    ]
    assert lines[-2:] == [f"/v1/{{locale}}/old: {each}" for each in told]
    print_routes(Settings(), as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["deprecated"] == told
