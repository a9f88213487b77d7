"""The mounts: which endpoints are served under which prefix."""

from collections.abc import Callable

from ogrom.http import Endpoint, Mount
from ogrom.http.openapi.documentation import Documentation, documentation_endpoints
from ogrom.server import Worker

from .health import LiveResource, Readiness, ReadyResource
from .home import HomeResource
from .markets import market_prefix
from .operators import METRICS
from .paths import LIVE, READY, VERSION_PREFIX
from .pictures import IconResource, PictureResource
from .scrape import MetricsResource


def market_mounts(endpoints: tuple[Endpoint, ...], locales: tuple[str, ...]) -> dict[str, Mount]:
    """The same endpoints for each market, by locale."""
    return {locale: Mount(market_prefix(locale), endpoints) for locale in locales}


def front_endpoints(
    locales: tuple[str, ...], version: str, release: str, check: Callable[[], Readiness], worker: Worker
) -> tuple[Endpoint, ...]:
    """What belongs to no market but to the API: the home of all, and health.

    Args:
        locales: the markets to link to.
        version: of this service.
        release: what is deployed; empty if nobody said.
        check: finds out whether the database can be asked.
        worker: this process, which knows of the others.
    """
    return (
        Endpoint("home", "/", HomeResource(version, locales)),
        Endpoint("live", LIVE, LiveResource(version, release)),
        Endpoint("ready", READY, ReadyResource(version, check, worker, release)),
    )


def service_mount(
    front: tuple[Endpoint, ...],
    documentation: Documentation,
    draw: Callable[[str], str | None],
    metrics: MetricsResource,
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
            Endpoint("metrics", METRICS, metrics),
        ),
    )
