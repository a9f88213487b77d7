"""Batches: what is sent, how each answer is understood, and when a batch is sent again."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ogrom.client import Answer, Operation, Requested, operations, reference, request
from ogrom.client.errors import NotFound, NotUnderstood, Unconfirmed, Unreachable
from ogrom.client.models import (
    Batch,
    BatchedRequest,
    CollageDraft,
    CollagePatch,
    CommentDraft,
    PageViewOfCommentView,
    Placement,
    UserView,
)
from ogrom.client.problems import DataTimeout, FailedDependency, StaleRevision

BATCH = "/v1/de-DE/batch"
USER = {
    "id": 1,
    "name": "Ada",
    "avatar_url": "/a.png",
    "revision": 1,
    "created_at": "2024-02-29T12:01:00Z",
    "links": {"self": "/u/1", "collages": "/c"},
}


@pytest.fixture
def answered(said: Any) -> Callable[..., Any]:
    """Answers a batch: each with a status, header fields and content."""

    def answered(**parts: tuple[int, dict[str, str], Any]) -> Any:
        responses = {
            id: {"status": status, "headers": headers, **({} if content is None else {"content": content})}
            for id, (status, headers, content) in parts.items()
        }
        return said({"responses": responses})

    return answered


def ok(content: Any, **headers: str) -> tuple[int, dict[str, str], Any]:
    return 200, {"Content-Type": "application/json", **headers}, content


def refused(status: int, type_: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    problem = {"type": f"/problems/{type_}", "title": "No", "status": status}
    return status, {"Content-Type": "application/problem+json", **headers}, problem


def user(id: str = "user") -> Requested[UserView]:
    return request(id, operations.get_user(1))


def renaming(key: str = "") -> Requested[Any]:
    return request("rename", operations.patch_collage(11, CollagePatch(title="Rot"), if_match='"3"'), key=key)


def sent(standin: Any) -> Any:
    """The requests of the last batch."""
    return json.loads(standin.asked[-1].content)["requests"]


def test_later_requests_use_values_of_earlier_answers(client: Any, standin: Any, answered: Any) -> None:
    """In path, query and content, and in place of a link."""
    placement = Placement(product_id=reference("found#/items/0/id"), x=0, y=0, width=1, height=1)
    draft = CollageDraft(author_id=1, title=reference("collage#/a~1b"), placements=(placement,))
    standin.says(BATCH, answered())
    client.batch(
        request("found", operations.get_search(q="{ä}")),
        request("collage", operations.get_collage(7)),
        request("comments", reference("collage#/links/comments"), PageViewOfCommentView),
        request(
            "products",
            operations.get_products(ids=reference("collage#/placements/*/product_id"), brand="{a}"),
        ),
        request("both", operations.get_users(ids=[1, reference("collage#/author_id")])),
        request("next", "/v1/de-DE/comments?cursor=x%20y", PageViewOfCommentView),
        request("made", replace(operations.add_to_collages(draft), takes_key=False)),
        request("likes", operations.put_like(reference("made#/id"), 1), key="mine"),
        request("gone", operations.delete_collage(reference("made#/id"), if_match="*"), key="yours"),
        request("home", operations.get_index()),
    )
    assert (standin.asked[-1].method, standin.asked[-1].target) == ("POST", BATCH)
    assert "idempotency-key" not in standin.asked[-1].headers
    content = {
        "author_id": 1,
        "title": None,
        "placements": [
            {"product_id": None, "x": 0, "y": 0, "width": 1, "height": 1, "rotation": 0.0, "z": 0}
        ],
    }
    assert [{name: value for name, value in each.items() if value} for each in sent(standin)] == [
        {"id": "found", "method": "GET", "path": "/search?q=%7B%C3%A4%7D"},
        {"id": "collage", "method": "GET", "path": "/collages/7"},
        {"id": "comments", "method": "GET", "path": "{collage#/links/comments}"},
        {
            "id": "products",
            "method": "GET",
            "path": "/products?brand=%7Ba%7D&ids={collage#/placements/*/product_id}",
        },
        {"id": "both", "method": "GET", "path": "/users?ids=1,{collage#/author_id}"},
        {"id": "next", "method": "GET", "path": "/v1/de-DE/comments?cursor=x%20y"},
        {
            "id": "made",
            "method": "POST",
            "path": "/collages",
            "headers": {"Content-Type": "application/json"},
            "content": content,
            "values": {"#/placements/0/product_id": "found#/items/0/id", "#/title": "collage#/a~1b"},
        },
        {
            "id": "likes",
            "method": "PUT",
            "path": "/collages/{made#/id}/likes/1",
            "headers": {"Idempotency-Key": '"mine"'},
        },
        {
            "id": "gone",
            "method": "DELETE",
            "path": "/collages/{made#/id}",
            "headers": {"Idempotency-Key": '"yours"', "If-Match": "*"},
        },
        {"id": "home", "method": "GET", "path": "/"},
    ]


def test_each_answer_is_its_own(client: Any, standin: Any, answered: Any) -> None:
    """Typed, with its entity tag; a refusal is an error when its answer is asked for, by its type."""
    missing = request("missing", operations.get_collage(99))
    author = request("author", operations.get_user(reference("missing#/author_id")))
    stale = renaming()
    gone = request("gone", operations.delete_comment(5))
    standin.says(
        BATCH,
        answered(
            user=ok({**USER, "mood": "joy"}, ETag='"4"', Vary="Accept"),
            missing=refused(404, "unknown-market"),
            author=refused(424, "failed-dependency"),
            rename=refused(412, "stale-revision"),
            gone=(204, {"Ogrom-Changed": "?1"}, None),
        ),
    )
    answers = client.batch(user(), missing, author, stale, gone)
    found: Answer[UserView] = answers[user()]
    assert (found.value.name, found.value.created_at.year, found.etag, found.status) == (
        "Ada",
        2024,
        '"4"',
        200,
    )
    assert (found.value.extra, found.headers["vary"]) == ({"mood": "joy"}, "Accept")
    assert (answers[gone].value, answers[gone].headers["ogrom-changed"]) == (None, "?1")
    for each, kind in ((missing, NotFound), (author, FailedDependency), (stale, StaleRevision)):
        with pytest.raises(kind) as caught:
            answers[each]
        assert answers.errors[each.id] is caught.value
        assert caught.value.what_to_do
    assert {*answers.errors} == {"missing", "author", "rename"}
    assert str(answers.errors["missing"]) == (
        f"GET /collages/99 is answered 404 No (how to fix it: {standin.url}problems/unknown-market)"
    )
    with pytest.raises(KeyError):
        answers[request("other", operations.get_user(1))]


def test_a_batch_may_be_sent_as_the_contract_says(client: Any, standin: Any, said: Any) -> None:
    """As an operation like all others; what a later version adds to an answer is passed on."""
    responses = {"a": {"status": 200, "headers": {"ETag": '"1"'}, "content": USER, "took": 3}}
    standin.says(BATCH, said({"responses": responses}))
    found = client.add_to_batch(Batch(requests=(BatchedRequest(id="a", path="/users/1"),)))
    assert sent(standin) == [{"id": "a", "method": "GET", "path": "/users/1"}]
    part = found.value.responses["a"]
    assert (part.headers, part.content, part.extra) == ({"ETag": '"1"'}, USER, {"took": 3})


def test_a_write_that_nobody_confirms_says_so(client: Any, standin: Any, answered: Any) -> None:
    """With its key; a read in the same words was just not answered."""
    write = request(
        "said", operations.add_to_collage_comments(11, CommentDraft(author_id=1, text="Ja")), key="k"
    )
    read = request("read", operations.get_comment(5))
    lost = refused(504, "write-unconfirmed")
    for answer, message in (
        (answered(said=lost, read=refused(504, "data-timeout")), "is answered 504"),
        (
            answered(said=(201, {"Content-Type": "application/json"}, None), read=ok({})),
            "no room for the content",
        ),
        (answered(), "is not answered in its batch"),
        (
            answered(said=ok({"id": "?"}), read=(302, {"Location": "http://other/"}, None)),
            "is not as expected",
        ),
    ):
        standin.says(BATCH, answer)
        answers = client.batch(write, read)
        with pytest.raises(Unconfirmed, match=message) as caught:
            answers[write]
        assert caught.value.key == "k"
        with pytest.raises((DataTimeout, NotUnderstood)):
            answers[read]


def test_a_refused_write_was_not_made(client: Any, standin: Any, answered: Any) -> None:
    """Since its type says so; when to come again is there."""
    standin.says(BATCH, answered(rename=refused(504, "data-timeout", **{"Retry-After": "7"})))
    with pytest.raises(DataTimeout) as caught:
        client.batch(renaming())[renaming()]
    assert caught.value.retry_after == 7.0


def test_a_batch_is_not_kept(client: Any, standin: Any, said: Any) -> None:
    """Its URL does not say what it asks for, whatever a proxy makes of its header fields."""
    standin.says(BATCH, said({"responses": {}}, headers={"ETag": '"1"'}))
    client.batch(user())
    client.batch(user("other"))
    assert "if-none-match" not in standin.asked[-1].headers


# When it is sent again


def cut(handler: Any) -> None:
    """The end of the connection, in place of an answer."""
    handler.close_connection = True


def test_a_batch_of_reads_is_tried_again(client: Any, standin: Any, said: Any, answered: Any) -> None:
    """And has no token; nothing is in doubt if all tries fail."""
    standin.says(BATCH, cut, said({}, 503), answered(user=ok(USER)))
    assert client.batch(user())[user()].value.id == 1
    assert [each.headers.get("authorization") for each in standin.asked] == [None] * 3
    standin.says(BATCH, cut)
    with pytest.raises(Unreachable):
        client.batch(user())


def test_a_batch_of_writes_is_tried_again_with_their_keys(
    connect: Callable[..., Any], standin: Any, answered: Any, said: Any
) -> None:
    """A token is sent, and renewed; the same request sent once more later is the same write, too."""
    tokens = iter(["old", "new"])
    client = connect(standin.url, token=lambda: next(tokens))
    write, other = renaming(), renaming()
    standin.says(BATCH, said({}, 401), cut, answered(rename=refused(412, "stale-revision")))
    client.batch(user(), write)
    client.batch(user(), write)
    keys = {json.loads(each.content)["requests"][1]["headers"]["Idempotency-Key"] for each in standin.asked}
    assert keys == {f'"{write.key}"'}
    assert write.key != other.key
    assert [each.headers["authorization"] for each in standin.asked] == ["Bearer old", *["Bearer new"] * 3]


def test_a_lost_batch_of_writes_may_be_sent_again(client: Any, standin: Any) -> None:
    """Where each has a key; else it is sent once."""
    standin.says(BATCH, cut)
    with pytest.raises(Unconfirmed) as caught:
        client.batch(renaming(), user())
    assert caught.value.what_to_do.startswith("Send the same requests again")
    assert len(standin.asked) == 3
    keyless = request("rename", replace(renaming().operation, takes_key=False))
    with pytest.raises(Unconfirmed) as caught:
        client.batch(renaming("a"), replace(keyless, id="other"))
    assert caught.value.what_to_do.startswith("Read whether")
    assert len(standin.asked) == 4


# What is refused before anything is sent


@pytest.mark.parametrize(
    ("requests", "why"),
    [
        ([], "1 to 64 requests, and these are 0"),
        ([user(f"u{at}") for at in range(65)], "1 to 64 requests, and these are 65; send several batches"),
        ([user(), user()], "same id"),
        ([request("live", operations.get_live())], "GET health/live belongs to no market; send it alone"),
    ],
    ids=["none", "65", "twice", "no market"],
)
def test_what_is_no_batch_is_not_sent(client: Any, standin: Any, requests: Any, why: str) -> None:
    """The error says what to do."""
    with pytest.raises(ValueError, match=why):
        client.batch(*requests)
    assert standin.asked == []


def test_a_batch_may_have_64_requests(client: Any, standin: Any, answered: Any) -> None:
    """In one request."""
    standin.says(BATCH, answered(**{f"u{at}": ok(USER) for at in range(64)}))
    assert not client.batch(*(user(f"u{at}") for at in range(64))).errors
    assert len(standin.asked) == 1


@pytest.mark.parametrize("id", ["", "1a", "a b", "ü", "a" * 33])
def test_an_id_that_cannot_be_referred_to_is_refused(id: str) -> None:
    """When the request is made; so is a key."""
    with pytest.raises(ValueError, match="is no id"):
        user(id)
    with pytest.raises(ValueError, match="printable ASCII"):
        renaming('a"b')


def test_no_link_in_a_batch_leads_to_another_host(client: Any, standin: Any) -> None:
    """What we send is for this service."""
    for link in ("http://other.example/v1/de-DE/users/1", "//other.example/"):
        with pytest.raises(NotUnderstood, match="links to another service"):
            client.batch(request("a", link, UserView))
    assert standin.asked == []


def test_a_reference_is_for_batches_only(client: Any, standin: Any) -> None:
    """A request that is sent alone has no earlier answers."""
    for operation in (operations.get_user(reference("a#/id")), Operation("GET", "{a#/id}", UserView)):
        with pytest.raises(ValueError, match="only in a batch"):
            client.send(operation)
    with pytest.raises(TypeError, match="Reference is unsupported"):
        client.add_to_collage_comments(11, CommentDraft(author_id=reference("a#/id"), text="Ja"))
    assert standin.asked == []
