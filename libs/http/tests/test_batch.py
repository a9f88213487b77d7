"""Batches: what each request in one is answered with, and that a hostile one gets no further than others do."""

from __future__ import annotations

import json
import re
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar

import msgspec
import pytest
from flask.testing import FlaskClient

from ogrom.http import (
    Challenge,
    Deprecation,
    Endpoint,
    Exchange,
    Mount,
    PathParameter,
    QueryParameters,
    Resource,
    always,
    only_for,
)
from ogrom.http.batch import MAX_BYTES, MAX_REQUESTS, BatchResource, resource as module
from ogrom.http.flask import PART_OF, Application, Used, WsgiRequest, blueprint, explain_errors

BATCH = "/v1/shop/batch"


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """What is stored."""

    text: str
    author: int = 1
    tags: list[str] = []


class NoteQuery(msgspec.Struct, frozen=True):
    """Notes by their ids."""

    ids: tuple[int, ...] | None = None
    size: int = 0


@dataclass(frozen=True)
class Context:
    """What a request knows."""

    deadline: float | None = None


@dataclass
class Shelf:
    """Keeps notes, and what was asked of it."""

    notes: dict[int, Note] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    environs: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Notes(Resource[object]):
    """All notes."""

    shelf: Shelf
    query = QueryParameters(NoteQuery)
    created_etag = always(None)

    def exists(self, x: Exchange[object]) -> bool:
        self.shelf.asked.append(f"{x.method} {x.request.target}")
        assert isinstance(x.request, WsgiRequest)
        self.shelf.environs.append(x.request.environ)
        return True

    def etag(self, x: Exchange[object]) -> int:
        return len(self.shelf.notes)

    def handle_ok(self, x: Exchange[object]) -> dict[str, object]:
        asked = self.query(x)
        ids = self.shelf.notes if asked.ids is None else asked.ids
        found = [
            {
                "id": id,
                **msgspec.to_builtins(self.shelf.notes[id]),
                "links": {"self": x.link("note", id=id), "~/}": x.link("note", id=id)},
                "nothing": None,
            }
            for id in ids
            if id in self.shelf.notes
        ]
        return {"items": found, "size": "x" * asked.size, "elsewhere": "https://example.com/v1/shop/notes/1"}

    links_to = ("note",)

    @only_for("POST")
    def authorized(self, x: Exchange[object]) -> bool | Challenge:
        return x.request.header("authorization") == "Bearer good" or Challenge()

    def post(self, x: Exchange[object, Note]) -> int:
        id = len(self.shelf.notes) + 1
        self.shelf.notes[id] = x.body
        return id

    def location(self, x: Exchange[object]) -> str | None:
        return x.link("note", id=x.result) if x.result else None

    def handle_created(self, x: Exchange[object]) -> dict[str, object]:
        return {"id": x.result, **msgspec.to_builtins(self.shelf.notes[x.result]), "text_again": x.body.text}


@dataclass(frozen=True)
class OneNote(Resource[Note]):
    """A note."""

    shelf: Shelf
    id = PathParameter()
    deprecated: ClassVar[Any] = {"DELETE": Deprecation(since="2026-12-01")}

    def exists(self, x: Exchange[Note]) -> Note | None:
        self.shelf.asked.append(f"{x.method} {x.request.target}")
        return self.shelf.notes.get(self.id(x))

    def etag(self, x: Exchange[Note]) -> str:
        return x.entity.text[:5]

    def handle_ok(self, x: Exchange[Note]) -> Note:
        return x.entity

    def put(self, x: Exchange[Note, Note]) -> Note:
        self.shelf.notes[self.id(x)] = x.body
        return x.body

    def delete(self, x: Exchange[Note]) -> None:
        del self.shelf.notes[self.id(x)]


@dataclass(frozen=True)
class Broken(Resource[None]):
    """Fails."""

    def handle_ok(self, x: Exchange[None]) -> object:
        raise RuntimeError


