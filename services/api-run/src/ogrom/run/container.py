"""The container: the only place where the parts are put together.

Build everything in the main thread before the first request: a part is not safe to be built by two threads at
once. A test makes a container of its own and gives it other parts, `Container(settings=..., engine=engine)`.
"""

import time
from collections.abc import Callable
from dataclasses import fields
from functools import partial, wraps
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

import flask
from sqlalchemy import Engine, create_engine

from ogrom.core import Sources, assemble
from ogrom.http import Endpoint, Mount
from ogrom.http.flask import Application
from ogrom.http.trace import Tracer
from ogrom.protocols.context import Context
from ogrom.protocols.waiting import Waiter
from ogrom.server import Environ, Worker
from ogrom.sources.databases import Database
from ogrom.sources.engine import database_engine
from ogrom.sources.migrate import MigrationState, state
from ogrom.sources.sql import SqlSources
from ogrom.sources.wrappers import Cache

from .access.content import content_limit
from .access.described import with_rates
from .access.installation import Access, access_of
from .app import build_app
from .callers import Callers
from .composition import Breakers, breakers_of, cache_of, composed
from .database_url import DatabaseUrl
from .documentation import Documentation, collector, described
from .failures import Failure
from .gauges import show_breakers, show_cache, show_pools
from .health import Readiness, readiness, remote_readiness
from .metrics import Collector, CountedTimings, Metrics
from .middleware import wrapped
from .mounts import front_endpoints, market_mounts, service_mount
from .operators import Operators
from .probe import Probe
from .requests_log import RequestLog
from .scrape import MetricsResource
from .served import Watcher
from .settings import Settings
from .telemetry import Telemetry, routes_of
from .tracing import trace_pages, tracer_of

if TYPE_CHECKING:
    from ogrom.sources.remote import RemoteSources

T = TypeVar("T")

# How long /health/ready waits for the database, in seconds; balancers mostly wait for 5.
_PATIENCE = 2.0


def without_database(settings: Settings) -> "Container":
    """A container of which only what asks no database may be used, such as endpoints and their description."""
    return Container(settings=settings, engine=create_engine("sqlite://"))


def _connections(settings: Settings) -> int:
    """One for each thread, so that none waits for another, and one for the readiness check."""
    return settings.threads + settings.search_threads + 1


def _connected(url: DatabaseUrl, settings: Settings) -> Engine:
    return database_engine(url.secret, pool_size=_connections(settings))


def _remote(settings: Settings) -> "RemoteSources":
    # It takes long to import, and most services stand before a database.
    from ogrom.sources.remote import RemoteSources

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
    from ogrom.sources.demo import picture

    return picture(slug)


def _remote_probe(remote: "RemoteSources") -> Probe[str]:
    def ask() -> str:
        return remote.version(Context(locale="", deadline=time.monotonic() + _PATIENCE))

    return Probe(ask, patience=_PATIENCE)


def _probe(engine: Engine) -> Probe[MigrationState]:
    return Probe(lambda: state(engine), patience=_PATIENCE)


def _shown(
    metrics: Metrics, breakers: Breakers | None, cache: Cache | None, store: Database | None = None
) -> Metrics:
    """The metrics, which show the parts that are there."""
    if store is not None:
        engines = {"database": store.writer, "replica": store.reader}
        show_pools(metrics, _different(engines))
    if breakers is not None:
        show_breakers(metrics, _different({"database": breakers.writer, "replica": breakers.reader}))
    if cache is not None:
        show_cache(metrics, cache)
    return metrics


def _different(parts: dict[str, T]) -> dict[str, T]:
    """The database's part, and the replica's unless it is the same."""
    return parts if parts["database"] is not parts["replica"] else {"database": parts["database"]}


def part(build: Callable[[Any], T]) -> Callable[[Any], T]:
    """Have a part built when it is first asked for, and then kept."""
    name = build.__name__

    @wraps(build)
    def built(container: "Container") -> T:
        if name not in container.parts:
            container.parts[name] = build(container)
        found: T = container.parts[name]
        return found

    return built


