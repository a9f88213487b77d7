"""How a server is run: frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .lanes import Lane
from .limits import Limits
from .proxies import Proxies


@dataclass(frozen=True, kw_only=True)
class Shutdown:
    """How long an end takes; whoever stops the server from outside waits for `total`.

    Attributes:
        delay: seconds for which it serves on after SIGTERM and closes each connection behind its response, so that
            balancers see it leave before it stops listening.
        drain: seconds that running requests have after that.
        margin: seconds that a worker has beside them to end; then it is killed.
    """

    delay: float = 0.0
    drain: float = 8.0
    margin: float = 3.0

    @property
    def total(self) -> float:
        """After so many seconds nothing is left."""
        return self.delay + self.drain + self.margin


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a server is run.

    Attributes:
        limits: what clients may take from each worker.
        lanes: the threads of each worker, by kinds of requests; the last lane is the application's.
        processes: how many workers there are.
        shutdown: how it ends.
        start_seconds: after so many a worker answers that still warms up, or is replaced if it does not answer yet.
        hang_seconds: after so many without a sign of life a worker is replaced, one at a time, as the cause may be
            common: the next one no sooner than after as many again.
        loop: whether an application that takes a Waiter runs on the loop; False for threads alone.
        proxies: who is believed about clients; None for nobody, and then fields such as X-Forwarded-For are taken away.
    """

    limits: Limits = field(default_factory=Limits)
    lanes: Sequence[Lane] = (Lane("application", 8, queue=64),)
    processes: int = 1
    shutdown: Shutdown = field(default_factory=Shutdown)
    start_seconds: float = 120.0
    hang_seconds: float = 30.0
    loop: bool = True
    proxies: Proxies | None = None
