"""Hosting: the application, as the server has it in each worker."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dependency_injector import providers
from sqlalchemy.exc import SQLAlchemyError

from ogrom.protocols.errors import SourceError
from ogrom.server import Hosted, Worker

from .container import Container
from .failures import explained, shown_to_the_end
from .gauges import show_loop, show_lost_lines
from .logs import flush, hurry, lost_lines
from .refusals import refusing
from .settings import Settings
from .shared_values import Everybody, SharedValues
from .warmup import WarmUp

log = logging.getLogger("ogrom.run")

_TRIES = 3  # of a warm-up that fails though the database answers


def hosted(settings: Settings, shared: SharedValues, worker: Worker) -> Hosted:
    """The application in a worker.

    Args:
        settings: of the service.
        shared: what all workers count.
        worker: this process.
    """
    shared.enter(worker.number)
    hurry()  # this is the loop's thread
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
        close(container, settings)
        flush()


def close(container: Container, settings: Settings) -> None:
    """Close all connections to where the data is."""
    if settings.database_url.is_service:
        container.remote().close()
    else:
        container.store().dispose()


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
