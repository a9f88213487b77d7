"""Options: what the server is told of the application, which it need not have seen for that."""

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ogrom.protocols.pages import DEFAULT_LIMIT
from ogrom.server import Lane, Options, Proxies, Shutdown, is_read, paths

from .callers import Callers
from .paths import HEALTH, LIVE, SEARCH, VERSION_PREFIX
from .settings import Settings

if TYPE_CHECKING:
    from ogrom.server import Environ

_HEALTH_THREADS = 2  # each may wait for the database, for some seconds
_LIMIT = re.compile("limit=([0-9]+)")


def options_of(settings: Settings) -> Options:
    """How the server is to run.

    Health has threads of its own, and so have searches: whoever asks for what takes long waits with others who do, and
    holds nobody else up. The queues before searches and before everything else are bounded.
    """
    callers = Callers(settings.trusted_callers, settings.request_timeout)
    return Options(
        lanes=(
            Lane("live", 1, takes=paths(LIVE)),
            Lane("health", _HEALTH_THREADS, takes=paths(HEALTH)),
            Lane("search", settings.search_threads, _is_search, settings.queue, callers.seconds),
            Lane(
                "application",
                settings.threads,
                queue=settings.queue,
                patience=callers.seconds,
                on_loop=begins_on_loop,
            ),
        ),
        loop=settings.loop,
        processes=settings.processes,
        shutdown=Shutdown(delay=settings.drain_grace, drain=settings.drain_timeout),
        proxies=_proxies(settings),
    )


def begins_on_loop(environ: "Environ") -> bool:
    """Whether a request reads what is made quickly; a page for people and a long list have a thread for themselves."""
    path: str = environ["PATH_INFO"]
    return (
        is_read(environ)
        and path.startswith(VERSION_PREFIX)
        and "html" not in environ.get("HTTP_ACCEPT", "")
        and not _is_long(environ["QUERY_STRING"])
    )


def _is_long(query: str) -> bool:
    found = _LIMIT.search(unquote(query)) if query else None
    return found is not None and (len(found[1]) > 3 or int(found[1]) > DEFAULT_LIMIT)


def _is_search(environ: "Environ") -> bool:
    path: str = environ["PATH_INFO"]
    return path.endswith(SEARCH)


def _proxies(settings: Settings) -> Proxies | None:
    if not settings.trusted_proxy:
        return None
    networks = None if settings.trusted_proxy == "*" else (ip_network(settings.trusted_proxy),)
    return Proxies(networks=networks, hops=settings.proxies)