class Shop:
    """An application with all of that."""

    def __init__(self) -> None:
        self.shelf = Shelf({1: Note("one"), 2: Note("two", 2, ["a", "/{\n}"]), 3: Note("three", 2)})
        self.uses: list[Used] = []
        self.deadline: float | None = None
        self.resource = BatchResource()
        mount = Mount(
            "/v1/shop",
            (
                Endpoint("notes", "/notes", Notes(self.shelf)),
                Endpoint("note", "/notes/{id}", OneNote(self.shelf)),
                Endpoint("broken", "/broken", Broken()),
                Endpoint("batch", "/batch", self.resource),
            ),
        )
        self.app = Application("shop", static_folder=None)
        self.app.register_blueprint(
            blueprint("shop", mount, context=lambda _: Context(self.deadline), on_use=self.uses.append)
        )
        explain_errors(self.app)
        self.client: FlaskClient = self.app.test_client()

    def send(self, *requests: dict[str, Any], **said: Any) -> Any:
        return self.client.post(BATCH, json={"requests": requests}, **said)

    def answers(self, *requests: dict[str, Any], **said: Any) -> Any:
        answer = self.send(*requests, **said)
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()["responses"]


@pytest.fixture
def shop() -> Shop:
    """A shop with three notes."""
    return Shop()


GOOD = {"headers": {"Authorization": "Bearer good"}}


def get(id: str, path: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "path": path, **more}


# What is answered.


def test_each_request_has_the_answer_that_it_would_have_alone(shop: Shop) -> None:
    """Its status, header fields and content; only the ids of requests differ."""
    paths = ("/notes", "/notes/2", "/notes/9", "/notes?size=-", "/nothing", "/broken", "/notes?ids=3,1")
    answer = shop.send(*(get(f"r{number}", path) for number, path in enumerate(paths)))
    found = answer.get_json()["responses"]
    assert [*found] == [f"r{number}" for number in range(len(paths))]
    for number, path in enumerate(paths):
        alone = shop.client.get(f"/v1/shop{path}", headers={"Accept": "application/json"})
        fields = {name: text for name, text in alone.headers.items() if name != "Content-Length"}
        said = found[f"r{number}"]
        expected = alone.get_json()
        if alone.status_code >= 400:
            assert said["content"].pop("request_id", None) == said["headers"]["X-Request-Id"]
            expected.pop("request_id", None)
        assert (said["status"], said["content"]) == (alone.status_code, expected)
        assert said["headers"].pop("X-Request-Id") == f"{answer.headers['X-Request-Id']}.r{number}"
        del fields["X-Request-Id"]
        assert said["headers"] == fields


def test_later_requests_use_values_of_earlier_answers(shop: Shop) -> None:
    """One value, a list of them, each once, and a link as it is."""
    found = shop.answers(
        get("all", "/notes"),
        get("one", "/notes/{all#/items/1/id}"),
        get("authors", "/notes?ids={all#/items/*/author}"),
        get("link", "{all#/items/2/links/self}"),
        get("odd", "{all#/items/0/links/~0~1%7D}?"),
        get("none", "/notes?ids={all#/items/*/nothing}"),
    )
    assert [each["status"] for each in found.values()] == [200] * 6
    assert found["one"]["content"]["text"] == "two"
    assert shop.shelf.asked[2] == "GET /v1/shop/notes?ids=1,2"
    assert [each["id"] for each in found["authors"]["content"]["items"]] == [1, 2]
    assert found["link"]["content"]["text"] == "three"
    assert found["odd"]["content"]["text"] == "one"
    assert found["none"]["content"]["items"] == []


def test_values_are_percent_encoded(shop: Shop) -> None:
    """So none of them can become more than a value."""
    shop.shelf.notes[1] = Note("ä&size=9/?#,{}")
    found = shop.answers(get("one", "/notes/1"), get("all", "/notes?x={one#/text}"))
    assert found["all"]["content"]["instance"] == "/v1/shop/notes?x=%C3%A4%26size%3D9%2F%3F%23%2C%7B%7D"
    assert [each["parameter"] for each in found["all"]["content"]["errors"]] == ["x"]


