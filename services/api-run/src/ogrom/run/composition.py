"""The composition: what stands between the endpoints and the sources of the database, by the settings.

Next to the source its calls are timed; before that the breaker keeps calls from a database that fails; before
that the cache answers, for a while also while the breaker is open. Where requests are traced, the calls that
endpoints make are recorded, and those of them that come to the database.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, TypeVar

from ogrom.core import Sources
from ogrom.http.trace import Tracer
from ogrom.http.trace.instrument import note, recorded
from ogrom.operations.metrics import Metrics
from ogrom.protocols.waiting import Waiter
from ogrom.sources.wrappers import (
    MERGED,
    RULES,
    SHARED,
    Breaker,
    Cache,
    Merged,
    Timings,
    cached,
    gathered,
    guarded,
    observed,
)

from .settings import Settings

S = TypeVar("S")

# Kinds of record are called as their sources are; a write of any of them is a client's.
_WRITTEN: frozenset[str] = frozenset().union(*RULES.writes.values())


class CountedTimings(Timings):
    """Timings that the metrics show as well."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def __call__(self, source: str, method: str, seconds: float, error: BaseException | None) -> None:
        super().__call__(source, method, seconds, error)
        self._metrics.call(source, method, seconds, error)


@dataclass(frozen=True)
class Breakers:
    """The breaker of each database; one and the same where there is no replica."""

    reader: Breaker
    writer: Breaker


def breakers_of(
    settings: Settings, ask: Callable[[], object], ask_writer: Callable[[], object] | None
) -> Breakers | None:
    """The breakers; None where a database is never to be left alone.

    Args:
        settings: say when it is.
        ask: asks the database that is read from, and raises where it does not answer.
        ask_writer: asks the one that is written to; None where it is the same.
    """
    if not settings.breaker_failures:
        return None

    def breaker(name: str, probe: Callable[[], object]) -> Breaker:
        failures, reset_timeout = settings.breaker_failures, settings.breaker_reset_timeout
        return Breaker(name, failures=failures, reset_timeout=reset_timeout, probe=probe)

    writer = breaker("database", ask_writer or ask)
    return Breakers(writer if ask_writer is None else breaker("replica", ask), writer)


def cache_of(settings: Settings, waiter: Waiter) -> Cache | None:
    """The cache of what the database says; None where nothing is kept."""
    return Cache(size=settings.cache_records, waiter=waiter) if settings.cache_records else None


def sources_of(store: object) -> Sources:
    """The sources of a store or of another service; None for a capability that it lacks.

    Args:
        store: has them by the names that the endpoints know them by.
    """

    def found(name: str, default: object) -> Any:
        return getattr(store, name) if default is MISSING else getattr(store, name, default)

    return Sources(**{each.name: found(each.name, each.default) for each in fields(Sources)})


def composed(
    database: Sources,
    settings: Settings,
    timings: Timings,
    breakers: Breakers | None,
    cache: Cache | None,
    tracer: Tracer | None,
    waiter: Waiter,
    observe: Callable[[Merged], object],
) -> Sources:
    """The sources as endpoints get them.

    Args:
        database: the bare ones.
        settings: say how long what is kept.
        timings: told of each call that comes to the database.
        breakers: of the database, and of its replica.
        cache: of what it says.
        tracer: None where nothing is traced.
        waiter: of those who call.
        observe: told of each query that answers several calls.
    """
    # Another service is told who asks, and answers by that.
    merged, shared = ({}, ()) if settings.database_url.is_service else (MERGED, SHARED)

    def around(source: S, name: str) -> S:
        source = observed(source, name, timings)
        if tracer is not None:
            source = recorded(source, f"database.{name}")
        if breakers is not None:
            source = guarded(source, name, breakers.reader, writer=breakers.writer)
        source = gathered(source, name, waiter, observe=observe, share=_noted, merged=merged, shared=shared)
        if cache is not None:
            source = _cached(source, name, cache, settings)
        return source if tracer is None else recorded(source, name)

    found = {each.name: getattr(database, each.name) for each in fields(database)}
    return replace(database, **{name: around(each, name) for name, each in found.items() if each is not None})


def _noted(merged: Merged) -> None:
    """Have the trace of a request show the query that it has shared with others."""
    asked = f"{merged.method}({merged.ids} ids)" if merged.ids > 1 else merged.method
    shared = f", shared by {merged.calls} calls" if merged.calls > 1 else ""
    note(f"database.{merged.source}", asked + shared, merged.seconds, merged.error)


def _cached(source: S, name: str, cache: Cache, settings: Settings) -> S:
    ttl = settings.cache_written_ttl if name in _WRITTEN else settings.cache_ttl
    # What is never answered from memory is not answered so when it is stale either.
    stale_if_error = settings.cache_stale_if_error if ttl else 0.0
    return cached(source, name, cache, ttl=ttl, stale_if_error=stale_if_error)
