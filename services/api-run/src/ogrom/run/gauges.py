"""Gauges: connections, memory, breakers and lost lines of a process, as its metrics show them."""

from collections.abc import Callable

from prometheus_client import Counter, Gauge
from sqlalchemy.pool import QueuePool

from ogrom.server import LoopState
from ogrom.sources.database.database import Database
from ogrom.sources.wrappers import Cache

from .composition import Breakers
from .metrics import Metrics


def show_connections(metrics: Metrics, store: Database) -> None:
    """Show the connections to the database and to its replica, if there is one: those of threads, and the loop's.

    Args:
        metrics: where.
        store: has them.
    """
    pooled, polled = (
        Gauge(name, meaning, ("database", "state"), multiprocess_mode="livesum", registry=metrics.registry)
        for name, meaning in {
            "ogrom_pool_connections": "Connections of threads, by whether a call has them.",
            "ogrom_polled_connections": "Connections of the loop, by whether a query has them.",
        }.items()
    )
    engines = {"replica": store.reader, "database": store.writer}
    names = {engine: name for name, engine in engines.items()}  # one name where they are the same

    def look() -> None:
        for engine, name in names.items():
            pool = engine.pool
            if isinstance(pool, QueuePool):
                pooled.labels(name, "busy").set(pool.checkedout())
                pooled.labels(name, "idle").set(pool.checkedin())
            if engine in store.polled:
                busy, idle = store.polled[engine].connections
                polled.labels(name, "busy").set(busy)
                polled.labels(name, "idle").set(idle)

    metrics.samples.add(look)


def show_breakers(metrics: Metrics, breakers: Breakers) -> None:
    """Show which breakers are open.

    Args:
        metrics: where.
        breakers: of the database, and of its replica.
    """
    gauge = Gauge(
        "ogrom_breaker_open",
        "In how many processes the circuit breaker is open, so that the database is left alone.",
        ("database",),
        multiprocess_mode="livesum",
        registry=metrics.registry,
    )

    names = {breakers.reader: "replica", breakers.writer: "database"}

    def look() -> None:
        for breaker, name in names.items():
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
