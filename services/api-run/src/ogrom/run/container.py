"""The container: the only place where the parts are put together.

Build everything in the main thread before the first request: a `Singleton` is not safe to be built by two
threads at once. A test makes a container of its own and gives it other parts, `Container(settings=...,
engine=providers.Object(engine))`; overriding afterwards would not reach what is built already.
"""

from importlib.metadata import version

from dependency_injector import containers, providers
from sqlalchemy import Engine

from ogrom.core import Sources, assemble
from ogrom.sources.categories import SqlCategories
from ogrom.sources.collages import SqlCollages
from ogrom.sources.comments import SqlComments
from ogrom.sources.databases import Database
from ogrom.sources.demo import picture
from ogrom.sources.engine import database_engine
from ogrom.sources.likes import SqlLikes
from ogrom.sources.migrate import MigrationState, state
from ogrom.sources.products import SqlProducts
from ogrom.sources.search import SqlSearch
from ogrom.sources.users import SqlUsers

from .app import build_app
from .database_url import DatabaseUrl
from .documentation import Documentation, collector, described
from .health import readiness
from .mounts import front_endpoints, market_mounts, service_mount
from .probe import Probe
from .settings import Settings
from .tracing import trace_pages, traced, tracer_of

# How long /health/ready waits for the database, in seconds; balancers mostly wait for 5.
_PATIENCE = 2.0


def _engine(settings: Settings) -> Engine:
    return _connected(settings.database_url, settings)


def _reader(settings: Settings, writer: Engine) -> Engine:
    url = settings.database_reader_url
    return writer if url is None else _connected(url, settings)


def _connected(url: DatabaseUrl, settings: Settings) -> Engine:
    # A connection for each thread, so that none waits for another, and one for the readiness check.
    return database_engine(url.secret, pool_size=settings.threads + 1)


def _probe(engine: Engine) -> Probe[MigrationState]:
    return Probe(lambda: state(engine), patience=_PATIENCE)


def _writer_probe(writer: Engine, reader: Engine) -> Probe[MigrationState] | None:
    return None if writer is reader else _probe(writer)


class Container(containers.DeclarativeContainer):
    """Everything of one process, made from its settings; whoever makes the container owns the store's end."""

    settings: providers.Provider[Settings] = providers.Dependency(instance_of=Settings)
    version = providers.Object(version("ogrom-api-run"))

    engine = providers.Singleton(_engine, settings)
    reader = providers.Singleton(_reader, settings, engine)
    store = providers.Singleton(Database, engine, reader)

    products = providers.Singleton(SqlProducts, store)
    categories = providers.Singleton(SqlCategories, store)
    collages = providers.Singleton(SqlCollages, store)
    comments = providers.Singleton(SqlComments, store)
    users = providers.Singleton(SqlUsers, store)
    likes = providers.Singleton(SqlLikes, store)
    search = providers.Singleton(SqlSearch, store)
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

    probe = providers.Singleton(_probe, reader)
    writer_probe = providers.Singleton(_writer_probe, engine, reader)
    check = providers.Callable(readiness, version, probe, writer_probe)

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
