"""The container: the only place where the parts are put together.

Build everything in the main thread before the first request: a `Singleton` is not safe to be built by two
threads at once. A test makes a container of its own and gives it other parts, `Container(settings=...,
engine=providers.Object(engine))`; overriding afterwards would not reach what is built already.
"""

import time
from importlib.metadata import version
from typing import TYPE_CHECKING

from dependency_injector import containers, providers
from sqlalchemy import Engine, create_engine

from ogrom.core import assemble
from ogrom.http import Mount
from ogrom.http.flask import Application
from ogrom.http.openapi.documentation import Documentation
from ogrom.operations.access.access import access_of
from ogrom.operations.command_line import Failure
from ogrom.operations.flask import Operations, Service
from ogrom.operations.health import Probe
from ogrom.operations.metrics import Collector, Metrics
from ogrom.protocols.context import Context
from ogrom.protocols.waiting import Waiter
from ogrom.server import Worker
from ogrom.sources.database.database import Database
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import MigrationState, state
from ogrom.sources.schema.users import Entry
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.wrappers import Cache

from .composition import Breakers, CountedTimings, breakers_of, cache_of, composed, sources_of
from .contract import VERSION
from .database_url import DatabaseUrl
from .documentation import collector, described, finished, info
from .gauges import show_breakers, show_cache, show_connections
from .health import ReadyResource, readiness, remote_readiness
from .markets import UNKNOWN_MARKET, nothing_at
from .mounts import front_endpoints, front_mount, market_mounts
from .settings import SERVICE, Settings

if TYPE_CHECKING:
    from ogrom.client import RemoteSources

# How long /health/ready waits for the database, in seconds; balancers mostly wait for 5.
_PATIENCE = 2.0

_SOURCES = f"sources {version('ogrom-sources')}"
"""What decides which tables this service works on; it has no version of its own."""


def without_database(settings: Settings) -> "Container":
    """A container of which only what asks no database may be used, such as endpoints and their description."""
    return Container(settings=settings, engine=providers.Object(create_engine("sqlite://")))


def _engine(settings: Settings) -> Engine:
    return _connected(settings.database_url, settings)


def _reader(settings: Settings, writer: Engine) -> Engine:
    url = settings.database_reader_url
    return writer if url is None else _connected(url, settings)


def _connections(settings: Settings) -> int:
    """One for each thread, so that none waits for another, and one for the readiness check."""
    return settings.threads + settings.search_threads + 1


def _connected(url: DatabaseUrl, settings: Settings) -> Engine:
    return database_engine(url.secret, pool_size=_connections(settings))


def _remote(settings: Settings) -> "RemoteSources":
    # It takes long to import, and most services stand before a database.
    from ogrom.client import RemoteSources

    try:
        return RemoteSources.at(
            settings.database_url.secret,
            timeout=settings.request_timeout,
            connections=_connections(settings),
        )
    except ValueError as error:
        raise Failure(f"service: {settings.database_url} cannot be used: {error}") from error


def _picture(slug: str) -> str | None:
    # Only the demo's products have such pictures.
    from ogrom.catalogue.demo import picture

    return picture(slug)


def _kind(settings: Settings) -> str:
    return "remote" if settings.database_url.is_service else "sql"


def _remote_probe(remote: "RemoteSources") -> Probe[str]:
    def ask() -> str:
        return remote.version(Context(locale="", deadline=time.monotonic() + _PATIENCE))

    return Probe(ask, patience=_PATIENCE)


def _probe(engine: Engine) -> Probe[MigrationState]:
    return Probe(lambda: state(engine), patience=_PATIENCE)


def _writer_probe(writer: Engine, reader: Engine) -> Probe[MigrationState] | None:
    return None if writer is reader else _probe(writer)


def _observed(
    metrics: Metrics, breakers: Breakers | None, cache: Cache | None, store: Database | None = None
) -> Metrics:
    """The metrics, which show the parts that are there."""
    if store is not None:
        show_connections(metrics, store)
    if breakers is not None:
        show_breakers(metrics, breakers)
    if cache is not None:
        show_cache(metrics, cache)
    return metrics


