"""What is refused before an endpoint is asked has a type, and every service explains all of its types."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from ogrom.http import Mount, Problem, ProblemType
from ogrom.operations.access.openapi import with_refusals
from ogrom.operations.problems import OF_SERVER
from ogrom.operations.requests import refusing
from ogrom.server import Refusal, RefusalType


@pytest.mark.parametrize("kind", RefusalType)
def test_each_kind_that_the_server_refuses_is_explained(client: FlaskClient, kind: RefusalType) -> None:
    """The server knows names only; the words and the page are here."""
    known = OF_SERVER[kind]
    _, content = refusing([], "")(
        Refusal(known.status, "Why.", type=kind), {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    )
    document = msgspec.json.decode(content)
    assert (document["type"], document["title"]) == (f"/problems/{kind}", known.title)
    assert client.get(document["type"]).get_json()["example"]["detail"] == known.example


def test_a_failure_of_the_application_has_no_type() -> None:
    """Its status says all, and so it is with what a newer server may refuse."""
    for refusal in (Refusal(500, "A mistake."), Refusal(503, "Something new.")):
        _, content = refusing([], "")(refusal, {"REQUEST_METHOD": "GET", "PATH_INFO": "/"})
        assert msgspec.json.decode(content)["type"] == "about:blank"


def test_a_service_explains_what_it_refuses_and_nothing_else(
    client: FlaskClient,
) -> None:
    """Without a line of its own: what its endpoints declare, what stands before them, and what its server refuses."""
    names = [each["type"] for each in client.get("/problems").get_json()["items"]]
    assert names == sorted(names)
    assert {"/problems/quota-exceeded", "/problems/draining", "/problems/overloaded"} <= {*names}
    assert "/problems/invalid-query" in names
    assert "/problems/shop-moved" not in names
    assert client.get("/problems/unheard-of").status_code == 404
    page = client.get("/problems/draining", headers={"Accept": "text/html"})
    assert (page.mimetype, "what happened" in page.text) == ("text/html", True)


def test_a_service_may_have_types_of_its_own(make_service: Callable[..., Any]) -> None:
    """For what no endpoint has: why there is nothing at a path."""
    gone = ProblemType("shop-moved", 404, "The shop has moved", "It is elsewhere.", "Look at /.")
    operations = make_service().operations
    service = operations.service(
        Mount("", operations.health()),
        {},
        not_found=lambda path: Problem(f"{path} has moved.", type=gone),
        problems=(gone,),
    )
    refused = service.app.test_client().get("/old").get_json()
    assert refused["type"] == "/problems/shop-moved"
    assert service.app.test_client().get(refused["type"]).get_json()["title"] == gone.title


def test_the_description_lists_what_the_server_refuses() -> None:
    """At the statuses that an operation has, and keys only for those that need a token."""
    document = {
        "paths": {
            "/a": {
                "get": {"responses": {"200": {}, "503": {"x-problem-types": ["/problems/data-unavailable"]}}},
                "post": {"responses": {"400": {}, "503": {}}},
            }
        }
    }
    item = with_refusals(document)["paths"]["/a"]
    assert item["get"]["responses"] == {
        "200": {},
        "503": {
            "x-problem-types": [
                "/problems/data-unavailable",
                "/problems/overloaded",
                "/problems/server-stopped",
            ]
        },
    }
    assert item["post"]["responses"]["400"] == {"x-problem-types": ["/problems/malformed-request"]}
    assert "/problems/keys-unavailable" in item["post"]["responses"]["503"]["x-problem-types"]
