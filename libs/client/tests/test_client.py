"""The client of the API, for threads and for asyncio: what it sends, and what it makes of the answers."""

import asyncio
import math
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from msgspec import structs

from ogrom.client import CONTRACT, Answer, AsyncClient, Client, Operation, bound, operations
from ogrom.client.errors import (
    BadRequest,
    ClientError,
    Conflict,
    DeadlinePassed,
    NotFound,
    NotUnderstood,
    Refused,
    ServerError,
    TryLater,
    Unauthorized,
    Unconfirmed,
    Unreachable,
    kind_of,
)
from ogrom.client.models import (
    CollageDraft,
    CollagePatch,
    CommentDraft,
    Placement,
    ProductView,
)
from ogrom.client.problems import TYPES

T = TypeVar("T")

PRODUCTS = "/v1/de-DE/products"
PRODUCT = f"{PRODUCTS}/7"
COLLAGE = "/v1/de-DE/collages/11"
COMMENTS = f"{COLLAGE}/comments"
DRAFT = CommentDraft(author_id=1, text="Ja")


def keyed(operation: Operation[T]) -> Operation[T]:
    """As a contract describes it that lists Idempotency-Key."""
    return replace(operation, takes_key=True)


def comment() -> Operation[Any]:
    return keyed(operations.add_to_collage_comments(11, DRAFT))


@pytest.fixture
def a_product() -> dict[str, Any]:
    """A product as the contract says."""
    return {
        "id": 7,
        "title": "Rotes Kleid",
        "brand": "Nümph",
        "category_id": 2,
        "price": {"amount": 2000, "currency": "EUR"},
        "image_url": "https://images.example/1.jpg",
        "revision": 2,
        "updated_at": "2024-02-29T12:01:00.123456Z",
        "links": {"self": PRODUCT, "category": "/v1/de-DE/categories/2"},
    }


@pytest.fixture
def a_comment() -> dict[str, Any]:
    """A comment as the contract says."""
    links = {"self": "/c", "author": "/a", "collage": "/k", "products": "/p"}
    times = {"created_at": "2024-02-29T12:01:00Z"}
    return {"id": 5, "collage_id": 11, "author_id": 1, "text": "Ja", "links": links, **times}


@pytest.fixture
def a_view(a_collage: dict[str, Any]) -> dict[str, Any]:
    """A collage as the contract says."""
    links = dict.fromkeys(("self", "author", "comments", "likes", "products"), "/")
    return {**a_collage, "links": links}


# What is read


def test_an_answer_has_types(client: Any, standin: Any, said: Any, a_product: Any) -> None:
    """Times are times, money is money, and the entity tag is there for a write."""
    standin.says(PRODUCT, said(a_product, headers={"ETag": '"2~x"'}))
    answer: Answer[ProductView] = client.get_product(7)
    assert answer.value.updated_at.utcoffset() is not None
    assert (answer.value.price.amount, answer.value.links.category) == (2000, "/v1/de-DE/categories/2")
    assert (answer.status, answer.etag) == (200, '"2~x"')
    assert answer.headers["content-type"] == "application/json"
    fields = standin.asked[-1].headers
    assert (fields["accept"], fields["accept-encoding"]) == ("application/json", "gzip")
    assert "authorization" not in fields


def test_what_a_later_version_adds_is_passed_on(client: Any, standin: Any, said: Any, a_view: Any) -> None:
    """Members and links at any depth, in `extra`; and they are sent back with what was read."""
    a_view["mood"] = {"of": "joy"}
    a_view["extra"] = 1
    a_view["links"]["remix"] = "/v1/de-DE/remixes/11"
    a_view["placements"][0]["shadow"] = 0.5
    standin.says(COLLAGE, said(a_view, headers={"ETag": '"3"'}))
    found = client.get_collage(11)
    assert found.value.extra == {"mood": {"of": "joy"}, "extra": 1}
    assert found.value.links.extra == {"remix": "/v1/de-DE/remixes/11"}
    (placement,) = found.value.placements
    assert placement.extra == {"shadow": 0.5}
    draft = CollageDraft(author_id=1, title="Neu", placements=(placement,))
    client.put_collage(11, draft, if_match=found.etag)
    sent = standin.asked[-1]
    assert (sent.headers["if-match"], sent.headers["content-type"]) == ('"3"', "application/json")
    assert b'"shadow":0.5' in sent.content
    assert b'"extra"' not in sent.content