def test_a_value_with_a_slash_is_no_part_of_a_path(shop: Shop) -> None:
    """Otherwise whoever wrote it would choose what is read or written; in a query it is a value as any other."""
    shop.shelf.notes = {1: Note("2"), 2: Note("x/../1"), 3: Note("/")}
    found = shop.answers(
        get("one", "/notes/1"),
        get("two", "/notes/{one#/text}"),
        get("three", "/notes/{two#/text}", method="DELETE"),
        get("all", "/notes?x={two#/text}"),
    )
    assert [each["status"] for each in found.values()] == [200, 200, 422, 400]
    detail = found["three"]["content"]["errors"][0]["detail"]
    assert detail == "two#/text has a slash, and would lead elsewhere"
    assert len(shop.shelf.notes) == 3


def test_content_gets_values_at_its_places(shop: Shop) -> None:
    """A string or a number as it is, and a list of them."""
    found = shop.answers(
        get("two", "/notes/2"),
        get(
            "new",
            "/notes",
            method="POST",
            content={"text": "", "author": 0, "tags": ["x"]},
            values={"#/text": "two#/text", "#/author": "two#/author", "#/tags": "two#/tags/*"},
        ),
        get(
            "again",
            "/notes",
            method="POST",
            content={"text": "", "tags": ["x"]},
            values={"#/tags/0": "new#/text", "#/text": "new#/text_again"},
        ),
        get("whole", "/notes", method="POST", content=None, values={"#": "two#/text"}),
        **GOOD,
    )
    assert [each["status"] for each in found.values()] == [200, 201, 201, 422]
    assert shop.shelf.notes[4] == Note("two", 2, shop.shelf.notes[2].tags)
    assert shop.shelf.notes[5] == Note("two", 1, ["two"])
    assert found["again"]["headers"]["Location"] == "/v1/shop/notes/5"


def test_a_value_may_take_the_place_of_what_was_around_another(shop: Shop) -> None:
    """Then the other one has none, and only this request is refused."""
    found = shop.answers(
        get("one", "/notes/1"),
        get(
            "w",
            "/notes",
            method="POST",
            content={"text": {"x": 1}},
            values={"#/text": "one#/text", "#/text/x": "one#/text"},
        ),
        get("two", "/notes/2"),
        **GOOD,
    )
    assert [each["status"] for each in found.values()] == [200, 422, 200]
    assert (
        found["w"]["content"]["errors"][0]["detail"]
        == "there is no such place in the content; put null there"
    )


def test_writes_run_in_their_order_and_reads_see_those_before_them(shop: Shop) -> None:
    """Each read between two writes sees the first one, and not the second."""
    found = shop.answers(
        get("a", "/notes/1"),
        get("b", "/notes/1", method="PUT", content={"text": "uno"}),
        get("c", "/notes/1"),
        get("d", "/notes/1", method="PUT", content={"text": "eins"}),
        get("e", "/notes/1"),
        get("f", "/notes/1", method="DELETE"),
        get("g", "/notes/1"),
    )
    assert [each["status"] for each in found.values()] == [200, 204, 200, 204, 200, 204, 404]
    assert [found[id]["content"]["text"] for id in "ace"] == ["one", "uno", "eins"]
    assert "content" not in found["b"]


def test_a_read_behind_a_write_wants_no_copy(shop: Shop) -> None:
    """What a cache or a replica has may be older; before, a copy will do."""
    shop.answers(
        get("before", "/notes"),
        get("write", "/notes", method="POST", content={"text": "x"}),
        get("behind", "/notes"),
        get("own", "/notes", headers={"Cache-Control": "max-age=60"}),
        **GOOD,
    )
    said = [each.get("HTTP_CACHE_CONTROL") for each in shop.shelf.environs]
    assert said == [None, None, "no-cache", "max-age=60"]


