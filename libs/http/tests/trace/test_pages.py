"""The pages that show traces."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

import pytest

from ogrom.http import Response
from ogrom.http.testing import Request
from ogrom.http.trace import SourceCall, Trace, TraceKey, Traces
from ogrom.http.trace.pages import trace_mount

KEY = TraceKey("k" * 32)
HOSTILE = "\"'><script>alert(1)</script>{{ 7 * 7 }}"


def get(
    traces: Traces, target: str, key: TraceKey | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    mount = trace_mount(traces, key)
    _, _, trace_id = target.partition("?")[0].removeprefix("/").partition("/")
    endpoint = mount.endpoints[1 if trace_id else 0]
    arguments = {"trace_id": trace_id} if trace_id else {}
    return mount.respond(
        endpoint, Request(target=target, headers=headers or {}), context=None, arguments=arguments
    )


def kept(*traces: Trace) -> Traces:
    made = Traces()
    for trace in traces:
        made.add(trace)
    return made


def token(path: str) -> str:
    return KEY.sign("GET", path, expires=int(time.time()) + 60)


def test_the_list_has_every_trace_and_leads_to_it(trace: Callable[..., Trace]) -> None:
    """The newest first."""
    one, other = trace(), trace(thing_id=3)
    page = get(kept(one, other), "/trace").content.decode()
    assert re.findall(r'href="(/trace/[^"]+)"', page) == [f"/trace/{other.id}", f"/trace/{one.id}"]
    assert "handle_not_found" in page
    assert "No request has been traced yet" in get(Traces(), "/trace").content.decode()


def test_a_trace_is_shown_in_the_graph(trace: Callable[..., Trace]) -> None:
    """With its path lit, its values, its calls and its header fields."""
    one = trace(headers={"Accept": "application/json"})
    page = get(kept(one), f"/trace/{one.id}").content.decode()
    assert 'id="node-exists" class="node decision lit true"' in page
    assert 'id="node-handle_not_found" class="node handler status-4"' in page
    assert "thing_by_id(1, fail=False)" in page
    assert "renderer = application/json" in page
    assert "geheim" not in page


def test_a_forgotten_trace_is_not_found() -> None:
    """Only the last ones are kept."""
    assert get(Traces(), "/trace/0123").status == 404


def test_nothing_hostile_gets_into_a_page(trace: Callable[..., Trace]) -> None:
    """Neither from the target, nor from fields, values, calls or errors."""
    one = trace()
    visits = tuple(replace(visit, found=HOSTILE) for visit in one.visits)
    call = SourceCall(HOSTILE, HOSTILE, "exists", 1.0, HOSTILE)
    said = ((HOSTILE, HOSTILE),)
    bad = replace(
        one,
        target=HOSTILE,
        method=HOSTILE,
        request_id=HOSTILE,
        resource=HOSTILE,
        visits=visits,
        calls=(call,),
        request_headers=said,
        response_headers=said,
    )
    for target in ("/trace", f"/trace/{one.id}"):
        page = get(kept(bad), target).content.decode()
        assert "<script" not in page
        assert "alert(1)" in page


def test_the_policy_allows_the_page_its_own_style_and_nothing_else(trace: Callable[..., Trace]) -> None:
    """Whatever got into it would not run."""
    one = trace()
    for target in ("/trace", f"/trace/{one.id}"):
        response = get(kept(one), target)
        (style,) = re.findall(rb"<style>(.*?)</style>", response.content, re.DOTALL)
        hash_ = b64encode(sha256(style).digest()).decode()
        assert (
            f"default-src 'none'; style-src 'sha256-{hash_}';" in response.headers["Content-Security-Policy"]
        )
        assert b" style=" not in response.content
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "sent",
    ["", "?token=", "?token=1.2", f"?token={token('/trace/1')}"],
    ids=["none", "empty", "nonsense", "of another page"],
)
def test_with_a_key_nobody_sees_them_unsigned(trace: Callable[..., Trace], sent: str) -> None:
    """A list of what others have asked for is for those who have the key."""
    response = get(kept(trace()), f"/trace{sent}", KEY)
    assert response.status == 403
    assert b"things" not in response.content


def test_with_a_key_signed_requests_see_them(trace: Callable[..., Trace]) -> None:
    """By the header, or by the query, whose links go on to pages that it opens, too."""
    traces = kept(trace())
    assert get(traces, "/trace", KEY, {"Ogrom-Trace-Request": token("/trace")}).status == 200
    page = get(traces, f"/trace?token={token('/trace')}", KEY).content.decode()
    (link,) = re.findall(r'href="(/trace/[^"]+)"', page)
    page = get(traces, link, KEY).content.decode()
    (back,) = re.findall(r'href="(/trace\?[^"]+)"', page)
    assert get(traces, back, KEY).status == 200


def test_the_links_of_a_page_hold_no_longer_than_it_does(trace: Callable[..., Trace]) -> None:
    """Whoever was let in for a minute stays for a minute."""
    mine = token("/trace")
    page = get(kept(trace()), f"/trace?token={mine}", KEY).content.decode()
    (link,) = re.findall(r'href="(/trace/[^"]+)"', page)
    assert f"token={mine.partition('.')[0]}." in link