def test_a_value_that_is_new_is_passed_on(client: Any, standin: Any, said: Any) -> None:
    """A hit of a kind that nobody knew."""
    hit = {"id": 1, "kind": "shop", "title": "Laden", "brand": None, "price": None, "image_url": None}
    page = {"items": [{**hit, "links": {"self": "/s/1"}}], "next": None, "links": {"self": "/"}}
    standin.says("/v1/de-DE/search", said(page))
    assert [each.kind for each in client.get_search(q="laden & söhne")] == ["shop"]
    assert standin.asked[-1].target == "/v1/de-DE/search?q=laden%20%26%20s%C3%B6hne"


def test_what_is_unset_is_not_sent(client: Any, standin: Any, said: Any, a_view: Any) -> None:
    """A patch has only what is to be changed."""
    standin.says(COLLAGE, said(a_view))
    client.patch_collage(11, CollagePatch(title="Anders"), if_match='"3"')
    sent = standin.asked[-1]
    assert (sent.method, sent.content) == ("PATCH", b'{"title":"Anders"}')
    assert sent.headers["content-type"] == "application/merge-patch+json"


def test_links_lead_on(client: Any, standin: Any, said: Any, a_product: Any) -> None:
    """Whatever the client knows of what is behind them."""
    standin.says("/new/thing", said({"a": 1}))
    assert client.follow("/new/thing", dict).value == {"a": 1}
    standin.says(PRODUCT, said(a_product))
    assert client.follow(PRODUCT, ProductView).value.id == 7


@pytest.mark.parametrize(
    "content",
    [
        {"content": b"<h1>", "type": "text/html"},
        {"content": b"{"},
        {"content": []},
        {"content": {"id": 1}},
        {"status": 304, "content": b""},
        {"content": b"no gzip", "headers": {"Content-Encoding": "gzip"}},
        {"content": b"?", "headers": {"Content-Encoding": "br"}},
    ],
    ids=str,
)
def test_what_is_no_ogrom_is_told(client: Any, standin: Any, said: Any, content: Any) -> None:
    """It is not asked again."""
    standin.says(PRODUCT, said(**content))
    with pytest.raises(
        (NotUnderstood, Unreachable), match=f"GET {standin.url}v1/de-DE/products/7 "
    ) as caught:
        client.get_product(7)
    assert caught.value.what_to_do
    assert len(standin.asked) == 1


def test_a_page_of_another_program_is_no_done_write(client: Any, standin: Any, said: Any) -> None:
    """A network's portal answers everything with its own page; a later service may well say more than nothing."""
    like = "/v1/de-DE/collages/11/likes/1"
    standin.says(like, said(b"<h1>Welcome</h1>", type="text/html"), said({"count": 1}), said(b"", 204))
    with pytest.raises(Unconfirmed, match="with text/html, not application/json"):
        client.put_like(11, 1)
    assert [client.put_like(11, 1).status for _ in range(2)] == [200, 204]


# Lists


def test_a_list_is_walked_by_its_links(client: Any, standin: Any, said: Any, a_product: Any) -> None:
    """The cursor is the service's affair; each page is asked for when it is needed."""

    def page(number: int, following: str | None) -> Any:
        return said({"items": [{**a_product, "id": number}], "next": following, "links": {"self": "/"}})

    standin.says(PRODUCTS, page(1, "/elsewhere?p=2"))
    standin.says("/elsewhere", page(2, "/elsewhere?p=3"), page(3, None))
    assert [each.id for each in client.get_products(brand="Nümph", ids=[3, 4], limit=1)] == [1, 2, 3]
    assert [each.target for each in standin.asked] == [
        f"{PRODUCTS}?limit=1&brand=N%C3%BCmph&ids=3,4",
        "/elsewhere?p=2",
        "/elsewhere?p=3",
    ]
    assert client.result(client.made.get_products().first()).value.next == "/elsewhere?p=2"


@pytest.mark.parametrize(
    "link", ["http://other.example/?p=2", "//other.example/", "https://127.0.0.1/", "http://[/"]
)
def test_no_link_leads_to_another_host(
    client: Any, standin: Any, said: Any, a_product: Any, link: str
) -> None:
    """Nothing is sent there."""
    standin.says(PRODUCTS, said({"items": [a_product], "next": link, "links": {"self": "/"}}))
    with pytest.raises(NotUnderstood, match=r"links to another service|is not a URL"):
        client.get_products()
    with pytest.raises(NotUnderstood):
        client.follow(link, dict)


