"""The mounts: which endpoints are served under which prefix."""

from collections.abc import Callable

from ogrom.http import Endpoint, Mount
from ogrom.http.openapi.documentation import Documentation, documentation_endpoints

from .home import HomeResource
from .markets import market_prefix
from .options import VERSION_PREFIX
from .pictures import IconResource, PictureResource


def market_mounts(
    endpoints: tuple[Endpoint, ...], locales: tuple[str, ...], origin: object
) -> dict[str, Mount]:
    """The same endpoints for each market, by locale.

    Args:
        origin: where entities come from; how it makes them shapes what the endpoints show, so entity tags tell it.
    """
    return {locale: Mount(market_prefix(locale), endpoints, shaped_by=(type(origin),)) for locale in locales}


def front_endpoints(
    version: str, locales: tuple[str, ...], health: tuple[Endpoint, ...]
) -> tuple[Endpoint, ...]:
    """What belongs to no market but to the API: the home of all, and health.

    Args:
        version: of this service.
        locales: the markets to link to.
        health: whether the process lives, and whether it is ready.
    """
    return (Endpoint("home", "/", HomeResource(version, locales)), *health)


def front_mount(
    front: tuple[Endpoint, ...],
    documentation: Documentation,
    draw: Callable[[str], str | None],
    metrics: Endpoint,
) -> Mount:
    """What belongs to no market: the front, its documentation, the icon, the demo's pictures and the metrics.

    Args:
        front: home and health.
        documentation: describes the API.
        draw: gives the picture of a slug as SVG.
        metrics: shows them to operators.
    """
    return Mount(
        "",
        (
            *front,
            *documentation_endpoints(documentation, openapi=f"{VERSION_PREFIX}/openapi.json", docs="/docs"),
            Endpoint("icon", "/favicon.ico", IconResource()),
            Endpoint("picture", "/demo/images/{file}", PictureResource(draw)),
            metrics,
        ),
    )
