"""Preparing: what is done once for all workers, by the first of them, before anybody listens."""

import msgspec
from sqlalchemy import Engine

from ogrom.http.trace.record import PATH as TRACE_PATH
from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.sources import ProductSource
from ogrom.sources.loading import is_empty

from .access.installation import check
from .container import Container
from .failures import explained, shown_to_the_end
from .hosting import close
from .markets import market_prefix
from .schema import bring_up_to_date
from .settings import Settings


def once(settings: Settings, base: str) -> bytes:
    """Do it, and find this version and what is worth a click, as JSON."""
    with shown_to_the_end(), explained(settings.database_url):
        check(settings)
        container = Container(settings=settings)
        if not settings.database_url.is_service:
            prepare(container.engine(), settings)
        urls = worth_a_click(base, settings.locales[0], container.origin().products)
        close(container, settings)
    if settings.trace and settings.trace_key is None:
        urls["traces"] = f"{base}{TRACE_PATH}"
    return msgspec.json.encode((container.version(), urls))


def prepare(engine: Engine, settings: Settings) -> None:
    """Bring the tables up to date and, where there is no data at all, fill in the demo."""
    bring_up_to_date(engine)
    if settings.demo_products and is_empty(engine):
        # A second start need not import it.
        from .filling import fill

        fill(engine, settings.demo_products, whole=True)


def worth_a_click(base: str, locale: str, products: ProductSource) -> dict[str, str]:
    """Some URLs by what is there, of things that exist; a replica may not have them yet."""
    market = base + market_prefix(locale)
    urls = {"home": f"{base}/", locale: f"{market}/", "comments": f"{market}/comments"}
    for product in products.products(Context(locale=locale, fresh=True), PageRequest(limit=1)).items:
        urls["a product"] = f"{market}/products/{product.id}"
    return {**urls, "docs": f"{base}/docs", "health": f"{base}/health/ready"}