def test_a_list_that_leads_to_itself_ends(client: Any, standin: Any, said: Any, a_product: Any) -> None:
    """It would go on for ever."""
    standin.says(PRODUCTS, said({"items": [a_product], "next": f"{PRODUCTS}?p=2", "links": {"self": "/"}}))
    with pytest.raises(NotUnderstood, match="leads to itself"):
        client.get_products()
    assert len(standin.asked) == 2


# Refusals


@pytest.mark.parametrize("type_", TYPES)
def test_each_problem_type_is_an_error(client: Any, standin: Any, said: Any, type_: str) -> None:
    """It says what is wrong, what to do, and which page says more."""
    status = int(re.findall(r", (\d+)\.$", TYPES[type_].__doc__ or "")[0])
    problem = {"type": type_, "title": "No", "status": status, "detail": "So.", "request_id": "r-1"}
    standin.says(PRODUCT, said(problem, status))
    with pytest.raises(TYPES[type_]) as caught:
        client.get_product(7)
    error = caught.value
    assert isinstance(error, kind_of(status))
    assert (error.status, error.problem.type, error.problem.request_id) == (status, type_, "r-1")
    assert error.page == standin.url + type_.removeprefix("/")
    assert str(error) == (
        f"GET {standin.url}v1/de-DE/products/7 is answered {status} No: So. (how to fix it: {error.page})"
    )
    assert error.what_to_do


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequest), (418, BadRequest), (404, NotFound), (500, ServerError), (599, ServerError)],
)
def test_a_problem_type_that_is_new_goes_by_its_status(
    client: Any, standin: Any, said: Any, status: int, kind: type[Refused]
) -> None:
    """And a status that is new by its class; unknown members are there."""
    errors = [{"detail": "no", "parameter": "p", "hint": "h"}]
    standin.says(
        PRODUCT, said({"type": "/problems/quite-new", "title": "No", "errors": errors, "more": 1}, status)
    )
    with pytest.raises(kind) as caught:
        client.get_product(7)
    assert type(caught.value) is kind
    assert caught.value.problem.extra == {"more": 1}
    assert [each.extra for each in caught.value.problem.errors or ()] == [{"hint": "h"}]
    assert "No: p: no" in str(caught.value)


@pytest.mark.parametrize("content", [b"<h1>", b"[]", b"{", b'{"title": 1}', b'{"status": "x"}'])
def test_a_refusal_without_a_document_goes_by_its_status(
    client: Any, standin: Any, said: Any, content: bytes
) -> None:
    """A proxy's page, or nonsense."""
    standin.says(PRODUCT, said(content, 403))
    with pytest.raises(Refused, match="403 Forbidden") as caught:
        client.get_product(7)
    assert (caught.value.problem.type, caught.value.page) == ("about:blank", "")


def test_a_problem_type_that_is_no_url_goes_by_its_status(client: Any, standin: Any, said: Any) -> None:
    """Another program's."""
    standin.says(PRODUCT, said({"type": "http://[", "title": "No"}, 404))
    with pytest.raises(NotFound) as caught:
        client.get_product(7)
    assert (caught.value.problem.type, caught.value.page) == ("http://[", "")


# When it is sent again, and until when


def cut(handler: Any) -> None:
    """Half an answer, then the end of the connection."""
    handler.wfile.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"id":'
    )
    handler.close_connection = True


def test_a_read_is_tried_again(
    client: Any, standin: Any, said: Any, paused: list[float], a_product: Any
) -> None:
    """After a refusal that passes, and after half an answer."""
    standin.says(PRODUCT, said({}, 503, {"Retry-After": "2"}), cut, said(a_product))
    assert client.get_product(7).value.id == 7
    assert 2.0 <= paused[0] < 2.2
    assert paused[1] < 0.5


def test_who_shall_come_back_too_late_is_told_at_once(
    client: Any, standin: Any, said: Any, paused: list[float]
) -> None:
    """And when to come back."""
    standin.says(PRODUCT, said({"type": "/problems/overloaded"}, 503, {"Retry-After": "600"}))
    with pytest.raises(TryLater) as caught:
        client.get_product(7)
    assert (caught.value.retry_after, paused, len(standin.asked)) == (600.0, [], 1)


