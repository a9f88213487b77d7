"""Reads are tried again and revalidated, writes are made once; what the service answers is understood."""

import base64
import gzip
import time
from types import SimpleNamespace
from typing import Any

import pytest
import stamina

from ogrom.protocols.context import Bearer, Context, Principal
from ogrom.protocols.errors import BadCursor, Conflict, Forbidden, SourceError, Timeout, Unavailable
from ogrom.protocols.models import Collage, CollageDraft, CommentDraft, Placement, Product
from ogrom.protocols.pages import PageRequest
from ogrom.sources.remote import RemoteSources
from ogrom.sources.remote.service import MOST_BYTES

PRODUCT = {
    "id": 1,
    "title": "Rotes Kleid",
    "brand": "Nümph",
    "category_id": 2,
    "price": {"amount": 2000, "currency": "EUR"},
    "image_url": "https://images.example/1.jpg",
    "revision": 2,
    "updated_at": "2024-02-29T12:01:00.123456Z",
    "links": {"self": "/de/goods/1"},
    "new": "a member that a later version sends",
}
COLLAGE = {
    "id": 11,
    "author_id": 1,
    "title": "Neu",
    "placements": [{"product_id": 1, "x": 0, "y": 0, "width": 1, "height": 1}],
    "revision": 3,
    "created_at": "2024-02-29T12:01:00Z",
    "updated_at": "2024-02-29T12:01:00Z",
}
COMMENT = {"id": 5, "collage_id": 11, "author_id": 1, "text": "Ja", "created_at": "2024-02-29T12:01:00Z"}
DRAFT = CollageDraft(
    author_id=1, title="Neu", placements=(Placement(product_id=1, x=0, y=0, width=1, height=1),)
)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
URL = "/de/goods/1"


def ctx(**more: Any) -> Context:
    return Context(locale="de-DE", deadline=time.monotonic() + 5, **more)


def product(sources: RemoteSources) -> Product | None:
    return sources.products.product_by_id(ctx(), 1)


def cut(handler: Any) -> None:
    """Half an answer, then the end of the connection."""
    handler.wfile.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"id":'
    )
    handler.close_connection = True


def hang_up(handler: Any) -> None:
    handler.close_connection = True


def test_a_product_is_read(standin: Any, sources: RemoteSources, said: Any) -> None:
    """Members that we do not know are passed over."""
    standin.says(URL, said(PRODUCT))
    found = product(sources)
    assert found is not None
    assert (found.title, found.price.amount, found.revision) == ("Rotes Kleid", 2000, 2)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_read_is_tried_again(standin: Any, sources: RemoteSources, said: Any, status: int) -> None:
    """What passes has passed at the third try."""
    trouble = said({"title": "Trouble"}, status)
    standin.says(URL, trouble, trouble, said(PRODUCT))
    assert product(sources) is not None
    assert standin.lines == [f"GET {URL}"] * 3


@pytest.mark.parametrize("fault", [cut, hang_up])
def test_a_broken_connection_is_tried_again(
    standin: Any, sources: RemoteSources, said: Any, fault: Any
) -> None:
    """Half an answer is none."""
    standin.says(URL, fault, fault, said(PRODUCT))
    assert product(sources) is not None
    standin.says(URL, fault)
    with pytest.raises(Unavailable, match=f"GET {standin.url}de/goods/1 failed"):
        product(sources)
    assert len(standin.lines) == 6


@pytest.mark.parametrize(("status", "error"), [(503, Unavailable), (504, Timeout)])
def test_what_does_not_pass_is_an_error(
    standin: Any, sources: RemoteSources, said: Any, status: int, error: type[SourceError]
) -> None:
    """After three tries, in the service's own words."""
    standin.says(URL, said({"title": "Trouble", "detail": "Come back."}, status))
    with pytest.raises(
        error, match=rf"^products: GET .*/de/goods/1 is answered {status} Trouble: Come back.$"
    ):
        product(sources)
    assert len(standin.lines) == 3


