"""What the API's description is made of: the endpoints, and examples from the data that is served."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

import msgspec

from ogrom.http import Endpoint, Mount
from ogrom.http.openapi import Examples, Info, Part, collect
from ogrom.http.problem_pages import problem_endpoints
from ogrom.operations.access.openapi import Json, with_rates, with_refusals
from ogrom.operations.access.parsers import Rate
from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.sources import ProductSource

from .markets import UNKNOWN_MARKET, market_prefix

Collect = Callable[[Context], Examples]

_ABOUT = """\
One API in front of many data sources. Each market has its own part, in its language and currency, under
`/v1/{locale}`. Lists come in pages, each with a link to the next; follow links instead of building URLs from ids.
Errors are problem documents (RFC 9457): decide by their `type`, whose page says what to do; `/problems` lists them.
A GET with `If-None-Match` fetches only what has changed, and `If-Match` keeps two people from overwriting each other's
changes."""


def info(version: str) -> Info:
    """What the description says about the whole API.

    Args:
        version: of the service.
    """
    return Info("Ogrom", version, _ABOUT)


def described(
    endpoints: tuple[Endpoint, ...], front: tuple[Endpoint, ...], locales: tuple[str, ...]
) -> tuple[Part, ...]:
    """The parts of the description: every market's endpoints at once, and those of the whole service."""
    return (
        Part(market_prefix("{locale}"), endpoints, {"locale": locales}, (UNKNOWN_MARKET,)),
        Part("", (*front, *problem_endpoints())),
    )


def finished(document: Json, *, everything: tuple[Rate, ...], writes: tuple[Rate, ...]) -> Json:
    """The description with what holds for all endpoints: rates, and what is refused before one is asked."""
    return with_rates(with_refusals(document), everything=everything, writes=writes)


def collector(markets: Mapping[str, Mount], products: ProductSource) -> Collect:
    """A function that finds examples in the first market.

    Args:
        markets: by locale.
        products: whose first one gives a word to search for.
    """
    locale, mount = next(iter(markets.items()))

    def examples(ctx: Context) -> Examples:
        here = msgspec.structs.replace(ctx, locale=locale)
        return collect(mount, starts(products, here), context=lambda _: here)

    return examples


def starts(products: ProductSource, ctx: Context) -> tuple[str, ...]:
    """Where a client starts; nothing links to what needs a word or ids."""
    try:
        found = products.products(ctx, PageRequest(limit=1)).items
    except SourceError:
        found = ()
    return (
        "/",
        "/users?ids=1,2",
        *(f"/search?q={quote(each.title.split()[0], safe='')}" for each in found if each.title.strip()),
    )