def test_identical_reads_run_once(shop: Shop) -> None:
    """Each has the answer; a write between them, or another header field, makes them two."""
    found = shop.answers(
        get("a", "/notes/1"),
        get("b", "/v1/shop/notes/1"),
        get("c", "/notes/{a#/author}"),
        get("d", "/notes/1", headers={"If-None-Match": "*"}),
        get("w", "/notes/2", method="DELETE"),
        get("e", "/notes/1"),
    )
    assert shop.shelf.asked == ["GET /v1/shop/notes/1"] * 2 + [
        "DELETE /v1/shop/notes/2",
        "GET /v1/shop/notes/1",
    ]
    assert found["a"] == found["b"] == found["c"]
    assert (found["d"]["status"], found["e"]["status"]) == (304, 200)
    assert "content" not in found["d"]


def test_identical_writes_run_twice(shop: Shop) -> None:
    same = {"path": "/notes", "method": "POST", "content": {"text": "x"}}
    found = shop.answers({"id": "a", **same}, {"id": "b", **same}, **GOOD)
    assert [each["content"]["id"] for each in found.values()] == [4, 5]


def test_a_request_has_preconditions_of_its_own(shop: Shop) -> None:
    """Those of the batch are not theirs."""
    tag = shop.client.get("/v1/shop/notes/1").headers["ETag"]
    found = shop.answers(
        get("stale", "/notes/1", method="PUT", content={"text": "x"}, headers={"If-Match": '"y"'}),
        get("current", "/notes/1", headers={"If-None-Match": tag}),
        get("head", "/notes/1", method="HEAD"),
        headers={"If-Match": "*", "If-None-Match": '"z"'},
    )
    assert [each["status"] for each in found.values()] == [412, 304, 200]
    assert "content" not in found["head"]


def test_what_depends_on_a_failed_request_is_not_sent(shop: Shop) -> None:
    """A 424 that points at the reference; what depends on that is one, too."""
    found = shop.answers(
        get("missing", "/notes/9"),
        get("a", "/notes?ids={missing#/author}"),
        get("w", "/notes", method="POST", content={"text": ""}, values={"#/text": "a#/x"}),
        get("other", "/notes/1"),
        **GOOD,
    )
    assert [each["status"] for each in found.values()] == [404, 424, 424, 200]
    said = found["w"]["content"]
    assert said["type"] == "/problems/failed-dependency"
    assert said["errors"] == [{"pointer": "#/requests/2/values/%23~1text", "detail": "a failed"}]
    assert len(shop.shelf.notes) == 3


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/notes/{a#/itemz}", "a#/itemz leads nowhere: there is no 'itemz'"),
        ("/notes/{a#/items/3}", "a#/items/3 leads nowhere: there is no '3'"),
        ("/notes/{a#/items/-}", "a#/items/- leads nowhere: there is no '-'"),
        ("/notes/{a#/items/0/id/x}", "a#/items/0/id/x leads nowhere: there is no 'x'"),
        ("/notes/{a#/items/0}", "a#/items/0 leads to what is neither a string nor a number"),
        ("/notes/{a#/items/*}", "a#/items/* leads to what is neither a string nor a number"),
        ("/notes/{a#/items/1/tags}", "a#/items/1/tags leads to what is neither a string nor a number"),
        ("/notes/{a#/items/0/nothing}", "a#/items/0/nothing leads to what is neither a string nor a number"),
        ("/notes?ids={a#/items/*/author_id}", "a#/items/*/author_id leads nowhere: there is no 'author_id'"),
        ("/notes/{a#}", "a# leads to what is neither a string nor a number"),
        ("{a#/elsewhere}", "what is found for the link is no path"),
        ("{a#/items/0/text}", "what is found for the link is no path"),
        ("{a#/items/1/tags/1}", "what is found for the link is no path"),
        ("/notes/{b#/x}", "the answer of 'b' has no content"),
    ],
)
def test_a_reference_that_finds_nothing_to_use_is_told(shop: Shop, path: str, told: str) -> None:
    """With its place in the batch; the request is not sent."""
    found = shop.answers(get("a", "/notes"), get("b", "/notes/1", method="HEAD"), get("c", path))["c"]
    assert (found["status"], found["content"]["type"]) == (422, "/problems/unusable-reference")
    assert found["content"]["errors"] == [{"pointer": "#/requests/2/path", "detail": told}]


