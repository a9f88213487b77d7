"""The mounts: which endpoints are served under which prefix."""

from collections.abc import Callable

from ogrom.http import Endpoint, Mount

from .health import LiveResource, Readiness, ReadyResource
from .home import HomeResource
from .markets import market_prefix
from .pictures import PictureResource


def market_mounts(endpoints: tuple[Endpoint, ...], locales: tuple[str, ...]) -> dict[str, Mount]:
    """The same endpoints for each market, by locale."""
    return {locale: Mount(market_prefix(locale), endpoints) for locale in locales}


def service_mount(
    locales: tuple[str, ...],
    version: str,
    check: Callable[[], Readiness],
    draw: Callable[[str], str | None],
) -> Mount:
    """What belongs to no market: the home of all, health and the demo's pictures.

    Args:
        locales: the markets to link to.
        version: of this service.
        check: finds out whether requests can be served.
        draw: gives the picture of a slug as SVG.
    """
    return Mount(
        "",
        (
            Endpoint("home", "/", HomeResource(version, locales)),
            Endpoint("live", "/health/live", LiveResource(version)),
            Endpoint("ready", "/health/ready", ReadyResource(check)),
            Endpoint("picture", "/demo/images/{file}", PictureResource(draw)),
        ),
    )