def test_who_shall_come_back_too_late_does_not_wait(standin: Any, sources: RemoteSources, said: Any) -> None:
    """Retry-After is beyond the deadline."""
    standin.says(URL, said({}, 503, {"Retry-After": "60"}), said(PRODUCT))
    with pytest.raises(Unavailable):
        product(sources)
    assert len(standin.lines) == 1


def test_the_service_says_how_long_to_wait(
    standin: Any, sources: RemoteSources, said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retry-After is waited for, neither less nor more."""
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    standin.says(URL, said({}, 503, {"Retry-After": "1"}), said(PRODUCT))
    with stamina.set_testing(False):
        assert product(sources) is not None
    assert waited == [1.0]


def test_nobody_waits_past_the_deadline(
    standin: Any, sources: RemoteSources, said: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no time for a pause there is none for another try."""
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    product(sources)  # the homes are known from now on
    standin.says(URL, said({}, 503))
    soon = Context(locale="de-DE", deadline=time.monotonic() + 0.15)
    with stamina.set_testing(False), pytest.raises(Unavailable):
        sources.products.product_by_id(soon, 1)
    assert waited == []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_write_is_made_once(standin: Any, sources: RemoteSources, said: Any, status: int) -> None:
    """Nobody knows whether it was stored."""
    standin.says("/de/c/11/said", said({}, status), said(COMMENT, 201))
    with pytest.raises((Unavailable, Timeout)):
        sources.comments.add_comment(ctx(), 11, CommentDraft(author_id=1, text="Ja"))
    standin.says("/de/c/11/liked/2", hang_up, said(b"", 201))
    with pytest.raises(Unavailable):
        sources.likes.like(ctx(), 11, 2)
    assert standin.lines == ["POST /de/c/11/said", "PUT /de/c/11/liked/2"]


def test_what_has_not_changed_is_not_sent_again(standin: Any, sources: RemoteSources, said: Any) -> None:
    """The service is asked each time, by the entity tag that it gave."""
    standin.says(URL, said(PRODUCT, headers={"ETag": '"a, b"'}), said(b"", 304))
    first = product(sources)
    assert product(sources) == first is not None
    tags = [each.headers.get("if-none-match") for each in standin.asked if each.target == URL]
    assert tags == [None, '"a, b"']
    standin.says(URL, said({**PRODUCT, "title": "Anders"}, headers={"ETag": '"c"'}))
    changed = product(sources)
    assert changed is not None
    assert changed.title == "Anders"


def test_what_has_no_tag_is_not_kept(standin: Any, sources: RemoteSources, said: Any) -> None:
    """There is nothing to ask with."""
    standin.says(URL, said(PRODUCT))
    product(sources)
    product(sources)
    assert all("if-none-match" not in each.headers for each in standin.asked)


def test_little_is_kept_where_little_may_be(standin: Any, said: Any) -> None:
    """What alone is larger than all that may be kept is not kept."""
    standin.says(URL, said(PRODUCT, headers={"ETag": '"1"'}))
    with RemoteSources.at(standin.url, most_kept=100) as sources:
        product(sources)
        product(sources)
    assert all("if-none-match" not in each.headers for each in standin.asked)


def test_nothing_is_there(standin: Any, sources: RemoteSources, said: Any) -> None:
    """A problem document says so; a page of a proxy says nothing about products."""
    assert product(sources) is None
    standin.says(URL, said(b"<h1>Not Found</h1>", 404, type="text/html"))
    with pytest.raises(Unavailable, match="is answered 404 Not Found"):
        product(sources)


STRANGE: dict[str, tuple[dict[str, Any], str]] = {
    "a page": ({"content": b"<html>", "type": "text/html"}, "with text/html, not application/json"),
    "no type": ({"content": b"{}", "type": " "}, "with content of no type"),
    "no JSON": ({"content": b"{"}, "not as expected"),
    "no UTF-8": ({"content": b'{"title":"\xff"}'}, "not as expected"),
    "a missing member": ({"content": {"id": 1}}, "missing required field `title`"),
    "another type": (
        {"content": {**PRODUCT, "price": "20 EUR"}},
        r"Expected `object`, got `str` - at `\$.price`",
    ),
    "no id": ({"content": {**PRODUCT, "id": 0}}, r"at `\$.id`"),
    "a redirect": ({"status": 302, "headers": {"Location": "http://other.example/"}}, "with 302"),
    "a 304 unasked": ({"status": 304}, "with 304"),
    "broken gzip": ({"content": b"no gzip", "headers": {"Content-Encoding": "gzip"}}, "broken gzip"),
    "far too much": (
        {"content": gzip.compress(b" " * (MOST_BYTES + 1)), "headers": {"Content-Encoding": "gzip"}},
        "more than 16777216 bytes",
    ),
    "a 500": ({"status": 500, "content": {"title": "Internal Server Error"}}, "500 Internal Server Error$"),
    "a 403 of a proxy": ({"status": 403, "content": b"no", "type": "text/plain"}, "403 Forbidden"),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_service_that_is_none_of_ours_is_unavailable(
    standin: Any, sources: RemoteSources, said: Any, case: str
) -> None:
    """What it sent wrong is said, and it is not asked again."""
    answer, message = STRANGE[case]
    standin.says(URL, said(**answer))
    with pytest.raises(Unavailable, match=message):
        product(sources)
    assert len(standin.lines) == 1


def test_a_refusal_that_is_our_mistake_is_told_as_it_is(
    standin: Any, sources: RemoteSources, said: Any
) -> None:
    """In the service's words, but not all too many of them."""
    errors = [{"parameter": "limit", "detail": "Expected int, got str"}] * 100
    standin.says("/de/goods", said({"title": "Bad Request", "errors": errors}, 400))
    with pytest.raises(SourceError, match="400 Bad Request: limit: Expected int, got str") as caught:
        sources.products.products(ctx(), PageRequest())
    assert type(caught.value) is SourceError
    assert len(str(caught.value)) < 500


def test_a_bad_cursor_is_told_from_other_mistakes(standin: Any, sources: RemoteSources, said: Any) -> None:
    """The service names the parameter."""
    problem = {"title": "Bad Request", "errors": [{"parameter": "cursor", "detail": "Not a cursor"}]}
    standin.says("/de/goods", said(problem, 400))
    with pytest.raises(BadCursor):
        sources.products.products(ctx(), PageRequest(cursor="x"))


@pytest.mark.parametrize("status", [409, 412, 422])
def test_a_write_that_does_not_fit_is_a_conflict(
    standin: Any, sources: RemoteSources, said: Any, status: int
) -> None:
    """Nothing was stored; what does not fit is told."""
    problem = {"title": "No", "errors": [{"pointer": "#/author_id", "detail": "There is no user 1"}]}
    standin.says("/de/c", said(problem, status))
    with pytest.raises(Conflict, match=f"{status} No: #/author_id: There is no user 1"):
        sources.collages.add_collage(ctx(), DRAFT)


def test_what_is_made_is_what_is_sent(standin: Any, sources: RemoteSources, said: Any) -> None:
    """The draft goes out as JSON, and the answer belongs to the market."""
    standin.says("/de/c", said(COLLAGE, 201))
    added = sources.collages.add_collage(ctx(), DRAFT)
    assert isinstance(added, Collage)
    assert (added.id, added.locale, added.placements) == (11, "de-DE", DRAFT.placements)
    asked = standin.asked[-1]
    assert (asked.headers["content-type"], asked.content[:14]) == ("application/json", b'{"author_id":1')


def test_the_service_learns_of_the_request_that_we_serve(standin: Any, sources: RemoteSources) -> None:
    """Its name, its trace, and how long we wait."""
    context = ctx(request_id="r-1", traceparent=TRACE)
    sources.products.product_by_id(context, 1)
    fields = standin.asked[-1].headers
    assert (fields["x-request-id"], fields["traceparent"]) == ("r-1", TRACE)
    assert 1000 < int(fields["x-envoy-expected-rq-timeout-ms"]) <= 3000  # our own limit is the nearer one
    assert (fields["accept"], fields["accept-encoding"]) == ("application/json", "gzip")
    assert fields["user-agent"].startswith("ogrom-sources/")


@pytest.mark.parametrize("name", ["", "two words", "a\r\nEvil: 1", "ü", "x" * 300])
def test_what_is_no_word_is_not_passed_on(standin: Any, sources: RemoteSources, name: str) -> None:
    """A name that would break the request is left out."""
    sources.products.product_by_id(ctx(request_id=name), 1)
    assert not {"x-request-id", "traceparent", "evil"} & standin.asked[-1].headers.keys()


def test_who_wants_the_latest_gets_no_copy_of_the_services(
    standin: Any, sources: RemoteSources, said: Any
) -> None:
    """A request that decides on what it reads, or that has written, says so on."""
    context = ctx()
    sources.products.product_by_id(context, 1)
    assert "cache-control" not in standin.asked[-1].headers
    sources.products.product_by_id(ctx(fresh=True), 1)
    assert standin.asked[-1].headers["cache-control"] == "no-cache"
    standin.says("/de/c", said(COLLAGE, 201))
    sources.collages.add_collage(context, DRAFT)
    sources.products.product_by_id(context, 1)
    assert standin.asked[-1].headers["cache-control"] == "no-cache"


def test_connections_are_used_again(standin: Any, sources: RemoteSources, said: Any) -> None:
    """One is enough for one thread."""
    ports: set[int] = set()

    def note(handler: Any) -> None:
        ports.add(handler.client_address[1])
        said(PRODUCT)(handler)

    standin.says(URL, note)
    for _ in range(5):
        product(sources)
    assert len(ports) == 1


def test_a_write_that_is_sent_elsewhere_was_not_made(standin: Any, sources: RemoteSources, said: Any) -> None:
    """A redirect is no success."""
    standin.says("/de/said/5", said(b"", 307, {"Location": "/de/said/6"}))
    with pytest.raises(Unavailable, match="is answered with 307"):
        sources.comments.delete_comment(ctx(), 5)
    assert standin.lines == ["DELETE /de/said/5"]


@pytest.mark.parametrize("userinfo", ["", "me:S3cret@"])
def test_a_write_is_made_with_the_callers_token(standin: Any, said: Any, userinfo: str) -> None:
    """In place of the URL's user and password; a read, which is open to everybody, is made without."""
    caller = Principal(user_id=1, bearer=Bearer("t0ken"))
    standin.says("/de/c", said(COLLAGE, 201))
    with RemoteSources.at(standin.url.replace("//", f"//{userinfo}")) as sources:
        sources.collages.add_collage(ctx(principal=caller), DRAFT)
        sources.products.product_by_id(ctx(principal=caller), 1)
    sent = {each.target: each.headers.get("authorization", "") for each in standin.asked}
    assert sent["/de/c"] == "Bearer t0ken"
    assert "t0ken" not in sent[URL]
    assert sent[URL].startswith("Basic ") is bool(userinfo)


def test_what_the_caller_may_not_do_is_forbidden(standin: Any, sources: RemoteSources, said: Any) -> None:
    """A problem document says so; the message has no token."""
    caller = Principal(user_id=2, bearer=Bearer("t0ken"))
    standin.says("/de/said/5", said({"title": "Forbidden", "detail": "It is user 1's."}, 403))
    with pytest.raises(Forbidden, match="403 Forbidden: It is user 1") as caught:
        sources.comments.delete_comment(ctx(principal=caller), 5)
    assert "t0ken" not in str(caught.value)


def test_a_password_is_sent_and_never_shown(standin: Any, said: Any) -> None:
    """By HTTP's Basic scheme, and in no message."""
    url = standin.url.replace("//", "//me:S3cret@")
    with RemoteSources.at(url) as sources:
        standin.says(URL, said({}, 500))
        with pytest.raises(Unavailable) as caught:
            product(sources)
    assert standin.asked[-1].headers["authorization"] == f"Basic {base64.b64encode(b'me:S3cret').decode()}"
    assert "S3cret" not in f"{caught.value}{caught.value!r}{sources!r}"


@pytest.mark.parametrize("url", ["", "shop.example", "ftp://shop.example/", "http://", "http://[::S3cret/"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    """Before anything is asked, and without repeating what may hold a password."""
    with pytest.raises(ValueError, match="use https://host/") as caught:
        RemoteSources.at(url)
    assert "S3cret" not in str(caught.value)
