"""A worker: one of the processes that serve, from its fork to its end."""

import logging
import signal
import socket
import threading
from dataclasses import dataclass

from dependency_injector import providers
from sqlalchemy.exc import SQLAlchemyError

from ogrom.protocols.errors import SourceError

from .container import Container
from .failures import explained
from .news import STOPPING, News
from .operations import operating
from .scoreboard import Order, Place, State
from .server import Server
from .settings import Settings
from .warmup import WarmUp

log = logging.getLogger("ogrom.run")

_TRIES = 3  # of a warm-up that fails though the database answers
_SECONDS_BETWEEN = 0.5


def work(
    settings: Settings, listener: socket.socket, place: Place, news: News, lifeline: int, *, accepts: bool
) -> int:
    """Serve until told to stop; called in a child, with signals held back.

    Args:
        settings: the parent's.
        listener: the parent's, bound and listening.
        place: this worker's.
        news: tells the parent of what it finds at the place.
        lifeline: the reading end of a pipe that ends with the parent.
        accepts: whether connections are accepted before the process is warm.

    Returns:
        The exit code: 1 where something was cut.
    """
    with explained(settings.database_url):
        container = Container(settings=settings, place=providers.Object(place))
        server = Server(container.app(), listener, settings, accepts=accepts, lifeline=lifeline)
    # A terminal sends these to all of its processes. What they mean is the parent's to say.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _stop(server, place, settings.drain_grace))
    beginning = _Beginning(container, settings, server, place, news)
    # Before signals are let through: those are for the main thread.
    threading.Thread(target=beginning.run, name="ogrom-warm-up", daemon=True).start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOPPING, signal.SIGCHLD))
    container.metrics().observe_queue(server.queue)
    with operating(container.metrics(), container.telemetry()):
        cut = server.run()
    close = container.remote().close if settings.database_url.is_service else container.store().dispose
    close()
    return 1 if cut else 0


def _stop(server: Server, place: Place, grace: float) -> None:
    """Do what the parent wants; without a word from it, somebody wants this worker to stop."""
    order = place.board.order
    place.enter(State.DRAINING)
    if order is Order.CUT:
        server.cut()
    else:
        server.stop(grace=0.0 if order is Order.FINISH else grace, closes_port=order is not Order.SERVE)


@dataclass(frozen=True)
class _Beginning:
    """What a worker does beside answering until it is ready."""

    container: Container
    settings: Settings
    server: Server
    place: Place
    news: News

    def run(self) -> None:
        try:
            if self.settings.warm_up:
                self._warm_up()
        except Exception:
            log.exception("the warm-up has failed; the first requests do it")
        self._enter(State.READY)

    def _warm_up(self) -> None:
        warm_up = warm_up_of(self.container, self.settings)
        for _ in range(_TRIES):
            if _succeeds(warm_up):
                return
            # Nobody else could do better, so it need not keep out of the way.
            self._enter(State.FAILED)
            while self.container.check().fault:
                threading.Event().wait(_SECONDS_BETWEEN)
        log.warning("the warm-up was not answered; the first requests do it")

    def _enter(self, state: State) -> None:
        if self.place.state is not State.DRAINING:
            self.place.enter(state)
        self.server.accept()
        self.news.tell()


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
        connections=settings.threads,
    )
