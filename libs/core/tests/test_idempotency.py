"""A write that is sent again with its Idempotency-Key: the first answer, whatever has happened since."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from ogrom.core import Sources
from ogrom.protocols.context import Context
from ogrom.protocols.errors import KeyReused, Unconfirmed, WriteUnderway
from ogrom.protocols.outcomes import Outcome

KEY = {"Idempotency-Key": '"8e03978e"'}
PLACED = {"product_id": 5, "x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}
DRAFT = {"author_id": 1, "title": "Am See", "placements": [PLACED]}
COMMENT = {"author_id": 1, "text": "Schön"}
NOT_COMPARED = {"X-Request-Id", "Date"}

# Method, path, content; each changes something, and changes it once.
WRITES: Final[dict[str, tuple[str, str, Any]]] = {
    "make a collage": ("POST", "/de/collages", DRAFT),
    "replace a collage": ("PUT", "/de/collages/11", DRAFT),
    "change a collage": ("PATCH", "/de/collages/11", {"title": "Am Meer"}),
    "delete a collage": ("DELETE", "/de/collages/11", None),
    "comment": ("POST", "/de/collages/11/comments", COMMENT),
    "delete a comment": ("DELETE", "/de/comments/21", None),
    "like": ("PUT", "/de/collages/12/likes/1", None),
    "unlike": ("DELETE", "/de/collages/11/likes/2", None),
}

each_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


def send(client: FlaskClient, write: tuple[str, str, Any], **headers: str) -> Any:
    """Send the write with the key, and for a collage with the ETag that it had at first."""
    method, path, content = write
    fields = KEY | {"If-Match": '"1"'} if path == "/de/collages/11" else KEY
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    sent = {} if content is None else {"json": content, "content_type": kind}
    return client.open(path, method=method, headers=fields | headers, **sent)


def shown(response: Any) -> tuple[Any, ...]:
    fields = {name: text for name, text in response.headers if name not in NOT_COMPARED}
    return response.status_code, fields, response.data


@each_write
def test_a_repeat_gets_the_first_answer(client: FlaskClient, write: tuple[str, str, Any]) -> None:
    """Status, header fields and content, though the ETag is stale and the thing may be gone."""
    first = send(client, write)
    assert first.status_code in (200, 201, 204)
    again = send(client, write)
    assert shown(again) == shown(first)
    listed = [client.get(f"/de/{each}?limit=100").get_json()["items"] for each in ("collages", "comments")]
    assert shown(send(client, write)) == shown(first)
    assert listed == [
        client.get(f"/de/{each}?limit=100").get_json()["items"] for each in ("collages", "comments")
    ]


@each_write
def test_the_key_makes_the_difference(client: FlaskClient, write: tuple[str, str, Any]) -> None:
    """Without one, a second write is refused, changes nothing, or makes another thing."""
    first = send(client, write, **{"Idempotency-Key": ""})
    assert shown(send(client, write, **{"Idempotency-Key": ""})) != shown(first)


def test_a_repeat_shows_what_was_written_then(client: FlaskClient) -> None:
    """Also after others have changed it."""
    first = send(client, WRITES["replace a collage"])
    etag = first.headers["ETag"]
    changed = client.put("/de/collages/11", json={**DRAFT, "title": "Neu"}, headers={"If-Match": etag})
    assert changed.status_code == 200
    again = send(client, WRITES["replace a collage"])
    assert (again.get_json()["title"], again.headers["ETag"]) == ("Am See", etag)
    assert client.get("/de/collages/11").get_json()["title"] == "Neu"


@each_write
def test_another_request_with_the_key_is_refused(client: FlaskClient, write: tuple[str, str, Any]) -> None:
    """With a type of its own."""
    assert client.post("/de/collages/13/comments", json=COMMENT, headers=KEY).status_code == 201
    refused = send(client, write)
    assert (refused.status_code, refused.get_json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_what_was_refused_is_not_a_first_answer(client: FlaskClient) -> None:
    """The same key is good for the request once it is right."""
    assert client.post("/de/collages/999/comments", json=COMMENT, headers=KEY).status_code == 404
    assert send(client, WRITES["replace a collage"], **{"If-Match": '"9"'}).status_code == 412
    assert send(client, WRITES["comment"]).status_code == 201


def test_users_have_keys_of_their_own(client_of: Callable[..., FlaskClient]) -> None:
    """Two may take the same one, and so may one user in two markets."""
    made = [
        client_of(user_id).post(
            f"/{market}/collages/{collage}/comments", json={"author_id": user_id, "text": "Hm"}, headers=KEY
        )
        for user_id, market, collage in ((1, "de", 11), (2, "de", 11), (1, "gb", 15))
    ]
    assert [each.status_code for each in made] == [201] * 3
    assert len({each.get_json()["id"] for each in made}) == 3


def test_a_repeat_needs_the_rights_of_the_first(client_of: Callable[..., FlaskClient]) -> None:
    """The key is looked up after the client is known and allowed."""
    assert send(client_of(1), WRITES["comment"]).status_code == 201
    assert send(client_of(1, "likes:write"), WRITES["comment"]).status_code == 403


def test_writes_of_a_batch_have_keys_of_their_own(client: FlaskClient) -> None:
    """Sent again, each is answered as it was; what has none is made again."""

    def write(id: str, key: str | None) -> dict[str, Any]:
        headers = {} if key is None else {"Idempotency-Key": f'"{key}"'}
        asked = {"id": id, "method": "POST", "path": "/collages/11/comments", "content": COMMENT}
        return {**asked, "headers": headers}

    requests = [write("first", "a"), write("second", "b"), write("third", None), write("fourth", "a")]
    made = [client.post("/de/batch", json={"requests": requests}).get_json()["responses"] for _ in range(2)]
    ids = [[each[name]["content"]["id"] for name in ("first", "second", "third", "fourth")] for each in made]
    assert len({*ids[0], *ids[1]}) == 4
    assert [each[:2] + each[3:] for each in ids] == [[ids[0][0], ids[0][1], ids[0][0]]] * 2


class Meanwhile:
    """Outcomes of which the first request's is stored only after the first lookup."""

    def __init__(self, outcomes: Any, act: Callable[[], object]) -> None:
        self._outcomes = outcomes
        self._act: Callable[[], object] | None = act

    def outcome(self, ctx: Context) -> Outcome | None:
        found: Outcome | None = self._outcomes.outcome(ctx)
        act, self._act = self._act, None
        if act is not None:
            act()
        return found


