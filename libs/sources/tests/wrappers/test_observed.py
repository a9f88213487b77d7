"""An observed source tells of each call; wrappers have what they wrap."""

import copy
import inspect

import pytest

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, SourceError, Unavailable
from ogrom.protocols.testing import CATALOGUE, DE, MemorySources
from ogrom.sources.wrappers import Breaker, Cache, Observed, Stale, Timing, Timings, cached, guarded, observed

CTX = Context(locale=DE)


def test_a_call_is_told_with_its_time_and_its_error() -> None:
    """After the call, and the caller gets the very same error."""
    told: list[tuple[str, str, float, BaseException | None]] = []
    clock = iter((1.0, 1.5, 2.0, 2.25))
    source = observed(
        MemorySources(CATALOGUE).likes, "likes", lambda *call: told.append(call), clock=lambda: next(clock)
    )
    assert source.likes(CTX, 11) == 2
    with pytest.raises(Conflict) as caught:
        source.like(CTX, 999_999, 1)
    assert told == [("likes", "likes", 0.5, None), ("likes", "like", 0.25, caught.value)]


def test_timings_add_up_by_source_method_and_error() -> None:
    """Memory is bounded by the kinds of call, not by their number."""
    timings = Timings()
    timings("likes", "like", 0.5, None)
    timings("likes", "like", 0.25, None)
    timings("likes", "like", 2.0, Unavailable("likes", "down"))
    assert timings.snapshot() == {
        ("likes", "like", ""): Timing(calls=2, seconds=0.75, longest=0.5),
        ("likes", "like", "Unavailable"): Timing(calls=1, seconds=2.0, longest=2.0),
    }


def test_a_wrapper_has_the_attributes_of_what_it_wraps() -> None:
    """Signatures too, through several wrappers; what is private or missing is not there; a copy is one."""

    class Source:
        size = 3

        def close(self, *, force: bool = False) -> bool:
            return force

        def _secret(self) -> None: ...

    timings = Timings()
    source = cached(observed(Source(), "inner", timings), "outer", Cache(), ttl=1)
    assert (source.size, source.close(force=True)) == (3, True)
    assert str(inspect.signature(source.close)) == "(*, force: bool = False) -> bool"
    for name in ("_secret", "missing"):
        with pytest.raises(AttributeError, match=name):
            getattr(source, name)
    copied = copy.copy(source)
    copied._source = Source()  # type: ignore[attr-defined]
    assert copied.close.__wrapped__ != source.close.__wrapped__, "its methods are its own"  # type: ignore[attr-defined]
    assert copied.close() is False
    assert repr(copied).startswith("Cached(<")
    assert repr(source).startswith("Cached(Observed(<")
    assert isinstance(observed(Source(), "inner", timings), Observed)


def test_an_open_breaker_within_a_cache_serves_stale_answers_at_once() -> None:
    """The order that services want: the cache outside, the breaker in it, the timings next to the source."""
    now = [0.0]
    down: list[SourceError] = []

    class Likes:
        def likes(self, ctx: Context, collage_id: int) -> int:
            if down:
                raise down[0]
            return 7

    timings = Timings()
    stale: list[Stale] = []
    breaker = Breaker("database", failures=2, reset_timeout=10, clock=lambda: now[0])
    inner = guarded(observed(Likes(), "likes", timings), "likes", breaker)
    cache = Cache(clock=lambda: now[0])
    source = cached(inner, "likes", cache, ttl=1, stale_if_error=60, on_stale=stale.append)
    assert source.likes(CTX, 11) == 7
    now[0] += 5
    down.append(Unavailable("likes", "down"))
    assert [source.likes(CTX, 11) for _ in range(4)] == [7] * 4
    assert [type(each.error).__name__ for each in stale] == ["Unavailable"] * 2 + ["CircuitOpen"] * 2
    assert timings.snapshot()["likes", "likes", "Unavailable"].calls == 2