def test_a_member_that_some_elements_lack_is_left_out(shop: Shop) -> None:
    shop.answers(get("a", "/notes"), get("b", "/notes?ids={a#/items/*/tags/0}"))
    assert shop.shelf.asked == ["GET /v1/shop/notes"]  # since `a` is no id
    shop.shelf.notes.clear()
    shop.answers(get("a", "/notes"), get("b", "/notes?ids={a#/items/*/id}"))
    assert shop.shelf.asked[-1] == "GET /v1/shop/notes?ids="


# What is refused as a whole.


@pytest.mark.parametrize(
    ("requests", "pointer", "told"),
    [
        ([], "#/requests", "requests must have 1 to 64 items"),
        ([get("a", "/")] * 65, "#/requests", "requests must have 1 to 64 items"),
        ([{"path": "/"}], "#/requests/0/id", "id is required"),
        ([get("1", "/")], "#/requests/0/id", "id must match"),
        ([get("a", "/notes"), get("a", "/")], "#/requests/1/id", "'a' is the id of an earlier request"),
        ([get("a", "notes")], "#/requests/0/path", "path must begin with one slash"),
        ([get("a", "//example.com/")], "#/requests/0/path", "path must begin with one slash"),
        ([get("a", "https://example.com/")], "#/requests/0/path", "path must begin with one slash"),
        ([get("a", "/nötes")], "#/requests/0/path", "be a URL's: ASCII"),
        ([get("a", "/a b")], "#/requests/0/path", "be a URL's: ASCII"),
        ([get("a", "/a\r\nb")], "#/requests/0/path", "be a URL's: ASCII"),
        ([get("a", "/a#b")], "#/requests/0/path", "be a URL's: ASCII"),
        ([get("a", "/a}b")], "#/requests/0/path", "be a URL's: ASCII"),
        ([get("a", "/{b}")], "#/requests/0/path", "'b' is no reference"),
        ([get("a", "/{b#c}")], "#/requests/0/path", "'b#c' is no reference"),
        ([get("a", "/{b#/~2}")], "#/requests/0/path", "'b#/~2' is no reference"),
        ([get("a", "/{a#/x}")], "#/requests/0/path", "'a' is not the id of an earlier request"),
        (
            [get("a", "/{b#/x}"), get("b", "/")],
            "#/requests/0/path",
            "'b' is not the id of an earlier request",
        ),
        ([get("a", "/", method="BREW")], "#/requests/0/method", "method must be one of"),
        ([get("a", "/", content={})], "#/requests/0/content", "a GET has no content"),
        ([get("a", "/", header={})], "#/requests/0/header", "header is unknown"),
        (
            [get("a", "/", headers={"Authorization": "x"})],
            "#/requests/0/headers/Authorization",
            "Authorization is unknown",
        ),
        ([get("a", "/", headers={"Cookie": "x"})], "#/requests/0/headers/Cookie", "Cookie is unknown"),
        (
            [get("a", "/", headers={"If-Match": "x\r\nCookie: y"})],
            "#/requests/0/headers/If-Match",
            "If-Match must match",
        ),
        (
            [get("a", "/", method="PUT", values={"#/x": "b#/x"})],
            "#/requests/0/values/%23~1x",
            "there is no such place",
        ),
        (
            [get("a", "/", method="PUT", content=[1], values={"#/1": "b#/x"})],
            "#/requests/0/values/%23~11",
            "there is no such place",
        ),
        (
            [get("a", "/", method="PUT", content=[1], values={"#/-1": "b#/x"})],
            "#/requests/0/values/%23~1-1",
            "there is no such place",
        ),
        (
            [get("a", "/", method="PUT", content={"x": 1}, values={"x": "b#/x"})],
            "#/requests/0/values/x",
            "there is no such place",
        ),
        ([get("a", "/", values={"#": "b#/x"})], "#/requests/0/content", "a GET has no content"),
        ([get("a\n", "/")], "#/requests/0/id", "id must match"),
        (
            [get("a", "/", headers={"If-Match": '"x"\n'})],
            "#/requests/0/headers/If-Match",
            "If-Match must match",
        ),
    ],
)
def test_a_malformed_batch_is_refused_at_its_place(
    shop: Shop, requests: list[Any], pointer: str, told: str
) -> None:
    """Before anything is sent."""
    answer = shop.send(*requests)
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/invalid-content")
    assert any(
        each["pointer"] == pointer and told in each["detail"] for each in answer.get_json()["errors"]
    ), answer.get_json()["errors"]
    assert shop.shelf.asked == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 100_000, b'{"requests": ' + b"[" * 101 + b"]" * 101 + b"}"]
)
def test_a_batch_that_cannot_be_read_is_malformed(shop: Shop, content: bytes) -> None:
    """Deep content is not read at all."""
    answer = shop.client.post(BATCH, data=content, content_type="application/json")
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/malformed-content")