def test_the_time_left_is_passed_on(client: Any, standin: Any, said: Any, a_product: Any) -> None:
    """Of each try; the earlier of timeout and deadline."""
    standin.says(PRODUCT, said({}, 503), said(a_product))
    hurried = client.using(timeout=100.0, deadline=time.monotonic() + 30.0)
    hurried.get_product(7)
    first, second = (int(each.headers["x-envoy-expected-rq-timeout-ms"]) for each in standin.asked)
    assert 0 < second <= first <= 30_000


def test_a_silent_service_is_left_at_the_deadline(
    client: Any, standin: Any, said: Any, paused: list[float]
) -> None:
    """A read was not answered; a write may be stored, and its key is told."""
    release = threading.Event()

    def silent(handler: Any) -> None:
        release.wait(60)
        handler.close_connection = True

    standin.says(PRODUCT, silent)
    standin.says(COMMENTS, silent)
    begun = time.monotonic()
    with pytest.raises(DeadlinePassed, match="had no answer in time"):
        client.using(timeout=0.2).get_product(7)
    with pytest.raises(Unconfirmed) as caught:
        client.using(timeout=0.2, key="mine").send(comment())
    assert 0.4 <= time.monotonic() - begun < 30
    assert caught.value.key == "mine"
    assert "the same key" in caught.value.what_to_do
    assert paused == []
    release.set()


def test_a_timeout_may_be_endless(client: Any, standin: Any, said: Any, a_product: Any) -> None:
    """A day, then: what waits for the network cannot wait for ever."""
    standin.says(PRODUCT, said(a_product))
    assert client.using(timeout=math.inf).get_product(7).status == 200
    assert 86_000_000 < int(standin.asked[0].headers["x-envoy-expected-rq-timeout-ms"]) <= 86_400_000


def test_a_service_that_drips_is_left_at_the_deadline(client: Any, standin: Any) -> None:
    """Each byte comes in time, and the whole would not."""
    release = threading.Event()

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        for _ in range(9999):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            if release.wait(0.01):  # the dripping itself
                break
        handler.close_connection = True

    standin.says(PRODUCT, drip)
    begun = time.monotonic()
    with pytest.raises(DeadlinePassed):
        client.using(timeout=0.3).get_product(7)
    assert 0.3 <= time.monotonic() - begun < 30
    release.set()


def test_nobody_there_is_told(connect: Callable[..., Any], standin: Any) -> None:
    """A write that was not sent was not stored."""
    standin.stop()
    client = connect(standin.url)
    with pytest.raises(Unreachable, match="failed: "):
        client.get_product(7)
    with pytest.raises(Unreachable, match="failed: "):
        client.delete_comment(5)


def test_a_write_is_repeated_with_its_key(client: Any, standin: Any, said: Any, a_comment: Any) -> None:
    """The answer to the first try was lost; the caller does not notice."""
    standin.says(COMMENTS, cut, said({}, 503), said(a_comment, 201, {"Location": "/c/5"}))
    answer = client.send(comment())
    assert (answer.status, answer.headers["location"], answer.value.id) == (201, "/c/5", 5)
    (key,) = {each.headers["idempotency-key"] for each in standin.asked}
    assert re.fullmatch(r'"[0-9a-f-]{36}"', key)
    assert len(standin.asked) == 3


def test_every_method_that_writes_has_a_key(client: Any, standin: Any, said: Any, a_view: Any) -> None:
    """And no read has."""
    standin.says(COLLAGE, said(a_view))
    standin.says(COMMENTS, said({}, 409))
    draft = CollageDraft(
        author_id=1, title="a", placements=(Placement(product_id=1, x=0, y=0, width=1, height=1),)
    )
    client.get_collage(11)
    client.send(keyed(operations.put_collage(11, draft, if_match="*")))
    client.send(keyed(operations.patch_collage(11, CollagePatch(title="b"), if_match="*")))
    client.send(keyed(operations.delete_collage(11, if_match="*")))
    with pytest.raises(Conflict):
        client.send(comment())
    assert [("idempotency-key" in each.headers) for each in standin.asked] == [False, True, True, True, True]
    assert len({each.headers.get("idempotency-key") for each in standin.asked}) == 5


@pytest.mark.parametrize("key", ['a"b', "a\\b", "ü", "a\r\nEvil: 1", "x" * 256])
def test_a_key_that_cannot_be_sent_is_refused(client: Any, key: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="printable ASCII"):
        client.using(key=key)


