"""/batch: a screen of the API in one round trip."""

from collections.abc import Callable
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources, assemble
from ogrom.http import Mount
from ogrom.http.flask import blueprint
from ogrom.protocols.context import Context, CredentialsFault


def test_a_collage_comes_with_its_products_comments_and_their_authors(client: FlaskClient) -> None:
    """By four requests, three of which use what an earlier one was answered with."""
    requests = [
        {"id": "collage", "path": "/collages/11"},
        {"id": "products", "path": "/products?ids={collage#/placements/*/product_id}"},
        {"id": "comments", "path": "{collage#/links/comments}"},
        {"id": "authors", "path": "/users?ids={comments#/items/*/author_id}"},
    ]
    answer = client.post("/de/batch", json={"requests": requests})
    found: Any = {id: each["content"] for id, each in answer.get_json()["responses"].items()}
    placed = {each["product_id"] for each in found["collage"]["placements"]}
    assert {each["id"] for each in found["products"]["items"]} == placed
    written = {each["author_id"] for each in found["comments"]["items"]}
    assert {each["id"] for each in found["authors"]["items"]} == written
    assert placed
    assert written


@pytest.mark.parametrize(("kind", "type_"), [("invalid", "invalid-token"), ("expired", "expired-token")])
def test_wrong_credentials_are_refused_once(sources: Sources, kind: CredentialsFault, type_: str) -> None:
    """They would be wrong for each request; without any, the batch is answered."""
    made: dict[str, Any] = {"credentials_fault": "The token is wrong", "credentials_fault_kind": kind}
    context: Callable[[object], Context] = lambda _: Context(locale="de-DE", **made)  # noqa: E731
    app = flask.Flask("core")
    app.register_blueprint(blueprint("de", Mount("/de", assemble(sources)), context=context))
    content = {"requests": [{"id": "a", "path": "/products"}]}
    refused = app.test_client().post("/de/batch", json=content, headers={"Authorization": "Bearer x"})
    assert (refused.status_code, refused.get_json(force=True)["type"]) == (401, f"/problems/{type_}")
