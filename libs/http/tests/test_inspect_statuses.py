"""Where requests can end."""

from typing import Any

import msgspec
import pytest

from ogrom.http import DefinitionError, Exchange, Problem, Resource, Response, always
from ogrom.http.graph import NODES
from ogrom.http.inspect import content_type, described_methods, statuses


class Thing(msgspec.Struct, frozen=True):
    """A thing."""

    name: str


class Reading(Resource[Any]):
    """Can only be read."""

    def handle_ok(self, x: Exchange[Any]) -> Thing | Problem:
        return Thing("a")


class Doing(Resource[Any]):
    """Answers as others say."""

    handle_created = always(None)

    def post(self, x: Exchange[Any]) -> Thing:
        return Thing("a")

    def handle_ok(self, x: Exchange[Any]) -> Response:
        return Response(200, {})


def test_only_statuses_that_a_request_can_reach_are_there() -> None:
    """A resource that always exists and that anybody may read is never 401, 403 or 404."""
    found = set(statuses(Reading, "GET"))
    assert {200, 304, 400, 406, 412, 500} == found


def test_each_status_has_its_handlers() -> None:
    """An exception's is among them, though no way through the graph leads there."""
    assert statuses(Reading, "GET")[500] == (NODES["handle_exception"],)


def test_implied_methods_are_left_out() -> None:
    """They are still answered."""
    assert described_methods(Doing) == ("GET", "POST")


@pytest.mark.parametrize(
    ("resource", "handler", "wanted"),
    [(Reading, "handle_ok", Thing), (Doing, "handle_created", None), (Doing, "handle_ok", None)],
)
def test_content_is_what_is_returned_besides_refusals(
    resource: type[Resource[Any, Any]], handler: str, wanted: object
) -> None:
    """A Problem has a schema of its own, and a Response says everything itself."""
    assert content_type(resource, "POST", NODES[handler]) is wanted


class Quiet(Resource[Any]):
    """Says nothing of types."""

    handle_ok = always({"a": 1})
    respond_with_entity = always(True)

    def delete(self, x: Exchange[Any]) -> "Unknown":  # type: ignore[name-defined]  # noqa: F821
        """Returns what no module has."""


@pytest.mark.parametrize(
    ("resource", "handler", "wanted"), [(Quiet, "handle_ok", object), (Reading, "handle_see_other", None)]
)
def test_without_an_annotation_it_may_be_anything(
    resource: type[Resource[Any, Any]], handler: str, wanted: object
) -> None:
    """But for handlers that nobody wrote, which say nothing."""
    assert content_type(resource, "GET", NODES[handler]) is wanted


def test_an_annotation_that_nobody_can_evaluate_is_a_mistake() -> None:
    """The message says what to import."""
    with pytest.raises(DefinitionError, match="its annotation needs 'Unknown'"):
        content_type(Quiet, "DELETE", NODES["handle_accepted"])
