"""The container: the only place where the parts are put together.

Build everything in the main thread before the first request: a `Singleton` is not safe to be built by two
threads at once. A test makes a container of its own and gives it other parts, `Container(settings=...,
engine=providers.Object(engine))`; overriding afterwards would not reach what is built already.
"""

import time
from importlib.metadata import version
from typing import TYPE_CHECKING

from dependency_injector import containers, providers
from sqlalchemy import Engine

from ogrom.core import Sources, assemble
from ogrom.protocols.context import Context
from ogrom.sources.categories import SqlCategories
from ogrom.sources.collages import SqlCollages
from ogrom.sources.comments import SqlComments
from ogrom.sources.demo import picture
from ogrom.sources.engine import database_engine
from ogrom.sources.likes import SqlLikes
from ogrom.sources.migrate import MigrationState, state
from ogrom.sources.products import SqlProducts
from ogrom.sources.search import SqlSearch
from ogrom.sources.users import SqlUsers

from .app import build_app
from .documentation import Documentation, collector, described
from .health import readiness, remote_readiness
from .mounts import front_endpoints, market_mounts, service_mount
from .probe import Probe
from .settings import Settings
from .tracing import trace_pages, traced, tracer_of

if TYPE_CHECKING:
    from ogrom.sources.remote import RemoteSources

# How long /health/ready waits for the database, in seconds; balancers mostly wait for 5.
_PATIENCE = 2.0


def _engine(settings: Settings) -> Engine:
    # A connection for each thread, so that none waits for another, and one for the readiness check.
    return database_engine(settings.database_url.secret, pool_size=settings.threads + 1)


def _remote(settings: Settings) -> "RemoteSources":
    # It takes long to import, and most services stand before a database.
    from ogrom.sources.remote import RemoteSources

    return RemoteSources.at(
        settings.database_url.secret,
        timeout=settings.request_timeout,
        connections=settings.threads + 1,
    )


def _kind(settings: Settings) -> str:
    return "remote" if settings.database_url.is_service else "sql"


def _remote_probe(remote: "RemoteSources") -> Probe[str]:
    def ask() -> str:
        return remote.version(Context(locale="", deadline=time.monotonic() + _PATIENCE))

    return Probe(ask, patience=_PATIENCE)


def _probe(engine: Engine) -> Probe[MigrationState]:
    return Probe(lambda: state(engine), patience=_PATIENCE)


class Container(containers.DeclarativeContainer):
    """Everything of one process, made from its settings.

    The sources are of one kind: `sql`, over `engine`, or `remote`, another service's. Whoever makes the container
    owns the end of the engine or of `remote`; the other one is never built.
    """

    settings: providers.Provider[Settings] = providers.Dependency(instance_of=Settings)
    version = providers.Object(version("ogrom-api-run"))

    engine = providers.Singleton(_engine, settings)
    remote = providers.Singleton(_remote, settings)
    kind = providers.Callable(_kind, settings)

    products = providers.Selector(
        kind, sql=providers.Singleton(SqlProducts, engine), remote=remote.provided.products
    )
    categories = providers.Selector(
        kind, sql=providers.Singleton(SqlCategories, engine), remote=remote.provided.categories
    )
    collages = providers.Selector(
        kind, sql=providers.Singleton(SqlCollages, engine), remote=remote.provided.collages
    )
    comments = providers.Selector(
        kind, sql=providers.Singleton(SqlComments, engine), remote=remote.provided.comments
    )
    users = providers.Selector(kind, sql=providers.Singleton(SqlUsers, engine), remote=remote.provided.users)
    likes = providers.Selector(kind, sql=providers.Singleton(SqlLikes, engine), remote=remote.provided.likes)
    search = providers.Selector(
        kind, sql=providers.Singleton(SqlSearch, engine), remote=remote.provided.search
    )
    tracer = providers.Singleton(tracer_of, settings)
    untraced_sources = providers.Singleton(
        Sources,
        products=products,
        categories=categories,
        collages=collages,
        comments=comments,
        users=users,
        likes=likes,
        search=search,
    )

    sources = providers.Singleton(traced, untraced_sources, tracer)

    probe = providers.Selector(
        kind, sql=providers.Singleton(_probe, engine), remote=providers.Singleton(_remote_probe, remote)
    )
    check = providers.Selector(
        kind,
        sql=providers.Callable(readiness, version, probe),
        remote=providers.Callable(remote_readiness, version, probe),
    )

    endpoints = providers.Singleton(assemble, sources)
    markets = providers.Singleton(market_mounts, endpoints, settings.provided.locales)
    front = providers.Singleton(front_endpoints, settings.provided.locales, version, check.provider)
    documentation = providers.Singleton(
        Documentation,
        providers.Callable(described, endpoints, front, settings.provided.locales),
        version,
        providers.Callable(collector, markets, products),
    )
    service = providers.Singleton(service_mount, front, documentation, providers.Object(picture))
    app = providers.Singleton(
        build_app,
        markets,
        service,
        request_timeout=settings.provided.request_timeout,
        tracer=tracer,
        trace_pages=providers.Callable(trace_pages, tracer),
    )
