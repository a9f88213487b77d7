"""`ogrom-api serve`: from settings to processes that answer."""

import click
import msgspec
import structlog
from sqlalchemy import Engine

from ogrom.http.trace.traces import PATH as TRACE_PATH
from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.sources import ProductSource
from ogrom.server import Signals, WorkersFailed, in_child, serve as serve_application
from ogrom.sources.loading import is_empty

from ..access.installation import check
from ..addresses import address_explained, listener, url_of
from ..container import Container
from ..failures import Failure, explained, shown_to_the_end
from ..hosting import maker, options_of
from ..logs import configure
from ..markets import market_prefix
from ..schema import bring_up_to_date
from ..settings import Settings
from ..shared_values import SharedValues

log = structlog.stdlib.get_logger("ogrom.run")


def serve(settings: Settings) -> int:
    """Serve until a signal says stop.

    Returns:
        The exit code: 1 where requests were cut.

    Raises:
        Failure: the address or the database cannot be used.
    """
    configure(settings)
    sock = listener(settings.host, settings.port)
    signals = Signals()
    urls = msgspec.json.decode(in_child(signals, lambda: once(settings, url_of(sock))), type=dict[str, str])
    with address_explained(settings.host, settings.port):
        sock.listen()  # from now on connections wait for the workers
    try:
        code = serve_application(
            maker(settings, SharedValues(settings.processes)),
            sock,
            options_of(settings),
            imports=("ogrom.http.html",),  # else each worker would import it for itself, for its first page
            announce=lambda _: announce(settings, urls),
            signals=signals,
        )
    except WorkersFailed as failed:
        raise Failure(f"serve: {failed}") from failed
    if settings.log == "json":
        log.info("stopped")
    else:
        click.echo("Stopped.")
    return code


def once(settings: Settings, base: str) -> bytes:
    """Do what is done once for all workers, and find what is worth a click, as JSON."""
    with shown_to_the_end(), explained(settings.database_url):
        check(settings)
        container = Container(settings=settings)
        if not settings.database_url.is_service:
            prepare(container.engine(), settings)
        urls = worth_a_click(base, settings.locales[0], container.origin().products)
    if settings.trace and settings.trace_key is None:
        urls["traces"] = f"{base}{TRACE_PATH}"
    return msgspec.json.encode(urls)


def prepare(engine: Engine, settings: Settings) -> None:
    """Bring the tables up to date and, where there is no data at all, fill in the demo."""
    bring_up_to_date(engine)
    if settings.demo_products and is_empty(engine):
        # A second start need not import it.
        from ..filling import fill

        fill(engine, settings.demo_products, whole=True)


def worth_a_click(base: str, locale: str, products: ProductSource) -> dict[str, str]:
    """Some URLs by what is there, of things that exist; a replica may not have them yet."""
    market = base + market_prefix(locale)
    urls = {"home": f"{base}/", locale: f"{market}/", "comments": f"{market}/comments"}
    for product in products.products(Context(locale=locale, fresh=True), PageRequest(limit=1)).items:
        urls["a product"] = f"{market}/products/{product.id}"
    return {**urls, "docs": f"{base}/docs", "health": f"{base}/health/ready"}


def announce(settings: Settings, urls: dict[str, str]) -> None:
    """Say where the server listens and what to look at; on stdout, in the form of everything else there."""
    version = Container.version()
    if settings.log == "json":
        log.info("serving", version=version, database=str(settings.database_url), urls=urls)
        return
    click.echo(f"Ogrom {version} serves {settings.database_url}")
    if settings.database_reader_url is not None:
        click.echo(f"  {'reads from':<10} {settings.database_reader_url}")
    for what, url in urls.items():
        click.echo(f"  {what:<10} {url}")
    click.echo("Press Ctrl-C to stop.")