def _service(operations: Operations, front: Mount, markets: dict[str, Mount], _: Metrics) -> Service:
    return operations.service(
        front,
        markets,
        locale_of=str,
        not_found=lambda path: nothing_at(path, tuple(markets)),
        problems=(UNKNOWN_MARKET,),
    )


class Container(containers.DeclarativeContainer):
    """Everything of one process, made from its settings.

    The sources are of one kind: `sql`, over `engine`, or `remote`, another service's. Whoever makes the container
    owns the end of the store or of `remote`; the other one is never built. `worker` is this process among those
    that serve together, and `all_workers` gives the metrics of all.
    """

    settings: providers.Provider[Settings] = providers.Dependency(instance_of=Settings)
    worker: providers.Provider[Worker] = providers.Singleton(Worker.alone)
    version = providers.Object(version("ogrom-api-run"))

    engine = providers.Singleton(_engine, settings)
    reader = providers.Singleton(_reader, settings, engine)
    waiter: providers.Provider[Waiter] = providers.Singleton(Worker.waiter, worker)
    store = providers.Singleton(Database, engine, reader, waiter)
    sql = providers.Singleton(SqlSources.on, store)
    remote = providers.Singleton(_remote, settings)
    kind = providers.Callable(_kind, settings)
    origin = providers.Selector(kind, sql=sql, remote=remote)
    all_workers: providers.Provider[Collector | None] = providers.Object(None)
    access = providers.Singleton(
        access_of, settings, waiter, passes_tokens_on=settings.provided.database_url.is_service
    )
    operations = providers.Singleton(
        Operations.of,
        settings,
        version,
        worker,
        markets=settings.provided.locales,
        all_workers=all_workers,
        access=access,
    )
    metrics: providers.Provider[Metrics] = operations.provided.metrics
    timings = providers.Singleton(CountedTimings, metrics)
    probe = providers.Selector(
        kind, sql=providers.Singleton(_probe, reader), remote=providers.Singleton(_remote_probe, remote)
    )
    writer_probe = providers.Selector(
        kind, sql=providers.Singleton(_writer_probe, engine, reader), remote=providers.Object(None)
    )
    breakers = providers.Singleton(breakers_of, settings, probe, writer_probe)
    cache = providers.Singleton(cache_of, settings, waiter)
    database = providers.Singleton(sources_of, origin)
    sources = providers.Singleton(
        composed,
        database,
        settings,
        timings,
        breakers,
        cache,
        operations.provided.tracer,
        waiter,
        operations.provided.metrics.merged,
    )
    entry = providers.ThreadSafeSingleton(Entry, engine, SERVICE, _SOURCES)
    check = providers.Selector(
        kind,
        sql=providers.Callable(readiness, probe, writer_probe, entry),
        remote=providers.Callable(remote_readiness, probe),
    )

    endpoints = providers.Singleton(assemble, sources, waiter)
    markets = providers.Singleton(market_mounts, endpoints, settings.provided.locales, origin)
    health = operations.provided.health.call(
        providers.Singleton(ReadyResource, version, worker, settings.provided.release, check.provider)
    )
    front_endpoints = providers.Singleton(front_endpoints, version, settings.provided.locales, health)
    documentation = providers.Singleton(
        Documentation,
        providers.Callable(described, endpoints, front_endpoints, settings.provided.locales),
        providers.Callable(info, VERSION),
        providers.Callable(collector, markets, origin.provided.products),
        providers.Callable(
            finished, everything=settings.provided.rate_limit, writes=settings.provided.rate_writes
        ).provider,
    )
    front = providers.Singleton(
        front_mount,
        front_endpoints,
        documentation,
        providers.Object(_picture),
        operations.provided.scrape.call(),
    )
    service = providers.Singleton(
        _service,
        operations,
        front,
        markets,
        providers.Selector(
            kind,
            sql=providers.Callable(_observed, metrics, breakers, cache, store),
            remote=providers.Callable(_observed, metrics, breakers, cache),
        ),
    )
    app: providers.Provider[Application] = service.provided.app
