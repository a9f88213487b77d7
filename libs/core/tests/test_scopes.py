"""Who may write: 401 for nobody, 403 for somebody else, and reads for everybody."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources, assemble
from ogrom.core.resource import Exchange, Resource
from ogrom.core.scopes import write_scopes
from ogrom.http import DefinitionError, Mount
from ogrom.http.testing import call
from ogrom.protocols.context import Context, Principal

ClientOf = Callable[..., FlaskClient]

PLACEMENT = {"product_id": 1, "x": 0, "y": 0, "width": 1, "height": 1}
DRAFT = {"author_id": 1, "title": "Neu", "placements": [PLACEMENT]}
ALL = frozenset({"collages:write", "comments:write", "likes:write"})
REMARK = {"author_id": 1, "text": "Schön"}

# What user 1 may do in the demo, and anybody else may not; by the scope that it needs.
WRITES: list[tuple[str, str, str, Any]] = [
    ("collages:write", "POST", "/de/collages", DRAFT),
    ("collages:write", "PUT", "/de/collages/11", DRAFT),
    ("collages:write", "PATCH", "/de/collages/11", {"title": "Neu"}),
    ("collages:write", "DELETE", "/de/collages/11", None),
    ("comments:write", "POST", "/de/collages/12/comments", REMARK),
    ("comments:write", "DELETE", "/de/comments/24", None),
    ("likes:write", "PUT", "/de/collages/12/likes/1", None),
    ("likes:write", "DELETE", "/de/collages/12/likes/1", None),
]
each_write = pytest.mark.parametrize(("scope", "method", "url", "json"), WRITES)


def send(client: FlaskClient, method: str, url: str, json: Any, **fields: str) -> Any:
    return client.open(url, method=method, json=json, headers={"If-Match": "*", **fields})


def state(client: FlaskClient) -> list[str]:
    return [client.get(url).text for url in ("/de/collages", "/de/comments", "/de/collages/12/likes")]


@each_write
def test_the_scope_and_the_author_are_enough(
    client_of: ClientOf, scope: str, method: str, url: str, json: Any
) -> None:
    """Whoever writes as themselves and to what is theirs needs no other scope."""
    assert send(client_of(1, scope), method, url, json).status_code // 100 == 2


@each_write
def test_nobody_writes(
    serve: Callable[..., FlaskClient], sources: Sources, scope: str, method: str, url: str, json: Any
) -> None:
    """A 401 says what to send; without credentials there is no error in the challenge (RFC 6750, 3.1)."""
    client = serve(sources, None)
    before = state(client)
    refused = send(client, method, url, json)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == f'Bearer realm="ogrom", scope="{scope}"'
    assert scope in refused.get_json()["detail"]
    assert state(client) == before


@each_write
def test_another_scope_is_not_enough(
    client_of: ClientOf, scope: str, method: str, url: str, json: Any
) -> None:
    """A 403 names the missing one, for people, in the document and in the challenge (RFC 6750, 3.1)."""
    others = {*ALL, "moderate"} - {scope}
    client = client_of(1, *others)
    before = state(client)
    refused = send(client, method, url, json)
    assert refused.status_code == 403
    challenge = f'Bearer realm="ogrom", error="insufficient_scope", scope="{scope}"'
    assert refused.headers["WWW-Authenticate"] == challenge
    assert refused.get_json()["missing_scopes"] == [scope]
    assert scope in refused.get_json()["detail"]
    assert state(client) == before


@each_write
def test_nobody_writes_for_others(client_of: ClientOf, scope: str, method: str, url: str, json: Any) -> None:
    """Neither under another user's name nor to what belongs to one: a 403 says whose it is, and nothing changes."""
    client = client_of(2, scope)
    before = state(client)
    refused = send(client, method, url, json)
    assert refused.status_code == 403
    assert "WWW-Authenticate" not in refused.headers
    assert "moderate" in refused.get_json()["detail"]
    assert state(client) == before


@each_write
def test_a_moderator_writes_for_others(
    client_of: ClientOf, scope: str, method: str, url: str, json: Any
) -> None:
    """With the scope of the kind and one more."""
    assert send(client_of(2, scope, "moderate"), method, url, json).status_code // 100 == 2


@pytest.mark.parametrize(
    ("method", "url", "json"), [each[1:] for each in WRITES if each[3] in (DRAFT, REMARK)]
)
def test_a_forged_author_has_a_pointer(client_of: ClientOf, method: str, url: str, json: Any) -> None:
    """The place in the content is named, as with any other fault of it."""
    document = send(client_of(2), method, url, json).get_json()
    assert document["errors"] == [
        {"pointer": "#/author_id", "detail": "author_id must be 2, the user of your token"}
    ]


def test_a_collage_cannot_be_given_away(client_of: ClientOf) -> None:
    """Its author cannot replace it by one of another author."""
    refused = send(client_of(1), "PUT", "/de/collages/11", {**DRAFT, "author_id": 2})
    assert refused.status_code == 403
    assert refused.get_json()["errors"][0]["pointer"] == "#/author_id"


@pytest.mark.parametrize(
    "fields", [{}, {"If-Match": '"0"'}, {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}]
)
def test_who_may_not_is_told_so_before_any_precondition(client_of: ClientOf, fields: dict[str, str]) -> None:
    """A 403 and neither 412 nor 428: to send another If-Match would not help (RFC 9110, 13.2.1)."""
    for method, json in (("PATCH", {"title": "Neu"}), ("DELETE", None)):
        refused = client_of(2).open("/de/collages/11", method=method, json=json, headers=fields)
        assert refused.status_code == 403