def test_a_large_batch_is_refused(shop: Shop) -> None:
    answer = shop.client.post(BATCH, data=b" " * (256 * 1024 + 1), content_type="application/json")
    assert (answer.status_code, answer.get_json()["type"]) == (413, "/problems/content-too-large")


def test_there_is_no_batch_in_a_batch(shop: Shop) -> None:
    """However it is reached; the others are answered."""
    inner = {"requests": [get("x", "/notes")]}
    found = shop.answers(
        get("a", "/batch", method="POST", content=inner),
        get("b", "/%62atch", method="POST", content=inner),
        get("c", "/notes"),
    )
    assert [each["status"] for each in found.values()] == [403, 403, 200]
    assert found["b"]["content"]["type"] == "/problems/batch-in-batch"
    assert shop.shelf.asked == ["GET /v1/shop/notes"]


@pytest.mark.parametrize("path", ["/../other", "/v1/other/x", "/%2e%2e/other/x", "/notes/../../../health"])
def test_nothing_outside_of_the_mount_is_reached(shop: Shop, path: str) -> None:
    """Not even by other spellings."""
    assert shop.answers(get("a", path))["a"]["status"] == 404


def test_too_many_batches_at_once_are_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is answered makes room for the next."""
    monkeypatch.setattr(module, "MAX_BATCHES", 1)
    inside: list[Any] = []

    def parts(environ: dict[str, Any], start_response: Any) -> Any:
        inside.append(shop.client.post(BATCH, json={"requests": [get("x", "/notes")]}))
        return type(shop.app).wsgi_app(shop.app, environ, start_response)

    shop.app.parts = parts
    assert shop.answers(get("a", "/notes"))["a"]["status"] == 200
    assert (inside[0].status_code, inside[0].headers["Retry-After"]) == (503, "5")
    shop.app.parts = None
    assert shop.answers(get("a", "/notes"))["a"]["status"] == 200


# Whose the requests are.


def test_requests_have_the_credentials_of_the_batch_and_ids_of_their_own(shop: Shop) -> None:
    """What is about the batch's own content and state is not theirs."""
    shop.answers(
        get("a", "/notes"),
        get("b", "/notes", method="POST", content={"text": "x"}),
        headers={
            "Authorization": "Bearer good",
            "Accept-Language": "de",
            "X-Request-Id": "mine",
            "User-Agent": "shop/1",
            "If-Match": "*",
        },
    )
    read, write = shop.shelf.environs
    for environ in (read, write):
        assert (environ["HTTP_AUTHORIZATION"], environ["HTTP_USER_AGENT"]) == ("Bearer good", "shop/1")
        assert environ["HTTP_ACCEPT_LANGUAGE"] == "de"
        assert environ["HTTP_ACCEPT"] == "application/json"
        assert not {"HTTP_IF_MATCH", "HTTP_X_REQUEST_ID"} & environ.keys()
        assert environ[PART_OF]["HTTP_X_REQUEST_ID"] == "mine"
    assert [WsgiRequest(each).id for each in (read, write)] == ["mine.a", "mine.b"]
    assert "CONTENT_LENGTH" not in read
    assert (write["CONTENT_LENGTH"], write["CONTENT_TYPE"]) == ("12", "application/json")


