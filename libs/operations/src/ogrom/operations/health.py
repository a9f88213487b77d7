"""Health: whether a process lives, and whether it can do its work."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import ClassVar, Final, Generic, Literal, TypeVar

from msgspec import Struct

from ogrom.http import Answer, Endpoint, Exchange, Problem, Renderer, Resource, refuses
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.server import State, Worker

from .problems import DRAINING, NOT_READY, WARMING_UP
from .serving import LIVE, READY

T = TypeVar("T")

UNCACHED: Final = {"Cache-Control": "no-store"}
"""Only a fresh answer says anything."""

_WARMING = "The service is warming up."
_TYPES: Final = {"draining": DRAINING, "warming": WARMING_UP, "failing": NOT_READY}
_COLD = (State.REPLACING, State.WARMING, State.FAILED)


@dataclass(frozen=True)
class Readiness:
    """What the checks have found; a service that checks more makes a class of its own of it.

    Attributes:
        fault: why requests cannot be served; empty if they can.
    """

    fault: str = ""


class Live(Struct, frozen=True, kw_only=True):
    """The process answers; `release` is what was deployed."""

    status: Literal["live"] = "live"
    version: str
    release: str


class WorkerCounts(Struct, frozen=True, kw_only=True):
    """How many processes answer, and how many warm up."""

    ready: int
    warming: int


class Ready(Struct, frozen=True, kw_only=True):
    """The service can answer."""

    status: Literal["ready"] = "ready"
    version: str
    release: str
    workers: WorkerCounts


class UncachedResource(Resource[None]):
    """A resource of which no cache may answer."""

    header_names: ClassVar[tuple[str, ...]] = ("Cache-Control",)

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """No cache may answer."""
        return UNCACHED


@dataclass(frozen=True)
class LiveResource(UncachedResource):
    """Whether the process answers at all; if not, start it anew."""

    version: str
    release: str = ""
    renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS

    def handle_ok(self, x: Exchange[None]) -> Live:
        """That it lives."""
        return Live(version=self.version, release=self.release)


@dataclass(frozen=True)
class ReadinessResource(UncachedResource):
    """Whether requests can be served now; a class of its own says what a service is that is ready."""

    version: str
    worker: Worker
    release: str = ""
    check: Callable[[], Readiness] = Readiness
    renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS
    retry_after: ClassVar[int] = 2

    def initialize_context(self, x: Exchange[None]) -> "Standing":
        """Look once, before anything is decided."""
        return standing(self.worker, self.check)

    @refuses(*_TYPES.values())
    def service_available(self, x: Exchange[None]) -> Answer:
        """Whether nothing is wrong."""
        now: Standing = x.result
        if not now.state:
            return True
        said = {"state": now.state, "version": self.version, "release": self.release, **self.details(now)}
        return Problem(now.found.fault, type=_TYPES[now.state], extensions=said, headers=UNCACHED)

    def details(self, now: "Standing") -> Mapping[str, object]:
        """What else is told of a service that is not ready."""
        return {}


@dataclass(frozen=True)
class ReadyResource(ReadinessResource):
    """Whether requests can be served now; if not, send them elsewhere."""

    def handle_ok(self, x: Exchange[None]) -> Ready:
        """That it is ready, and of which version."""
        now: Standing = x.result
        return Ready(version=self.version, release=self.release, workers=now.workers)


def health_endpoints(ready: ReadinessResource) -> tuple[Endpoint, ...]:
    """`/health/live`, and `/health/ready`, which `ready` decides."""
    return (
        Endpoint("live", LIVE, LiveResource(ready.version, ready.release)),
        Endpoint("ready", READY, ready),
    )


@dataclass(frozen=True)
class Standing:
    """What keeps requests from being served, if anything does.

    Attributes:
        state: `draining`, `warming` or `failing`; empty where the service is ready.
        found: what the checks have found, or the fault if they were not asked.
        workers: how many there are.
    """

    state: str
    found: Readiness
    workers: WorkerCounts


def standing(worker: Worker, check: Callable[[], Readiness]) -> Standing:
    """See whether requests can be served: no process is about to stop, all that answer are warm, and the checks pass.

    Args:
        worker: this process, which knows of the others.
        check: asks for instance the database; not called where the answer is known without.
    """
    states = worker.states()
    workers = WorkerCounts(ready=states.count(State.READY), warming=sum(map(states.count, _COLD)))
    if worker.state is State.DRAINING:
        return Standing("draining", Readiness("The service is shutting down."), workers)
    if State.WARMING in states:
        return Standing("warming", Readiness(_WARMING), workers)
    found = check()
    if found.fault:
        return Standing("failing", found, workers)
    if State.FAILED in states:
        return Standing("warming", replace(found, fault=_WARMING), workers)
    return Standing("", found, workers)


class Probe(Generic[T]):
    """A question that may hang, asked in a thread of its own, so that its caller does not hang, too.

    It is never asked twice at once: a database that has stopped answering would hold one thread after another.
    """

    def __init__(self, ask: Callable[[], T], *, patience: float) -> None:
        """Ask nothing yet.

        Args:
            ask: gives the answer, or raises.
            patience: how long a call waits for it, in seconds.
        """
        self._ask = ask
        self._patience = patience
        self._lock = Lock()
        self._asked: Future[T] | None = None

    def __call__(self) -> T:
        """The answer, to a question asked now or still open.

        Raises:
            TimeoutError: there is none yet.
            Exception: whatever asking raises.
        """
        return self._open().result(self._patience)

    def _open(self) -> Future[T]:
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                # A daemon: a stopping process must not wait for a silent database.
                Thread(target=self._answer, args=(self._asked,), daemon=True).start()
            return self._asked

    def _answer(self, asked: "Future[T]") -> None:
        try:
            asked.set_result(self._ask())
        except Exception as error:  # noqa: BLE001  # the caller gets it
            asked.set_exception(error)
