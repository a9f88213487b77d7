"""Hosting: the application, and what the server is told of it."""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

from dependency_injector import providers
from sqlalchemy.exc import SQLAlchemyError

from ogrom.protocols.errors import SourceError
from ogrom.protocols.pages import DEFAULT_LIMIT
from ogrom.server import Environ, Hosted, Lane, Options, Proxies, Shutdown, Worker, is_read, paths

from .callers import Callers
from .container import Container
from .failures import explained, shown_to_the_end
from .gauges import show_loop, show_lost_lines
from .health import HEALTH, LIVE
from .logs import hurry, lost_lines
from .markets import VERSION_PREFIX
from .refusals import refusing
from .settings import Settings
from .shared_values import Everybody, SharedValues
from .warmup import WarmUp

log = logging.getLogger("ogrom.run")

_HEALTH_THREADS = 2  # each may wait for the database, for some seconds
SEARCH = "/search"
"""How the paths of searches end."""

_LIMIT = re.compile("limit=([0-9]+)")
_TRIES = 3  # of a warm-up that fails though the database answers


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


def begins_on_loop(environ: Environ) -> bool:
    """Whether a request reads what is made quickly; a page for people and a long list have a thread for themselves."""
    path: str = environ["PATH_INFO"]
    return (
        is_read(environ)
        and path.startswith(VERSION_PREFIX)
        and "html" not in environ.get("HTTP_ACCEPT", "")
        and not _is_long(environ["QUERY_STRING"])
    )


def _is_long(query: str) -> bool:
    found = _LIMIT.search(query)
    return found is not None and (len(found[1]) > 3 or int(found[1]) > DEFAULT_LIMIT)


def _is_search(environ: Environ) -> bool:
    path: str = environ["PATH_INFO"]
    return path.endswith(SEARCH)


def _proxies(settings: Settings) -> Proxies | None:
    if not settings.trusted_proxy:
        return None
    networks = None if settings.trusted_proxy == "*" else (ip_network(settings.trusted_proxy),)
    return Proxies(networks=networks, hops=settings.proxies)


def maker(settings: Settings, shared: SharedValues) -> Callable[[Worker], Hosted]:
    """What makes the application in each worker.

    Args:
        settings: of the service.
        shared: what all workers count.
    """

    def make_app(worker: Worker) -> Hosted:
        shared.enter(worker.number)
        hurry(threading.get_ident())  # the loop's
        with shown_to_the_end(), explained(settings.database_url):
            container = Container(
                settings=settings,
                worker=providers.Object(worker),
                everybody=providers.Object(Everybody(shared, worker)),
            )
            app = container.app()
        container.metrics().observe_queue(worker.queue)
        show_lost_lines(container.metrics(), lost_lines)
        show_loop(container.metrics(), worker.loop)
        return Hosted(
            app,
            refuse=refusing(container.watchers(), settings.release),
            content_limit=container.content_limit(),
            warm_up=_Beginning(container, settings) if settings.warm_up else None,
            lifespan=_lifespan(container, settings),
        )

    return make_app


@contextmanager
def _lifespan(container: Container, settings: Settings) -> Iterator[None]:
    """Take samples and export spans while the process serves; export what is left and close the store at its end."""
    telemetry, samples = container.telemetry(), container.metrics().samples
    telemetry.start()
    samples.start()
    try:
        yield
    finally:
        samples.stop()
        telemetry.stop()
        close = container.remote().close if settings.database_url.is_service else container.store().dispose
        close()


@dataclass
class _Beginning:
    """Warms up, and knows how often it was of no use."""

    container: Container
    settings: Settings
    failed: int = field(default=0)

    def __call__(self) -> bool:
        """Try it; whether there is nothing left to try."""
        if self.failed and self.container.check().fault:
            return False
        self.container.access().prepare()
        if _succeeds(warm_up_of(self.container, self.settings)):
            return True
        self.failed += 1
        if self.failed < _TRIES:
            return False
        log.warning("the warm-up was not answered; the first requests do it")
        return True


def _succeeds(warm_up: WarmUp) -> bool:
    try:
        return warm_up.run()
    except (SourceError, SQLAlchemyError):
        return False


def warm_up_of(container: Container, settings: Settings) -> WarmUp:
    """What there is to warm up in this process."""
    engines = () if settings.database_url.is_service else {container.engine(), container.reader()}
    return WarmUp(
        app=container.app(),
        markets=container.markets(),
        service=container.service(),
        products=container.origin().products,
        engines=tuple(engines),
        connections=settings.threads + settings.search_threads,
    )