def test_a_key_of_the_batch_is_one_for_each_of_its_writes(shop: Shop) -> None:
    """So that it can be sent again as a whole; a write's own key is better, and reads need none."""
    write = {"path": "/notes", "method": "POST", "content": {"text": "x"}}
    requests = (
        get("a", "/notes"),
        {"id": "b", **write},
        {"id": "c", **write, "headers": {"Idempotency-Key": '"own"'}},
        {"id": "d", **write},
    )

    def keys(key: str) -> list[Any]:
        shop.shelf.environs.clear()
        shop.answers(*requests, headers={"Authorization": "Bearer good", "Idempotency-Key": key})
        return [each.get("HTTP_IDEMPOTENCY_KEY") for each in shop.shelf.environs]

    first = keys('"k"')
    assert (first[0], first[2]) == (None, '"own"')
    assert first[1] != first[3]
    assert re.fullmatch('"[0-9a-f]{64}"', first[1])
    assert keys('"k"') == first
    assert keys('"l"')[1] not in first
    assert shop.send(*requests, headers={"Idempotency-Key": "k"}).status_code == 400


def test_rights_are_those_of_each_request(shop: Shop) -> None:
    """The batch itself needs none."""
    found = shop.answers(get("a", "/notes", method="POST", content={"text": "x"}), get("b", "/notes"))
    assert [each["status"] for each in found.values()] == [401, 200]
    assert found["a"]["headers"]["WWW-Authenticate"] == "Bearer"


def test_uses_of_what_is_deprecated_are_told(shop: Shop) -> None:
    """Each in its own request."""
    found = shop.answers(get("a", "/notes/1", method="DELETE"), get("b", "/notes"))
    assert found["a"]["headers"]["Deprecation"] == "@1796083200"
    assert [(each.endpoint, each.request.method) for each in shop.uses] == [("note", "DELETE")]


# What is bounded.


def test_all_answers_together_are_bounded(shop: Shop) -> None:
    """A read for which no place is left is a 507, and what depends on it a 424; small ones still have their place."""
    large = [get(f"r{number}", f"/notes?size={200_000 + number}") for number in range(MAX_REQUESTS - 2)]
    answer = shop.send(*large, get("small", "/notes/1"), get("after", "/notes/{r61#/items/0/id}"))
    assert len(answer.data) <= MAX_BYTES
    found = answer.get_json()["responses"]
    statuses = [found[each["id"]]["status"] for each in large]
    assert statuses == [200] * 4 + [507] * 58
    assert found["r61"]["content"]["type"] == "/problems/answers-too-large"
    assert (found["small"]["status"], found["after"]["status"]) == (200, 424)


def test_the_same_answer_counts_each_time(shop: Shop) -> None:
    """An identical read is made once, and takes its place in the content."""
    answer = shop.send(*(get(f"r{number}", "/notes?size=300000") for number in range(MAX_REQUESTS)))
    assert len(answer.data) <= MAX_BYTES
    statuses = [each["status"] for each in answer.get_json()["responses"].values()]
    assert statuses == [200] * 3 + [507] * 61
    assert len(shop.shelf.asked) == 1


def test_a_write_keeps_its_status_where_its_answer_has_no_place(shop: Shop) -> None:
    """It has been done."""
    writes = [
        get(f"w{number}", "/notes", method="POST", content={"text": "x" * 10_000, "tags": []})
        for number in range(20)
    ]
    fill = [get(f"f{number}", f"/notes?size={240_000 + number}&ids=") for number in range(4)]
    found = shop.answers(*fill, *writes, **GOOD)
    assert [found[each["id"]]["status"] for each in writes] == [201] * 20
    assert "content" not in found["w19"]
    assert found["w19"]["headers"]["Location"] == "/v1/shop/notes/23"
    assert len(shop.shelf.notes) == 23