class Container:
    """Everything of one process, made from its settings; a part is built when it is first asked for, and once.

    The sources are of one kind: `sql`, over `engine`, or `remote`, another service's. Whoever makes the container
    owns the end of the store or of `remote`; the other one is never built. `worker` is this process among those
    that serve together, and `everybody` gives the metrics of all.

    Attributes:
        parts: those that were given, and those that are built, by their names.
    """

    def __init__(self, *, settings: Settings, **parts: Any) -> None:
        """Build nothing yet.

        Args:
            settings: of the service.
            parts: by their names, instead of those that would be built.

        Raises:
            TypeError: there is no such part.
        """
        for name in parts:
            if not hasattr(type(self), name):
                raise TypeError(f"a container has no part {name!r}")
        self._settings = settings
        self.parts = parts

    def settings(self) -> Settings:
        """What everything is made from."""
        return self._settings

    @staticmethod
    def version() -> str:
        """Of this service."""
        return version("ogrom-api-run")

    @part
    def worker(self) -> Worker:
        return Worker.alone()

    @part
    def engine(self) -> Engine:
        return _connected(self._settings.database_url, self._settings)

    @part
    def reader(self) -> Engine:
        url = self._settings.database_reader_url
        return self.engine() if url is None else _connected(url, self._settings)

    @part
    def waiter(self) -> Waiter:
        return self.worker().waiter()

    @part
    def store(self) -> Database:
        return Database(self.engine(), self.reader(), self.waiter())

    @part
    def sql(self) -> SqlSources:
        return SqlSources.on(self.store())

    @part
    def remote(self) -> "RemoteSources":
        return _remote(self._settings)

    def origin(self) -> "SqlSources | RemoteSources":
        return self.remote() if self._is_remote() else self.sql()

    @part
    def tracer(self) -> Tracer | None:
        return tracer_of(self._settings)

    @part
    def everybody(self) -> Collector | None:
        return None

    @part
    def metrics(self) -> Metrics:
        settings = self._settings
        return Metrics(settings.locales, self.version(), settings.release, self.everybody())

    @part
    def timings(self) -> CountedTimings:
        return CountedTimings(self.metrics())

    @part
    def probe(self) -> Probe[Any]:
        return _remote_probe(self.remote()) if self._is_remote() else _probe(self.reader())

    @part
    def writer_probe(self) -> Probe[MigrationState] | None:
        if self._is_remote() or self.engine() is self.reader():
            return None
        return _probe(self.engine())

    @part
    def breakers(self) -> Breakers | None:
        return breakers_of(self._settings, self.probe(), self.writer_probe())

    @part
    def cache(self) -> Cache | None:
        return cache_of(self._settings, self.waiter())

    @part
    def database(self) -> Sources:
        origin = self.origin()
        return Sources(**{each.name: getattr(origin, each.name) for each in fields(Sources)})

    @part
    def sources(self) -> Sources:
        return composed(
            self.database(),
            self._settings,
            self.timings(),
            self.breakers(),
            self.cache(),
            self.tracer(),
            self.waiter(),
            self.metrics().merged,
        )

    def check(self) -> Readiness:
        if self._is_remote():
            return remote_readiness(self.version(), self.probe())
        return readiness(self.version(), self.probe(), self.writer_probe())

    @part
    def endpoints(self) -> tuple[Endpoint, ...]:
        return assemble(self.sources())

    @part
    def markets(self) -> dict[str, Mount]:
        return market_mounts(self.endpoints(), self._settings.locales)

    @part
    def front(self) -> tuple[Endpoint, ...]:
        settings = self._settings
        return front_endpoints(settings.locales, self.version(), settings.release, self.check, self.worker())

    @part
    def documentation(self) -> Documentation:
        settings = self._settings
        return Documentation(
            described(self.endpoints(), self.front(), settings.locales),
            self.version(),
            collector(self.markets(), self.origin().products),
            partial(with_rates, everything=settings.rate_limit, writes=settings.rate_writes),
        )

    @part
    def operators(self) -> Operators:
        return Operators(self._settings.operators, self._settings.operator_token)

    @part
    def scrape(self) -> MetricsResource:
        store = None if self._is_remote() else self.store()
        return MetricsResource(_shown(self.metrics(), self.breakers(), self.cache(), store), self.operators())

    @part
    def service(self) -> Mount:
        return service_mount(self.front(), self.documentation(), _picture, self.scrape())

    @part
    def traces(self) -> Mount | None:
        return trace_pages(self.tracer(), self.operators())

    @part
    def telemetry(self) -> Telemetry:
        traces = self.traces()
        mounts = {
            "service": self.service(),
            **self.markets(),
            **({} if traces is None else {"trace": traces}),
        }
        return Telemetry(routes_of(mounts), self.version(), self._settings.release)

    @part
    def access(self) -> Access:
        return access_of(self._settings, self.waiter())

    @part
    def callers(self) -> Callers:
        return Callers(self._settings.trusted_callers, self._settings.request_timeout)

    @part
    def bare_app(self) -> Application:
        return build_app(
            self.markets(),
            self.service(),
            callers=self.callers(),
            access=self.access(),
            exempt=self.operators().exempt,
            tracer=self.tracer(),
            trace_pages=self.traces(),
        )

    @part
    def content_limit(self) -> Callable[[Environ], int]:
        return content_limit(self.bare_app(), self.access().read_token)

    @part
    def watchers(self) -> list[Watcher]:
        return [self.telemetry(), self.metrics(), RequestLog()]

    @part
    def app(self) -> flask.Flask:
        return wrapped(self.bare_app(), watchers=self.watchers(), release=self._settings.release)

    def _is_remote(self) -> bool:
        return self._settings.database_url.is_service
