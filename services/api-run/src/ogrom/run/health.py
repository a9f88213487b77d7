"""Health: whether the process lives, and whether it can do its work."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from ogrom.http import Answer, Exchange, Problem, Renderer, Resource
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.protocols.errors import SourceError
from ogrom.server import State, Worker
from ogrom.sources.migrate import MigrationState

from .schema import is_usable

log = logging.getLogger("ogrom.run")

_UNCACHED = {"Cache-Control": "no-store"}
_WARMING = "The service warms up."
_COLD = (State.REPLACING, State.WARMING, State.FAILED)


@dataclass(frozen=True)
class Readiness:
    """What the checks have found.

    Attributes:
        version: of this service.
        migrated: whether the database has the tables that this version needs; None if it did not say.
        revision: of the database's tables; None if there are none, or it did not say.
        writable: whether writes can be stored, which what only reads does not need; None if it did not say.
        fault: why requests cannot be served; empty if they can.
    """

    version: str
    migrated: bool | None = None
    revision: str | None = None
    writable: bool | None = None
    fault: str = ""


def readiness(
    version: str, ask: Callable[[], MigrationState], ask_writer: Callable[[], MigrationState] | None = None
) -> Readiness:
    """Check whether requests can be served.

    Args:
        version: of this service.
        ask: asks the database that is read from how far its tables are, and does not wait long for it.
        ask_writer: asks the one that is written to; None where it is the same.
    """
    state, fault = _asked(ask)
    if state is None or not is_usable(state):
        migrated, revision = (None, None) if state is None else (False, state.current)
        return Readiness(version, migrated, revision, fault=fault)
    writable = ask_writer is None or _writable(ask_writer)
    return Readiness(version, migrated=True, revision=state.current, writable=writable)


def _writable(ask: Callable[[], MigrationState]) -> bool:
    _, fault = _asked(ask)
    if fault:
        log.warning("no writes: %s", fault)
    return not fault


def _asked(ask: Callable[[], MigrationState]) -> tuple[MigrationState | None, str]:
    """What the database says, and what is wrong with it."""
    try:
        state = ask()
    except TimeoutError:
        return None, "The database does not answer."
    except (SourceError, SQLAlchemyError) as error:
        # What the driver says is for the log: it may name hosts and users.
        log.warning("not ready: %s", error)
        return None, "The database cannot be used; the log says why."
    return state, "" if is_usable(state) else "The database is not migrated; run `ogrom-api migrate`."


def remote_readiness(version: str, ask: Callable[[], object]) -> Readiness:
    """Check whether the service behind can be asked.

    Args:
        version: of this service.
        ask: asks the other, and does not wait long for it.
    """
    try:
        ask()
    except TimeoutError:
        return Readiness(version, fault="The service behind does not answer.")
    except SourceError as error:
        log.warning("not ready: %s", error)
        return Readiness(version, fault="The service behind cannot be used; the log says why.")
    return Readiness(version)


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
    """The service can answer; `revision` is that of the database's tables, `writable` whether it takes writes."""

    status: Literal["ready"] = "ready"
    version: str
    release: str
    migrated: bool | None
    revision: str | None
    writable: bool | None
    workers: WorkerCounts


@dataclass(frozen=True)
class LiveResource(Resource[None]):
    """Whether the process answers at all; if not, start it anew."""

    version: str
    release: str = ""
    renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS
    header_names: ClassVar[tuple[str, ...]] = ("Cache-Control",)

    def handle_ok(self, x: Exchange[None]) -> Live:
        """That it lives."""
        return Live(version=self.version, release=self.release)

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """Only a fresh answer says anything."""
        return _UNCACHED


@dataclass(frozen=True)
class ReadyResource(Resource[None]):
    """Whether requests can be served now; if not, send them elsewhere."""

    version: str
    check: Callable[[], Readiness]
    worker: Worker
    release: str = ""
    renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS
    retry_after: ClassVar[int] = 2
    header_names: ClassVar[tuple[str, ...]] = ("Cache-Control",)

    def initialize_context(self, x: Exchange[None]) -> "Standing":
        """Look once, before anything is decided."""
        return standing(self.worker, self.check, self.version)

    def service_available(self, x: Exchange[None]) -> Answer:
        """Whether nothing is wrong."""
        now: Standing = x.result
        if not now.state:
            return True
        said = {
            "state": now.state,
            "version": self.version,
            "release": self.release,
            "migrated": now.found.migrated,
            "revision": now.found.revision,
        }
        return Problem(now.found.fault, extensions=said, headers=_UNCACHED)

    def handle_ok(self, x: Exchange[None]) -> Ready:
        """That it is ready, and of which version."""
        now: Standing = x.result
        return Ready(
            version=self.version,
            release=self.release,
            migrated=now.found.migrated,
            revision=now.found.revision,
            writable=now.found.writable,
            workers=now.workers,
        )

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """Only a fresh answer says anything."""
        return _UNCACHED


@dataclass(frozen=True)
class Standing:
    """What keeps requests from being served, if anything does.

    Attributes:
        state: `draining`, `warming` or `failing`; empty where the service is ready.
        found: by the checks, or the fault without them.
        workers: how many there are.
    """

    state: str
    found: Readiness
    workers: WorkerCounts


def standing(worker: Worker, check: Callable[[], Readiness], version: str) -> Standing:
    """See whether requests can be served: nobody is to stop, everybody who answers is warm, and the checks pass.

    Args:
        worker: this process, which knows of the others.
        check: asks the database; it is not asked where the answer is known without.
        version: of this service.
    """
    states = worker.states()
    workers = WorkerCounts(ready=states.count(State.READY), warming=sum(map(states.count, _COLD)))
    if worker.state is State.DRAINING:
        return Standing("draining", Readiness(version, fault="The service is about to stop."), workers)
    if State.WARMING in states:
        return Standing("warming", Readiness(version, fault=_WARMING), workers)
    found = check()
    if found.fault:
        return Standing("failing", found, workers)
    if State.FAILED in states:
        return Standing("warming", replace(found, fault=_WARMING), workers)
    return Standing("", found, workers)
