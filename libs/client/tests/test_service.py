"""What the service is sent: content, who asks, and the request that we serve."""

import base64
from typing import Any

import pytest

from ogrom.client import RemoteSources
from ogrom.protocols.context import Bearer, Principal
from ogrom.protocols.errors import Forbidden, Unavailable
from ogrom.protocols.models import Collage, CollageDraft

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
URL = "/de/goods/1"


def test_what_is_made_is_what_is_sent(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any, a_collage: Any, draft: CollageDraft
) -> None:
    """The draft goes out as JSON, and the answer belongs to the market."""
    standin.says("/de/c", said(a_collage, 201))
    added = sources.collages.add_collage(ctx(), draft)
    assert isinstance(added, Collage)
    assert (added.id, added.locale, added.placements) == (11, "de-DE", draft.placements)
    asked = standin.asked[-1]
    assert (asked.headers["content-type"], asked.content[:14]) == ("application/json", b'{"author_id":1')


def test_the_service_learns_of_the_request_that_we_serve(
    standin: Any, sources: RemoteSources, ctx: Any
) -> None:
    """Its name, its trace, and how long we wait."""
    context = ctx(request_id="r-1", traceparent=TRACE)
    sources.products.product_by_id(context, 1)
    fields = standin.asked[-1].headers
    assert (fields["x-request-id"], fields["traceparent"]) == ("r-1", TRACE)
    assert 1000 < int(fields["x-envoy-expected-rq-timeout-ms"]) <= 60_000  # our own limit is the nearer one
    assert (fields["accept"], fields["accept-encoding"]) == ("application/json", "gzip")
    assert fields["user-agent"].startswith("ogrom-client/")


@pytest.mark.parametrize(
    "state", ["congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7, congo=a b\t,,x@y=~", "a=" + "x" * 510]
)
def test_the_state_of_a_trace_goes_on_unchanged(
    standin: Any, sources: RemoteSources, ctx: Any, state: str
) -> None:
    """Whatever other systems have noted in it (W3C Trace Context, 3.3)."""
    sources.products.product_by_id(ctx(traceparent=TRACE, tracestate=state), 1)
    assert standin.asked[-1].headers["tracestate"] == state


@pytest.mark.parametrize("trace", ["", "two words"])
def test_no_state_goes_on_without_its_trace(
    standin: Any, sources: RemoteSources, ctx: Any, trace: str
) -> None:
    """It would be about nothing."""
    sources.products.product_by_id(ctx(traceparent=trace, tracestate="congo=t61rcWkgMzE"), 1)
    assert not {"traceparent", "tracestate"} & standin.asked[-1].headers.keys()


@pytest.mark.parametrize("state", ["", " ", "a=\r\nEvil: 1", "a=1\n", "a=ü", "a=\x00", "a=" + "x" * 511])
def test_a_state_that_is_none_is_not_passed_on(
    standin: Any, sources: RemoteSources, ctx: Any, state: str
) -> None:
    """Or one that is longer than anybody has to bear; the trace is."""
    sources.products.product_by_id(ctx(traceparent=TRACE, tracestate=state), 1)
    fields = standin.asked[-1].headers
    assert fields["traceparent"] == TRACE
    assert not {"tracestate", "evil"} & fields.keys()


@pytest.mark.parametrize("name", ["", "two words", "a\r\nEvil: 1", "ü", "x" * 300])
def test_what_is_no_word_is_not_passed_on(standin: Any, sources: RemoteSources, name: str, ctx: Any) -> None:
    """A name that would break the request is left out."""
    sources.products.product_by_id(ctx(request_id=name), 1)
    assert not {"x-request-id", "traceparent", "evil"} & standin.asked[-1].headers.keys()


def test_connections_are_used_again(
    standin: Any, sources: RemoteSources, said: Any, product: Any, a_product: Any
) -> None:
    """One is enough for one thread."""
    ports: set[int] = set()

    def note(handler: Any) -> None:
        ports.add(handler.client_address[1])
        said(a_product)(handler)

    standin.says(URL, note)
    for _ in range(5):
        product(sources)
    assert len(ports) == 1


@pytest.mark.parametrize("userinfo", ["", "me:S3cret@"])
def test_a_write_is_made_with_the_callers_token(
    standin: Any, said: Any, userinfo: str, ctx: Any, a_collage: Any, draft: CollageDraft
) -> None:
    """In place of the URL's user and password; a read, which is open to everybody, is made without."""
    caller = Principal(user_id=1, bearer=Bearer("t0ken"))
    standin.says("/de/c", said(a_collage, 201))
    with RemoteSources.at(standin.url.replace("//", f"//{userinfo}")) as sources:
        sources.collages.add_collage(ctx(principal=caller), draft)
        sources.products.product_by_id(ctx(principal=caller), 1)
    sent = {each.target: each.headers.get("authorization", "") for each in standin.asked}
    assert sent["/de/c"] == "Bearer t0ken"
    assert "t0ken" not in sent[URL]
    assert sent[URL].startswith("Basic ") is bool(userinfo)


def test_what_the_caller_may_not_do_is_forbidden(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any
) -> None:
    """A problem document says so; the message has no token."""
    caller = Principal(user_id=2, bearer=Bearer("t0ken"))
    standin.says("/de/said/5", said({"title": "Forbidden", "detail": "It is user 1's."}, 403))
    with pytest.raises(Forbidden, match="403 Forbidden: It is user 1") as caught:
        sources.comments.delete_comment(ctx(principal=caller), 5)
    assert "t0ken" not in str(caught.value)


def test_a_password_is_sent_and_never_shown(standin: Any, said: Any, product: Any) -> None:
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
