"""Health: whether the process lives, and whether it can do its work."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from ogrom.http import Answer, Exchange, Problem, Resource
from ogrom.protocols.errors import SourceError
from ogrom.sources.migrate import MigrationState

from .schema import is_usable

log = logging.getLogger("ogrom.run")

_UNCACHED = {"Cache-Control": "no-store"}


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
    """The process answers."""

    status: Literal["live"] = "live"
    version: str


class Ready(Struct, frozen=True, kw_only=True):
    """The service can answer; `revision` is that of the database's tables, `writable` whether it takes writes."""

    status: Literal["ready"] = "ready"
    version: str
    migrated: bool | None
    revision: str | None
    writable: bool | None


@dataclass(frozen=True)
class LiveResource(Resource[None]):
    """Whether the process answers at all; if not, start it anew."""

    version: str
    header_names: ClassVar[tuple[str, ...]] = ("Cache-Control",)

    def handle_ok(self, x: Exchange[None]) -> Live:
        """That it lives."""
        return Live(version=self.version)

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """Only a fresh answer says anything."""
        return _UNCACHED


@dataclass(frozen=True)
class ReadyResource(Resource[None]):
    """Whether requests can be served now; if not, send them elsewhere."""

    check: Callable[[], Readiness]
    retry_after: ClassVar[int] = 2
    header_names: ClassVar[tuple[str, ...]] = ("Cache-Control",)

    def initialize_context(self, x: Exchange[None]) -> Readiness:
        """Check once, before anything is decided."""
        return self.check()

    def service_available(self, x: Exchange[None]) -> Answer:
        """Whether nothing is wrong."""
        found: Readiness = x.result
        if not found.fault:
            return True
        said = {"version": found.version, "migrated": found.migrated, "revision": found.revision}
        return Problem(found.fault, extensions=said, headers=_UNCACHED)

    def handle_ok(self, x: Exchange[None]) -> Ready:
        """That it is ready, and of which version."""
        found: Readiness = x.result
        return Ready(
            version=found.version, migrated=found.migrated, revision=found.revision, writable=found.writable
        )

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """Only a fresh answer says anything."""
        return _UNCACHED
