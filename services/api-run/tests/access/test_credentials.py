"""Who asks, through the whole application: refusals by the graph, and reads for everybody."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ogrom.operations.access.access import Access
from ogrom.operations.access.credentials import (
    NO_KEY,
    WITHHELD,
    KeysUnavailable,
)
from ogrom.protocols.context import Principal
from ogrom.run.container import Container

COLLAGES = "/v1/de-DE/collages"
LIKE = "/v1/de-DE/collages/1/likes/145"


@pytest.fixture
def own_client(make_container: Callable[..., Container], own_store: str) -> FlaskClient:
    return make_container(own_store).app().test_client()


def test_a_user_writes_for_themselves(own_client: FlaskClient, authorization: Callable[..., Any]) -> None:
    """201 with the scope; 403 without it, and for others; 401 without a token."""
    assert own_client.put("/v1/de-DE/collages/1/likes/2").status_code == 401
    for status, user_id, scope in (
        (403, 2, "comments:write"),
        (403, 3, "likes:write"),
        (201, 2, "likes:write"),
    ):
        headers = authorization(user_id, scope)
        assert own_client.put("/v1/de-DE/collages/1/likes/2", headers=headers).status_code == status


def test_a_wrong_token_is_refused_wherever_the_api_is_and_nowhere_else(client: FlaskClient) -> None:
    """Health, the home and the documentation are not about users."""
    headers = {"Authorization": "Bearer x.y.z"}
    refused = client.get(COLLAGES, headers=headers)
    assert refused.status_code == 401
    assert refused.mimetype == "application/problem+json"
    assert 'error="invalid_token", error_description="The token ' in refused.headers["WWW-Authenticate"]
    for path in ("/", "/health/live", "/health/ready", "/docs", "/v1/openapi.json"):
        assert client.get(path, headers=headers).status_code == 200, path


def test_without_a_key_nobody_writes(
    make_container: Callable[..., Container], store: str, authorization: Any
) -> None:
    """Clients are told why, and read."""
    client = make_container(store, said={"token_key": None}).app().test_client()
    for headers in (None, authorization()):
        refused = client.put(LIKE, headers=headers)
        assert refused.status_code == 401
        assert refused.get_json()["detail"] == f"{NO_KEY}."
        assert client.get(COLLAGES, headers=headers).status_code == 200


def test_a_write_is_a_503_while_there_are_no_keys(
    make_container: Callable[..., Container], store: str
) -> None:
    """It says when to come again; a read is answered meanwhile."""

    def read_token(token: str) -> Principal:
        raise KeysUnavailable

    client = make_container(store, access=Access(read_token, None)).app().test_client()
    headers = {"Authorization": "Bearer x.y.z"}
    assert client.get(COLLAGES, headers=headers).status_code == 200
    refused = client.put(LIKE, headers=headers)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert refused.mimetype == "application/problem+json"


def test_content_is_received_only_for_who_may_write_it(
    make_container: Callable[..., Container], store: str, authorization: Callable[..., Any]
) -> None:
    """None where no route takes any or no valid token came, otherwise as much as the resource allows."""
    limit = make_container(store).service().content_limit

    def most(method: str, path: str, **headers: str) -> int:
        return int(limit(EnvironBuilder(path, method=method, headers=[*headers.items()]).get_environ()))

    signed = authorization(145, "comments:write")
    comments = "/v1/de-DE/collages/1/comments"
    assert most("POST", comments, **signed) > 0
    for method, path, headers in (
        ("POST", comments, {}),
        ("POST", comments, {"Authorization": "Bearer x.y.z"}),
        ("POST", "/nowhere", signed),
        ("GET", comments, signed),
        ("DELETE", "/v1/de-DE/comments/1", signed),
    ):
        assert most(method, path, **headers) == 0, (method, path)


def test_where_nobody_can_tell_yet_content_waits_for_the_next_try(
    make_container: Callable[..., Container], own_store: str
) -> None:
    """It was not received, so it is not taken for none when the keys come."""
    keys_are_there = False

    def read_token(token: str) -> Principal:
        if not keys_are_there:
            raise KeysUnavailable
        return Principal(user_id=145, scopes=frozenset({"comments:write"}))

    container = make_container(own_store, access=Access(read_token, None))
    environ = EnvironBuilder(
        "/v1/de-DE/collages/1/comments", method="POST", json={}, headers=[("Authorization", "Bearer x.y.z")]
    ).get_environ()
    assert container.service().content_limit(environ) == 0
    keys_are_there = True
    _, status, headers = run_wsgi_app(container.app(), environ)
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "2")
    del environ[WITHHELD]
    environ["wsgi.input"].seek(0)
    assert run_wsgi_app(container.app(), environ)[1] == "422 Unprocessable Content"