@each_write
def test_a_repeat_that_meets_the_first_one_gets_its_answer(
    serve: Callable[..., FlaskClient], sources: Sources, write: tuple[str, str, Any]
) -> None:
    """The first one ends between the lookup of the second and its look at the state."""
    firsts = []
    first_client = serve(sources)
    meeting = Sources(
        **{name: getattr(sources, name) for name in sources.__dataclass_fields__ if name != "outcomes"},
        outcomes=Meanwhile(sources.outcomes, lambda: firsts.append(send(first_client, write))),
    )
    second = send(serve(meeting), write)
    assert shown(second) == shown(firsts[0])


@pytest.mark.parametrize(
    ("error", "status", "type_"),
    [
        (WriteUnderway("x", "y"), 409, "/problems/write-under-way"),
        (KeyReused("x", "y"), 422, "/problems/idempotency-key-reused"),
        (Unconfirmed("x", "y"), 504, "/problems/write-unconfirmed"),
    ],
)
def test_a_write_that_meets_another_says_what_to_do(
    serve: Callable[..., FlaskClient], sources: Sources, error: Exception, status: int, type_: str
) -> None:
    """Those that may be repeated have a Retry-After."""

    class Broken:
        def add_comment(self, *_: object) -> object:
            raise error

    broken = Sources(
        **{name: getattr(sources, name) for name in sources.__dataclass_fields__ if name != "comments"},
        comments=Broken(),  # type: ignore[arg-type]
    )
    refused = send(serve(broken), WRITES["comment"])
    assert (refused.status_code, refused.get_json()["type"]) == (status, type_)
    assert refused.headers.get("Retry-After") == (None if status == 422 else "5")


def test_what_nobody_knows_is_safe_to_repeat_with_a_key_only(failing: Callable[..., FlaskClient]) -> None:
    """Without one, the client is to look first."""
    client = failing(Unconfirmed("x", "y"))
    without = client.delete("/de/comments/21")
    assert "Retry-After" not in without.headers
    assert "Read the resource" in without.get_json()["detail"]
    with_key = client.delete("/de/comments/21", headers=KEY)
    assert "With the same Idempotency-Key it is stored once" in with_key.get_json()["detail"]


def test_what_came_of_a_write_can_be_read(client_of: Callable[..., FlaskClient]) -> None:
    """By the user who has sent it, and nobody else."""
    client = client_of(1)
    assert client.get("/de/writes?key=8e03978e").status_code == 404
    made = send(client, WRITES["comment"]).get_json()
    found = client.get("/de/writes?key=8e03978e")
    assert found.headers["Cache-Control"] == "no-store"
    said = found.get_json()
    assert len(said["fingerprint"]) == 64
    assert said["comment"] == {
        **{name: value for name, value in made.items() if name != "links"},
        "locale": "de-DE",
    }
    assert (said["collage"], said["changed"]) == (None, True)
    assert client_of(2).get("/de/writes?key=8e03978e").status_code == 404
    assert client.get("/gb/writes?key=8e03978e").status_code == 404


def test_a_stranger_has_no_writes(serve: Callable[..., FlaskClient], sources: Sources) -> None:
    """The one read that needs a token, and says so."""
    refused = serve(sources, caller=None).get("/de/writes?key=a")
    assert (refused.status_code, refused.get_json()["type"]) == (401, "/problems/missing-token")
    assert refused.get_json()["detail"] == "Send a token, in `Authorization: Bearer`."
    expired = serve(sources, caller=None, credentials_fault="The token has expired").get("/de/writes?key=a")
    assert (expired.status_code, expired.get_json()["detail"]) == (401, "The token has expired.")