def test_a_list_has_a_hundred_values_at_most(shop: Shop) -> None:
    """Each counts once; one more is a refusal, and not a list cut short."""
    shop.shelf.notes = {number: Note("", number % 100) for number in range(1, 151)}
    found = shop.answers(
        get("all", "/notes"),
        get("a", "/notes?ids={all#/items/*/author}"),
        get("b", "/notes?ids={all#/items/*/id}"),
    )
    assert (found["a"]["status"], found["b"]["status"]) == (200, 422)
    assert found["b"]["content"]["errors"][0]["detail"] == "all#/items/*/id has more than 100 values"


def test_pointers_that_multiply_are_bounded(shop: Shop) -> None:
    """64 requests that refer to a large answer a hundred times each find 100,000 places at most."""
    shop.shelf.notes = {1: Note("", 1, ["a"] * 30_000), 2: Note("", 2, ["b"])}
    many = "".join("{all#/items/*/tags/*}" for _ in range(100))
    begun = time.process_time()
    found = shop.answers(
        get("all", "/notes"), *(get(f"r{number}", f"/notes?ids={many}{number}") for number in range(63))
    )
    assert time.process_time() - begun < 5.0  # without a bound it takes minutes
    assert {found[f"r{number}"]["status"] for number in range(63)} == {422}
    assert "lead to too much" in found["r62"]["content"]["errors"][0]["detail"]


def test_values_that_grow_are_bounded(shop: Shop) -> None:
    """A long text that many places get, in each of many writes."""
    shop.shelf.notes = {1: Note("x" * 60_000)}
    content = {f"m{number}": "" for number in range(100)}
    values = {f"#/m{number}": "one#/text" for number in range(100)}
    found = shop.answers(
        get("one", "/notes/1"),
        *(get(f"w{number}", "/notes", method="POST", content=content, values=values) for number in range(20)),
        **GOOD,
    )
    assert {found[f"w{number}"]["status"] for number in range(20)} == {422}
    assert "lead to too much" in found["w0"]["content"]["errors"][0]["detail"]


def test_no_request_is_sent_after_the_deadline(shop: Shop) -> None:
    """They are 504s; that of the batch is the deadline of all."""
    shop.deadline = time.monotonic() - 1
    found = shop.answers(get("a", "/notes"), get("w", "/notes", method="POST", content={"text": "x"}), **GOOD)
    assert [each["status"] for each in found.values()] == [504, 504]
    assert shop.shelf.asked == []


def test_content_other_than_json_is_a_string(shop: Shop) -> None:
    """And an application that fails without an answer is a 500."""

    def parts(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("/1"):
            raise RuntimeError
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter([b"gr\xc3\xbc", b"n"])

    shop.app.parts = parts
    found = shop.answers(get("a", "/notes"), get("b", "/notes/1"))
    assert (found["a"]["content"], found["b"]["status"]) == ("grün", 500)


def test_what_a_request_sets_is_its_own(shop: Shop) -> None:
    """As the name by which the log knows it: the batch goes on with its own."""
    named: ContextVar[str] = ContextVar("named", default="the batch")

    def parts(environ: dict[str, Any], start_response: Any) -> Any:
        assert named.get() == "the batch"
        named.set(environ["PATH_INFO"])
        return type(shop.app).wsgi_app(shop.app, environ, start_response)

    shop.app.parts = parts
    found = shop.answers(get("a", "/notes"), get("b", "/notes/1"))
    assert [each["status"] for each in found.values()] == [200, 200]
    assert named.get() == "the batch"


def test_only_post_is_answered(shop: Shop) -> None:
    """A batch is nothing to be read."""
    answer = shop.client.get(BATCH)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")
    answer = shop.send(get("a", "/notes"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.data)["responses"]["a"]["status"] == 200
