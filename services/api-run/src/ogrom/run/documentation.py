"""The API's description: made of the endpoints, with examples from the data that is served."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from ogrom.http import Endpoint, Mount
from ogrom.http.openapi import Examples, Info, Part, collect, describe
from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.sources import ProductSource

from .markets import market_prefix

Collect = Callable[[Context], Examples]
Finish = Callable[[dict[str, Any]], dict[str, Any]]

_ABOUT = """\
One API in front of many data sources. Every market has its own, in its language and currency, under
`/v1/{locale}`. Lists come in pages, each of which links to the next; what a response links to need not be built
from ids. Errors are problem documents (RFC 9457). A GET with `If-None-Match` asks only for what has changed, and
`If-Match` keeps two people from overwriting one another's changes."""


class Documentation:
    """The OpenAPI document; it owns the examples, which are collected when they are first wanted."""

    def __init__(
        self, parts: tuple[Part, ...], version: str, collect: Collect, finish: Finish = dict
    ) -> None:
        """Nothing is asked yet.

        Args:
            parts: what is described.
            version: of the service.
            collect: finds examples.
            finish: adds to the document what stands before all endpoints, such as rates.
        """
        self._parts = parts
        self._info = Info("Ogrom", version, _ABOUT)
        self._collect = collect
        self._finish = finish
        self._known: dict[str, Any] | None = None

    def bare(self) -> dict[str, Any]:
        """The document without examples: the same for the same release and settings, whatever the data."""
        return self._finish(describe(self._parts, self._info))

    def document(self, ctx: Context, *, root: str) -> dict[str, Any]:
        """The document with examples, kept once all sources have answered; two threads may both make it.

        Args:
            ctx: for the calls that find examples.
            root: the path under which the service is reached, mostly empty.
        """
        known = self._known
        if known is None:
            examples = self._collect(ctx)
            known = self._finish(describe(self._parts, self._info, examples=examples))
            self._known = known if examples.is_complete else None
        return {**known, "servers": [{"url": root or "/"}]}


def described(
    endpoints: tuple[Endpoint, ...], front: tuple[Endpoint, ...], locales: tuple[str, ...]
) -> tuple[Part, ...]:
    """The parts of the description: every market's endpoints at once, and those of the whole service."""
    return Part(market_prefix("{locale}"), endpoints, {"locale": locales}), Part("", front)


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
    """Where a client begins; nothing links to what has to be told a word or ids."""
    try:
        found = products.products(ctx, PageRequest(limit=1)).items
    except SourceError:
        found = ()
    return (
        "/",
        "/users?ids=1,2",
        *(f"/search?q={quote(each.title.split()[0], safe='')}" for each in found if each.title.strip()),
    )
