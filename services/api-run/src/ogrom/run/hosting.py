"""Hosting: the application in each worker, and what is done once for all of them before anybody listens."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack

import msgspec
from dependency_injector import providers
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ogrom.http import Mount
from ogrom.http.openapi import Examples, collect
from ogrom.http.openapi.documentation import assets
from ogrom.http.trace.record import PATH as TRACE_PATH
from ogrom.operations.access.access import check_access
from ogrom.operations.command_line import failure_ends_process
from ogrom.operations.serving import Announcement
from ogrom.operations.shared_metrics import AllWorkers, SharedMetrics
from ogrom.operations.warmup import SECONDS, Target, WarmUp, requests_to, warm_up
from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.sources import ProductSource
from ogrom.server import Hosted, Worker
from ogrom.sources.commands import bring_up_to_date
from ogrom.sources.database.deadlines import until
from ogrom.sources.migrations.migrate import state

from .container import Container
from .documentation import starts
from .failures import explained
from .health import behind
from .markets import market_prefix
from .settings import Settings

log = logging.getLogger("ogrom.run")


def hosted(settings: Settings, shared: SharedMetrics, worker: Worker) -> Hosted:
    """The application in a worker.

    Args:
        settings: of the service.
        shared: what all workers count.
        worker: this process.
    """
    with failure_ends_process(), explained(settings.database_url):
        container = Container(
            settings=settings,
            worker=providers.Object(worker),
            all_workers=providers.Object(AllWorkers(shared, worker)),
        )
        service = container.service()
    return service.hosted(
        warming(container, settings) if settings.warm_up else None,
        close=lambda: close(container, settings),
    )


def close(container: Container, settings: Settings) -> None:
    """Close all connections to where the data is."""
    if settings.database_url.is_service:
        container.remote().close()
    else:
        container.store().dispose()


def warming(container: Container, settings: Settings) -> WarmUp:
    """What warms up this process: keys, connections, and a request to each endpoint."""

    def is_ready() -> bool:
        return not container.check().fault

    def run() -> bool:
        container.access().prepare()
        return is_ready() and run_warm_up(container, settings)

    return WarmUp(run, is_ready, failures=(SourceError, SQLAlchemyError))


def run_warm_up(container: Container, settings: Settings, seconds: float = SECONDS) -> bool:
    """Open all connections and ask for everything once; False if a later try might do better.

    Args:
        container: of this process.
        settings: of the service.
        seconds: how long it may take.

    Raises:
        SQLAlchemyError: the database cannot be reached.
    """
    end = time.monotonic() + seconds
    if not settings.database_url.is_service:
        _connect(container, settings.threads + settings.search_threads, end)
    return warm_up(container.app(), lambda _: _targets(container, end), seconds=end - time.monotonic())


def _connect(container: Container, threads: int, end: float) -> None:
    """Open the connections of all threads, and those of the loop if requests run on one."""
    store = container.store()
    for engine in {store.writer, store.reader}:
        with until(end), ExitStack() as held:
            for _ in range(threads):
                held.enter_context(engine.connect())
    if container.worker().greenlets is not None:
        for reads in store.polled.values():
            reads.open_connections(end)


def _targets(container: Container, end: float) -> Iterator[Target]:
    """Each route of each market, with examples of what is there; as pages only where templates are still cold."""
    known = Examples()
    for place, (locale, mount) in enumerate(container.markets().items()):
        known = _examples(mount, container.origin().products, Context(locale=locale, deadline=end))
        yield from requests_to(mount, known, pages=place == 0)
    extra = {"digest": assets().digest, "file": "docs.js"}
    yield from requests_to(container.front(), known, extra, pages=True)


def _examples(mount: Mount, products: ProductSource, ctx: Context) -> Examples:
    return collect(mount, starts(products, ctx), context=lambda _: msgspec.structs.replace(ctx))


def prepare(settings: Settings, base: str) -> Announcement:
    """Do what is done once for all workers, and say what is worth a click.

    Args:
        settings: of the service.
        base: the URL under which it will listen.
    """
    url = settings.database_url
    with failure_ends_process(), explained(url):
        check_access(settings)
        container = Container(settings=settings)
        urls = worth_a_click(base, settings.locales[0], _products(container, settings))
        close(container, settings)
    if settings.trace and settings.trace_key is None:
        urls["traces"] = f"{base}{TRACE_PATH}"
    message, version = f"Ogrom {container.version()} serves {url}", container.version()
    if settings.database_reader_url is not None:
        message += f"\n  {'reads from':<10} {settings.database_reader_url}"
    return Announcement(message, urls, {"version": version, "database": str(url)})


def _products(container: Container, settings: Settings) -> ProductSource | None:
    """The products, after a migration where one is asked for; None while this version cannot serve from the tables."""
    if not settings.database_url.is_service:
        if settings.migrate:
            fill_if_empty(container.engine(), settings)
        if missing := behind(state(container.engine())):
            log.warning("not ready: %s", missing)
            return None
    products: ProductSource = container.origin().products
    return products


def fill_if_empty(engine: Engine, settings: Settings) -> None:
    """Bring the tables up to date and, where there is no data at all, fill in the demo."""
    from ogrom.sources.sql.loading import is_empty  # only who migrates needs it

    bring_up_to_date(engine)
    if settings.demo_products and is_empty(engine):
        # A second start need not import it.
        from ogrom.catalogue.commands.demo import fill

        fill(engine, settings.demo_products, whole=True)


def worth_a_click(base: str, locale: str, products: ProductSource | None) -> dict[str, str]:
    """Some URLs to click, by name; that of a product if there is one, which a replica may not have yet.

    Args:
        products: None if what is stored cannot be served yet.
    """
    market = base + market_prefix(locale)
    urls = {"home": f"{base}/"}
    if products is not None:
        urls |= {locale: f"{market}/", "comments": f"{market}/comments"}
        for product in products.products(Context(locale=locale, fresh=True), PageRequest(limit=1)).items:
            urls["a product"] = f"{market}/products/{product.id}"
    return {**urls, "docs": f"{base}/docs", "health": f"{base}/health/ready"}