def test_an_unconfirmed_write_may_be_sent_again_by_its_key(
    client: Any, standin: Any, said: Any, a_comment: Any
) -> None:
    """Whenever the caller likes."""
    standin.says(COMMENTS, said({"type": "/problems/write-unconfirmed", "title": "?"}, 504))
    with pytest.raises(Unconfirmed, match="504") as caught:
        client.send(comment())
    assert isinstance(caught.value.__cause__, TryLater)
    standin.says(COMMENTS, said(a_comment, 201))
    client.using(key=caught.value.key).send(comment())
    assert {each.headers["idempotency-key"] for each in standin.asked} == {f'"{caught.value.key}"'}


def test_a_write_that_takes_no_key_is_sent_once(client: Any, standin: Any, said: Any) -> None:
    """Of a contract that does not list them: the service would carry out a repeat once more."""
    standin.says(COMMENTS, cut)
    with pytest.raises(Unconfirmed) as caught:
        client.send(replace(comment(), takes_key=False))
    assert (len(standin.asked), caught.value.key) == (1, "")
    assert caught.value.what_to_do.startswith("Read whether")
    assert "idempotency-key" not in standin.asked[0].headers


# What is kept


def test_what_has_not_changed_is_not_sent_again(client: Any, standin: Any, said: Any, a_product: Any) -> None:
    """The service is asked by the entity tag that it gave; what is read as another type is another answer."""
    standin.says(PRODUCT, said(a_product, headers={"ETag": '"2"'}), said(b"", 304, {"Ogrom-Release": "r2"}))
    first, second = client.get_product(7), client.get_product(7)
    assert second.value is first.value
    assert (second.status, second.etag, second.headers["ogrom-release"]) == (200, '"2"', "r2")
    assert [each.headers.get("if-none-match") for each in standin.asked] == [None, '"2"']
    standin.says(PRODUCT, said(a_product))
    assert client.follow(PRODUCT, dict).value["id"] == 7
    assert "if-none-match" not in standin.asked[-1].headers


@pytest.mark.parametrize("headers", [{}, {"ETag": '"2"', "Cache-Control": "no-store"}])
def test_what_may_not_be_kept_is_not(
    client: Any, standin: Any, said: Any, a_product: Any, headers: Any
) -> None:
    """Without a tag there is nothing to ask with."""
    standin.says(PRODUCT, said(a_product, headers=headers))
    client.get_product(7)
    client.get_product(7)
    assert all("if-none-match" not in each.headers for each in standin.asked)


# Who asks


def test_a_token_is_asked_for_once_and_sent_with_writes_only(
    connect: Callable[..., Any], standin: Any, said: Any, a_comment: Any, a_product: Any
) -> None:
    """Reads are open to everybody."""
    given: list[str] = []

    def token() -> str:
        given.append(f"t{len(given)}")
        return given[-1]

    client = connect(standin.url, token=token)
    standin.says(COMMENTS, said(a_comment, 201))
    standin.says(PRODUCT, said(a_product))
    client.get_product(7)
    assert given == []
    client.add_to_collage_comments(11, DRAFT)
    client.add_to_collage_comments(11, DRAFT)
    assert [each.headers.get("authorization") for each in standin.asked] == [None, "Bearer t0", "Bearer t0"]


def test_a_token_is_asked_for_again_after_a_401(
    connect: Callable[..., Any], standin: Any, said: Any, a_comment: Any
) -> None:
    """Once a call; the write keeps its key, and what the next calls send is the new one."""
    given = iter(["old", "new", "newer"])
    client = connect(standin.url, token=lambda: next(given))
    expired = said({"type": "/problems/expired-token"}, 401)
    standin.says(COMMENTS, expired, said(a_comment, 201))
    client.send(comment())
    client.send(comment())
    sent = [each.headers["authorization"] for each in standin.asked]
    assert sent == ["Bearer old", "Bearer new", "Bearer new"]
    assert standin.asked[0].headers["idempotency-key"] == standin.asked[1].headers["idempotency-key"]
    standin.says(COMMENTS, expired)
    with pytest.raises(Unauthorized) as caught:
        client.send(comment())
    assert len(standin.asked) == 5
    assert "new" not in str(caught.value)


