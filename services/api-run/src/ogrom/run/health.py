"""Health: whether the database, or the service behind, can be asked."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from ogrom.http import Exchange
from ogrom.operations.health import Readiness, ReadinessResource, Standing, WorkerCounts
from ogrom.protocols.errors import SourceError
from ogrom.sources.migrations.migrate import MigrationState

log = logging.getLogger("ogrom.run")


@dataclass(frozen=True)
class DatabaseReadiness(Readiness):
    """What the checks have found.

    Attributes:
        migrated: whether the database has the tables that this version needs; None if it did not say.
        revision: how far the database's tables are, such as 0006+0007; None if there are none, or it did not say.
        writable: whether writes can be stored, which reads do not need; None if it did not say.
    """

    migrated: bool | None = None
    revision: str | None = None
    writable: bool | None = None


def readiness(
    ask: Callable[[], MigrationState],
    ask_writer: Callable[[], MigrationState] | None = None,
    enter: Callable[[], object] = lambda: None,
) -> DatabaseReadiness:
    """Check whether requests can be served.

    Args:
        ask: asks the database that is read from how far its tables are, and does not wait long for it.
        ask_writer: asks the one that is written to; None where it is the same.
        enter: says there what this version serves, where that is due.
    """
    state, fault = _asked(ask)
    if state is None or not state.is_usable:
        migrated, revision = (None, None) if state is None else (False, state.current)
        return DatabaseReadiness(fault, migrated, revision)
    if writable := ask_writer is None or _writable(ask_writer):
        enter()
    return DatabaseReadiness(migrated=True, revision=state.current, writable=writable)


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
    return state, behind(state)


def behind(state: MigrationState) -> str:
    """Why this version cannot serve from the tables, and the command that helps; empty if it can."""
    return state.problem("ogrom-api migrate")


def remote_readiness(ask: Callable[[], object]) -> DatabaseReadiness:
    """Check whether the service behind can be asked.

    Args:
        ask: asks it, and does not wait long for it.
    """
    try:
        ask()
    except TimeoutError:
        return DatabaseReadiness("The service behind does not answer.")
    except SourceError as error:
        log.warning("not ready: %s", error)
        return DatabaseReadiness("The service behind cannot be used; the log says why.")
    return DatabaseReadiness()


class Ready(Struct, frozen=True, kw_only=True):
    """The service can answer; `revision` is how far the tables are, `writable` whether the database takes writes."""

    status: Literal["ready"] = "ready"
    version: str
    release: str
    migrated: bool | None
    revision: str | None
    writable: bool | None
    workers: WorkerCounts


@dataclass(frozen=True)
class ReadyResource(ReadinessResource):
    """Whether requests can be served now; if not, send them elsewhere."""

    def details(self, now: Standing) -> Mapping[str, object]:
        """How far the tables are, as far as it is known."""
        found = _of_database(now.found)
        return {"migrated": found.migrated, "revision": found.revision}

    def handle_ok(self, x: Exchange[None]) -> Ready:
        """That it is ready, and of which version."""
        now: Standing = x.result
        found = _of_database(now.found)
        return Ready(
            version=self.version,
            release=self.release,
            migrated=found.migrated,
            revision=found.revision,
            writable=found.writable,
            workers=now.workers,
        )


def _of_database(found: Readiness) -> DatabaseReadiness:
    return found if isinstance(found, DatabaseReadiness) else DatabaseReadiness()