@pytest.mark.parametrize(
    ("endpoint", "method", "arguments", "content", "node"),
    [
        ("collages", "POST", {}, DRAFT, "body_allowed-"),
        ("collage", "PUT", {"collage_id": 11}, DRAFT, "body_allowed-"),
        ("collage_comments", "POST", {"collage_id": 12}, REMARK, "body_allowed-"),
        ("collage", "PATCH", {"collage_id": 11}, {"title": "Neu"}, "entity_allowed-"),
        ("collage", "DELETE", {"collage_id": 11}, None, "entity_allowed-"),
        ("comment", "DELETE", {"comment_id": 21}, None, "entity_allowed-"),
    ],
)
def test_each_403_is_decided_by_a_node(
    sources: Sources, endpoint: str, method: str, arguments: dict[str, int], content: Any, node: str
) -> None:
    """A forged author and another's thing, each by its own, so that logs and traces name it."""
    mount = Mount("/de", assemble(sources))
    found = next(each for each in mount.endpoints if each.name == endpoint)
    user_id = 3 if endpoint == "comment" else 2
    called = call(
        found.resource,
        method,
        headers={"Content-Type": "application/merge-patch+json" if method == "PATCH" else "application/json"},
        content=b"" if content is None else msgspec.json.encode(content),
        arguments=arguments,
        context=Context(locale="de-DE", principal=Principal(user_id=user_id, scopes=ALL)),
        links=mount.links[endpoint],
    )
    assert (called.response.status, called.response.handler) == (403, "handle_forbidden")
    called.path.assert_walked(node, "handle_forbidden")


def test_401_goes_before_403_before_404(
    serve: Callable[..., FlaskClient], sources: Sources, client_of: ClientOf
) -> None:
    """Nobody learns more by a write than they are allowed to do; what is not there is nobody's."""
    url = "/de/comments/999"
    assert serve(sources, None).delete(url).status_code == 401
    assert client_of(1, "likes:write").delete(url).status_code == 403
    assert client_of(1).delete(url).status_code == 404
    assert serve(sources, None).delete("/de/products/1").status_code == 405


@pytest.mark.parametrize("caller", [None, Principal(user_id=1), Principal(user_id=2, scopes=ALL)])
def test_a_refusal_asks_no_source_for_its_sake(
    serve: Callable[..., FlaskClient], noted: Sources, calls: list[str], caller: Principal | None
) -> None:
    """Only whose a stored thing is has to be read, which is read anyway."""
    client = serve(noted, caller)
    for scope, method, url, json in WRITES:
        calls.clear()
        assert send(client, method, url, json).status_code in (401, 403)
        is_stored = caller is not None and scope in caller.scopes and method in ("PATCH", "DELETE")
        read = ["collage_by_id"] if url == "/de/collages/11" else ["comment_by_id"]
        expected = read if is_stored and "likes" not in url else []
        assert calls == expected, (method, url)


@each_write
def test_anybody_may_ask_what_there_is_to_do(
    serve: Callable[..., FlaskClient], sources: Sources, scope: str, method: str, url: str, json: Any
) -> None:
    """As browsers do before they send what a page wants to write."""
    for caller in (None, Principal(user_id=2)):
        answer = serve(sources, caller).options(url)
        assert (answer.status_code, method in answer.headers["Allow"]) == (200, True)


@pytest.mark.parametrize("url", ["/de/", "/de/products/1", "/de/comments", "/de/search?q=a"])
def test_reads_are_open_but_not_to_wrong_credentials(
    serve: Callable[..., FlaskClient], sources: Sources, url: str
) -> None:
    """Whoever sends a token that is none learns of it at once (RFC 6750, 3.1), whatever they ask for."""
    assert serve(sources, None).get(url).status_code == 200
    client = serve(sources, None, "The token expired")
    for method in ("GET", "HEAD", "OPTIONS"):
        refused = client.open(url, method=method, headers={"Authorization": "Bearer x.y.z"})
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == (
            'Bearer realm="ogrom", error="invalid_token", error_description="The token expired"'
        )
        assert refused.headers["Cache-Control"] == "no-store"
    said = client.get(url).get_json()["detail"]
    assert said == "The token expired. Reads need no token, so leave it out."


def test_no_error_is_told_to_who_sent_no_credentials(
    serve: Callable[..., FlaskClient], sources: Sources
) -> None:
    """As where the service knows no key and so takes no writes."""
    refused = serve(sources, None, "There is no key").delete("/de/comments/21")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="ogrom", scope="comments:write"'
    assert refused.get_json()["detail"] == "There is no key."


def test_a_write_without_a_scope_is_a_mistake_of_the_class() -> None:
    """The mistake is reported when the class is defined, not by a request."""
    with pytest.raises(
        DefinitionError, match=r"Open answers DELETE and names no scope for it; write `scopes"
    ):

        class Open(Resource[None]):
            def delete(self, x: Exchange[None]) -> None:
                pass

    class Closed(Resource[None]):
        scopes = write_scopes("nothing:write")

        def delete(self, x: Exchange[None]) -> None:
            pass

    assert call(Closed(), "DELETE", context=Context(locale="de-DE")).response.status == 401