def test_the_same_token_is_not_sent_twice(connect: Callable[..., Any], standin: Any, said: Any) -> None:
    """Nothing would be different."""
    client = connect(standin.url, token=lambda: "t")
    standin.says(COMMENTS, said({"type": "/problems/invalid-token"}, 401))
    with pytest.raises(Unauthorized):
        client.add_to_collage_comments(11, DRAFT)
    assert len(standin.asked) == 1


def test_a_read_that_needs_a_token_gets_one_and_is_not_kept(
    connect: Callable[..., Any], standin: Any, said: Any, a_product: Any
) -> None:
    """A gateway before the service may want to know who reads."""
    client = connect(standin.url, token=lambda: "t")
    found = said(a_product, headers={"ETag": '"2"'})
    standin.says(PRODUCT, said({}, 401), found, said({}, 401), found)
    assert [client.get_product(7).value.id for _ in range(2)] == [7, 7]
    assert all("if-none-match" not in each.headers for each in standin.asked)


def test_without_a_token_a_write_is_refused(client: Any, standin: Any, said: Any) -> None:
    """There is nobody to ask."""
    standin.says(COMMENTS, said({"type": "/problems/missing-token"}, 401))
    with pytest.raises(Unauthorized):
        client.add_to_collage_comments(11, DRAFT)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(
    connect: Callable[..., Any], standin: Any, another: Any, said: Any, status: int
) -> None:
    """Neither the token nor anything else is sent to another host; the error says where it leads."""
    client = connect(standin.url, token=lambda: "S3cret")
    for path in (PRODUCT, COMMENTS):
        standin.says(path, said(b"", status, {"Location": another.url}))
    with pytest.raises(NotUnderstood, match=re.escape(f"with {status}, to {another.url}")) as caught:
        client.get_product(7)
    with pytest.raises(NotUnderstood):
        client.add_to_collage_comments(11, DRAFT)
    assert another.asked == []
    assert "S3cret" not in str(caught.value)


def test_the_token_is_shown_nowhere(connect: Callable[..., Any], standin: Any, said: Any) -> None:
    """In no message and no representation."""
    client = connect(standin.url.replace("//", "//me:S3cret@"), token=lambda: "S3cret")
    standin.says(COMMENTS, said({}, 500))
    with pytest.raises(ClientError) as caught:
        client.add_to_collage_comments(11, DRAFT)
    assert standin.asked[-1].headers["authorization"] == "Bearer S3cret"
    assert "S3cret" not in f"{caught.value}{caught.value!r}{client.made!r}{vars(client.made)}"


@pytest.mark.parametrize("token", ["S3cret\n", "S3 cret", "S3cr\u00e9t", "S3cret\r\nX: y"])
def test_a_token_that_cannot_be_sent_is_refused(
    connect: Callable[..., Any], standin: Any, token: str
) -> None:
    """Nothing was sent, so nothing is unconfirmed; and the message does not show it."""
    with pytest.raises(ValueError, match="the token cannot be sent") as caught:
        connect(standin.url, token=lambda: token).add_to_collage_comments(11, DRAFT)
    assert "S3" not in str(caught.value)
    assert standin.asked == []


def test_a_field_that_cannot_be_sent_is_not_shown(client: Any, standin: Any) -> None:
    """It may be a secret, too; and the write was not made."""
    with pytest.raises(Unreachable, match="a header field cannot be sent") as caught:
        client.using(headers={"X-Api-Key": "S3cret\n"}).add_to_collage_comments(11, DRAFT)
    assert "S3cret" not in f"{caught.value}{caught.value.__cause__}"
    assert standin.asked == []


def test_a_lost_write_is_unconfirmed_though_no_token_comes(
    connect: Callable[..., Any], standin: Any, said: Any, paused: list[float]
) -> None:
    """The first try may be stored, so the key is told; without one, the error is that of the token's function."""
    given = iter(["old"])

    def token() -> str:
        for each in given:
            return each
        raise LookupError("log in")

    client = connect(standin.url, token=token)
    standin.says(COMMENTS, cut, said({"type": "/problems/expired-token"}, 401))
    with pytest.raises(Unconfirmed) as caught:
        client.using(key="mine").send(comment())
    assert (caught.value.key, str(caught.value.__cause__)) == ("mine", "log in")
    with pytest.raises(LookupError):
        connect(standin.url, token=token).send(comment())


