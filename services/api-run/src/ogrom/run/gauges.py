"""Gauges: connections, memory and breakers of a process, as its metrics show them."""

from sqlalchemy.pool import QueuePool

from ogrom.operations.metrics import Metrics
from ogrom.sources.database.database import Database
from ogrom.sources.wrappers import Cache

from .composition import Breakers


def show_connections(metrics: Metrics, store: Database) -> None:
    """Show the connections to the database and to its replica, if there is one: those of threads, and the loop's."""
    labels = ("database", "state")
    pooled = metrics.gauge("pool_connections", "Connections of threads, by whether a call has them.", *labels)
    polled = metrics.gauge(
        "polled_connections", "Connections of the loop, by whether a query has them.", *labels
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
    """Show which breakers are open."""
    gauge = metrics.gauge(
        "breaker_open",
        "In how many processes the circuit breaker is open, so that the database, or a part of it, is left alone.",
        "database",
    )
    names = {breakers.reader: "replica", breakers.writer: "database"}

    def look() -> None:
        for breaker, name in names.items():
            gauge.labels(name).set(not breaker.closed)

    metrics.samples.add(look)


def show_cache(metrics: Metrics, cache: Cache) -> None:
    """Show how many records are kept, and how calls were answered."""
    records = metrics.gauge("cache_records", "Records in memory.")
    counters = {
        "hits": metrics.follow("cache_hits", "Calls that were answered from memory."),
        "misses": metrics.follow("cache_misses", "Calls that came to the database."),
        "shared": metrics.follow(
            "cache_shared", "Calls that waited for an identical call of another thread."
        ),
        "stale": metrics.follow(
            "cache_stale", "Calls that were answered from memory since the database did not."
        ),
    }

    def look() -> None:
        statistics = cache.statistics()
        records.set(statistics.records)
        for name, advance in counters.items():
            advance(getattr(statistics, name))

    metrics.samples.add(look)
