"""Gauges: connections, memory, breakers and lost lines of a process, as its metrics show them."""

from collections.abc import Callable, Mapping

from prometheus_client import Counter, Gauge
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from ogrom.server import LoopState
from ogrom.sources.wrappers import Breaker, Cache

from .metrics import Metrics


def show_pools(metrics: Metrics, engines: Mapping[str, Engine]) -> None:
    """Show the connections of each pool.

    Args:
        metrics: where.
        engines: by the name of their database.
    """
    gauge = Gauge(
        "ogrom_pool_connections",
        "Connections to the database, by whether a request has them.",
        ("database", "state"),
        multiprocess_mode="livesum",
        registry=metrics.registry,
    )

    def look() -> None:
        for name, engine in engines.items():
            pool = engine.pool
            if isinstance(pool, QueuePool):
                gauge.labels(name, "busy").set(pool.checkedout())
                gauge.labels(name, "idle").set(pool.checkedin())

    metrics.samples.add(look)


def show_breakers(metrics: Metrics, breakers: Mapping[str, Breaker]) -> None:
    """Show which breakers are open.

    Args:
        metrics: where.
        breakers: by the name of the database that each guards.
    """
    gauge = Gauge(
        "ogrom_breaker_open",
        "In how many processes the circuit breaker is open, so that the database is left alone.",
        ("database",),
        multiprocess_mode="livesum",
        registry=metrics.registry,
    )

    def look() -> None:
        for name, breaker in breakers.items():
            gauge.labels(name).set(not breaker.closed)

    metrics.samples.add(look)


def show_cache(metrics: Metrics, cache: Cache) -> None:
    """Show how many records are kept, and how calls were answered.

    Args:
        metrics: where.
        cache: of this process.
    """
    records = Gauge(
        "ogrom_cache_records",
        "Records in memory.",
        multiprocess_mode="livesum",
        registry=metrics.registry,
    )
    meanings = {
        "hits": "Calls that were answered from memory.",
        "misses": "Calls that came to the database.",
        "shared": "Calls that waited for the same call of another thread.",
        "stale": "Calls that were answered from memory since the database did not.",
    }
    advances = {
        name: _advance(Counter(f"ogrom_cache_{name}", meaning, registry=metrics.registry))
        for name, meaning in meanings.items()
    }

    def look() -> None:
        statistics = cache.statistics()
        records.set(statistics.records)
        for name, advance in advances.items():
            advance(getattr(statistics, name))

    metrics.samples.add(look)


def show_loop(metrics: Metrics, read: Callable[[], LoopState]) -> None:
    """Show what the loop does that answers requests.

    Args:
        metrics: where.
        read: tells of this process.
    """
    gauges = {
        name: Gauge(f"ogrom_loop_{name}", meaning, multiprocess_mode="livesum", registry=metrics.registry)
        for name, meaning in {
            "begun": "Requests that have begun on the loop and have not ended.",
            "parked": "Waits of requests on the loop.",
        }.items()
    }
    advances = {
        name: _advance(Counter(f"ogrom_loop_{name}", meaning, registry=metrics.registry))
        for name, meaning in {
            "offloaded": "Calls of requests on the loop that a thread has run.",
            "lags": "How often the loop was held up for 50 ms or more.",
            "lag_seconds": "For how long it was held up then.",
        }.items()
    }

    def look() -> None:
        state = read()
        for name, gauge in gauges.items():
            gauge.set(getattr(state, name))
        for name, advance in advances.items():
            advance(getattr(state, name))

    metrics.samples.add(look)


def show_lost_lines(metrics: Metrics, lost: Callable[[], int]) -> None:
    """Show how many lines of the log could not be written.

    Args:
        metrics: where.
        lost: tells of this process.
    """
    advance = _advance(
        Counter("ogrom_log_lines_lost", "Lines of the log that nobody took.", registry=metrics.registry)
    )
    metrics.samples.add(lambda: advance(lost()))


def _advance(counter: Counter) -> Callable[[float], None]:
    """Lets a counter follow a count that somebody else keeps."""
    known = 0.0

    def advance(count: float) -> None:
        nonlocal known
        counter.inc(count - known)
        known = count

    return advance