def test_a_token_is_waited_for_until_the_deadline(standin: Any) -> None:
    """A coroutine function's; nothing was sent."""

    async def never() -> str:
        await asyncio.Event().wait()
        return "t"

    async def main() -> None:
        async with AsyncClient(standin.url, "de-DE", token=never, timeout=0.1) as client:
            with pytest.raises(DeadlinePassed, match="its token did not come in time"):
                await client.add_to_collage_comments(11, DRAFT)

    asyncio.run(asyncio.wait_for(main(), 60.0))
    assert standin.asked == []


def test_threads_ask_for_one_token_together(standin: Any, said: Any, a_comment: Any) -> None:
    """All had the old one refused, and one of them gets the new."""
    given: list[str] = []

    def token() -> str:
        given.append(f"t{len(given)}")
        return given[-1]

    def answer(handler: Any) -> None:
        is_new = handler.headers["Authorization"] == "Bearer t1"
        (said(a_comment, 201) if is_new else said({}, 401))(handler)

    standin.says(COMMENTS, answer)
    with Client(standin.url, "de-DE", token=token, timeout=60.0) as client, ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: client.add_to_collage_comments(11, DRAFT).status, range(8)))
    assert done == [201] * 8
    assert given == ["t0", "t1"]


def test_the_user_agent_names_client_contract_and_program(
    connect: Callable[..., Any], standin: Any, said: Any, a_product: Any
) -> None:
    """The operators see who asks with what."""
    standin.says(PRODUCT, said(a_product))
    connect(standin.url, program="shop-app/1.2").get_product(7)
    named = standin.asked[-1].headers["user-agent"]
    assert re.fullmatch(
        rf"shop-app/1\.2 ogrom-client/\d+\.\d+\.\d+\S* \(contract {re.escape(CONTRACT)}\)", named
    )


# Where it goes


def test_a_client_of_another_market_shares_everything(
    client: Any, standin: Any, said: Any, a_product: Any
) -> None:
    """And the first one is as it was."""
    standin.says("/v1/fr-FR/products/7", said(a_product))
    client.using(locale="fr-FR", headers={"X-Request-Id": "r-1"}).get_product(7)
    standin.says(PRODUCT, said(a_product))
    client.get_product(7)
    assert [each.target for each in standin.asked] == ["/v1/fr-FR/products/7", PRODUCT]
    assert [each.headers.get("x-request-id") for each in standin.asked] == ["r-1", None]


def test_a_service_beneath_a_path_is_found(
    connect: Callable[..., Any], standin: Any, said: Any, a_product: Any
) -> None:
    """A proxy may serve it anywhere, which its pages know."""
    standin.says("/shop/v1/de-DE/products/7", said(a_product), said({"type": "/problems/overloaded"}, 500))
    client = connect(f"{standin.url}shop")
    assert client.get_product(7).value.id == 7
    with pytest.raises(Refused) as caught:
        client.get_product(7)
    assert caught.value.page == f"{standin.url}shop/problems/overloaded"


@pytest.mark.parametrize("name", ["a/../b", "a?b", "ü", "{locale}"])
def test_what_stands_in_a_path_is_escaped(client: Any, standin: Any, name: str) -> None:
    """It changes no other part of the URL."""
    with pytest.raises(NotFound):
        client.get_problem_type(name)
    assert re.fullmatch(r"/problems/[^/?{}]+", standin.asked[-1].target)


@pytest.mark.parametrize(
    "url", ["", "shop.example", "ftp://a/", "http://", "http://[::S3cret/", "http://a:S3cret/"]
)
def test_a_url_that_is_none_is_refused(connect: Callable[..., Any], url: str) -> None:
    """Without repeating what may hold a password."""
    with pytest.raises(ValueError, match="use https://host/") as caught:
        connect(url)
    assert "S3cret" not in str(caught.value)


def test_both_clients_have_every_operation() -> None:
    """As methods of the same names."""
    assert {*vars(bound.Operations)} >= {*operations.__all__} <= {*vars(bound.AsyncOperations)}
    for name in operations.__all__:
        assert getattr(bound.Operations, name).__doc__ == getattr(operations, name).__doc__


def test_models_are_values() -> None:
    """Frozen, equal by what they hold, and to be changed by copying."""
    one = CollagePatch(title="a")
    assert structs.replace(one, title="b") == CollagePatch(title="b")
    with pytest.raises(AttributeError):
        one.title = "b"  # type: ignore[misc]
