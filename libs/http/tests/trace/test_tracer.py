"""Which requests are traced."""

import time
from collections.abc import Callable

import pytest

from ogrom.http import Response
from ogrom.http.trace import TraceKey, Tracer, Traces
from ogrom.http.trace.recording import Recording

KEY = TraceKey("k" * 32)
Ask = Callable[..., Response]
WAYS = [("GET", 1), ("GET", 3), ("HEAD", 1), ("OPTIONS", 1), ("DELETE", 1), ("BREW", 1), ("GET", 2)]


def signed(method: str, target: str) -> dict[str, str]:
    return {"Ogrom-Trace-Request": KEY.sign(method, target, expires=int(time.time()) + 60)}


@pytest.mark.parametrize(("method", "thing_id"), WAYS)
def test_a_traced_response_is_the_same_but_for_the_header(ask: Ask, method: str, thing_id: int) -> None:
    """The unfolded graph, which is traced, decides as the folded one does."""
    plain = ask(method, thing_id, by=Tracer(Traces()))
    traced = ask(method, thing_id)
    assert traced.headers.pop("Ogrom-Trace")
    assert traced.headers.pop("Cache-Control") == "no-store"  # no cache shall tell others of it
    plain.headers.pop("Cache-Control", None)
    assert traced == plain


def test_where_nothing_is_traced_nothing_is_made(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No recording, no header and nothing kept."""
    monkeypatch.setattr(Recording, "__init__", None)
    tracer = Tracer(Traces())
    assert "Ogrom-Trace" not in ask(by=tracer).headers
    assert tracer.traces.last() == ()


def test_the_page_of_a_trace_is_named_where_everybody_may_see_it(ask: Ask, tracer: Tracer) -> None:
    """A request that is answered by a page leads there; with a key, its readers have to sign."""
    html = {"Accept": "text/html"}
    content = ask(headers=html).content.decode()
    assert f'href="/trace/{tracer.traces.last()[0].id}"' in content
    assert "/trace/" not in ask(by=Tracer(Traces(), everything=True, key=KEY), headers=html).content.decode()


def test_a_signed_request_is_traced(ask: Ask) -> None:
    """In production, where others are not."""
    tracer = Tracer(Traces(), key=KEY)
    assert "Ogrom-Trace" not in ask(by=tracer).headers
    assert "Ogrom-Trace" in ask(by=tracer, headers=signed("GET", "/things/1")).headers
    (kept,) = tracer.traces.last()
    assert ("ogrom-trace-request", "***") in kept.request_headers


@pytest.mark.parametrize(
    "headers", [signed("GET", "/things/3"), signed("PUT", "/things/1"), {"Ogrom-Trace-Request": "1"}]
)
def test_what_is_signed_wrongly_is_answered_untraced(ask: Ask, headers: dict[str, str]) -> None:
    """A wrong signature is no error: it tells nobody whether there is a key."""
    response = ask(by=Tracer(Traces(), key=KEY), headers=headers)
    assert response.status == 200
    assert "Ogrom-Trace" not in response.headers


def test_without_a_key_no_signature_counts(ask: Ask) -> None:
    """The header is ignored."""
    assert "Ogrom-Trace" not in ask(by=Tracer(Traces()), headers=signed("GET", "/things/1")).headers
