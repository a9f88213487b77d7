"""Health."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers
from sqlalchemy.exc import OperationalError

from ogrom.protocols.errors import Unavailable
from ogrom.run.health import DatabaseReadiness, readiness
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import MigrationState, state
from ogrom.sources.schema.serves import Serves

VERSION = version("ogrom-api-run")


def _raising(error: Exception) -> Callable[[], MigrationState]:
    def ask() -> MigrationState:
        raise error

    return ask


RUN = "run a version that serves it."
SERVED = Serves("0003", "0002", ("0004",), ("0005",), "0006")


def _usable() -> MigrationState:
    return MigrationState("0002~0004", serves=SERVED)


def test_a_migrated_database_is_ready() -> None:
    """Nothing is wrong where the tables are right."""
    found = readiness(_usable)
    assert found == DatabaseReadiness(migrated=True, revision="0002~0004", writable=True)


@pytest.mark.parametrize(
    "writer",
    [_raising(TimeoutError()), _raising(Unavailable("database", "gone")), lambda: MigrationState(None)],
    ids=["silent", "gone", "empty"],
)
def test_reads_are_served_without_the_writer(
    writer: Callable[[], MigrationState], caplog: pytest.LogCaptureFixture
) -> None:
    """A balancer that took the service out would take the reads away as well; who asks is told, and the log."""
    found = readiness(_usable, writer)
    assert (found.fault, found.writable) == ("", False)
    assert "no writes" in caplog.text
    assert readiness(_usable, _usable).writable


def test_without_the_reader_nothing_is_served() -> None:
    """And the writer is not asked, so that the answer is not late."""
    found = readiness(_raising(TimeoutError()), _raising(AssertionError("was asked")))
    assert (found.fault, found.writable) == ("The database does not answer.", None)


@pytest.mark.parametrize(
    ("phase", "fault"),
    [
        (None, "has no tables; this version needs 0002: run `ogrom-api migrate`."),
        ("0001", "is at 0001; this version needs 0002: run `ogrom-api migrate`."),
        (
            "0003",
            "is at 0003; this version needs the end of backfill 0004: run `ogrom-api migrate --backfill 0004`.",
        ),
        (
            "0003~0004+0005",
            f"is at 0003~0004+0005; contract 0005 has taken away what this version uses: {RUN}",
        ),
        (
            "0003~0004+0007",
            f"is at 0003~0004+0007; contract 0007 is later than all that this version knows (0006): {RUN}",
        ),
    ],
    ids=["empty", "older", "not filled", "taken away", "unknown"],
)
def test_a_database_that_this_version_does_not_serve_is_not_ready(phase: str | None, fault: str) -> None:
    """The message says how far it is, what is needed, and what to run."""
    state = readiness(lambda: MigrationState(phase, serves=SERVED))
    assert (state.migrated, state.revision, state.fault) == (False, phase, f"The database {fault}")


def test_a_silent_database_is_not_ready() -> None:
    """No answer in time is an answer."""
    assert readiness(_raising(TimeoutError())).fault == "The database does not answer."


def test_the_reason_of_an_error_is_for_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    """A driver names hosts and users, which are nobody's business outside."""
    for error in (Unavailable("database", "host db7"), OperationalError("SELECT", {}, Exception("host db7"))):
        caplog.clear()
        assert "db7" not in readiness(_raising(error)).fault
        assert "db7" in caplog.text


def test_live_needs_no_database(make_container: Callable[..., Any]) -> None:
    """A process without its database need not be started anew."""
    client = make_container("mysql://root@127.0.0.1:1/ogrom").app().test_client()
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "live", "version": VERSION, "release": ""},
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_is_200_where_all_is_well(client: Any, make_container: Callable[..., Any], store: str) -> None:
    """It says the version and the revision."""
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    revision = state(make_container(store).engine()).current
    assert answer.json == {
        "status": "ready",
        "version": VERSION,
        "release": "",
        "migrated": True,
        "revision": revision,
        "writable": True,
        "workers": {"ready": 1, "warming": 0},
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_is_503_where_the_database_is_down(make_container: Callable[..., Any]) -> None:
    """Without a secret, with the version and when to ask again."""
    answer = make_container("mysql://root:secret@127.0.0.1:1/ogrom").app().test_client().get("/health/ready")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert (answer.json["version"], answer.json["migrated"]) == (VERSION, None)
    assert answer.headers["Retry-After"] == "2"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"secret" not in answer.data
    assert b"127.0.0.1" not in answer.data


def test_ready_is_503_where_tables_are_missing(make_container: Callable[..., Any], tmp_path: Path) -> None:
    """A database that answers but was not migrated cannot serve."""
    engine = providers.Object(database_engine(f"sqlite:///{tmp_path}/empty.sqlite3"))
    answer = make_container("sqlite:///unused", engine=engine).app().test_client().get("/health/ready")
    assert (answer.status_code, answer.json["migrated"]) == (503, False)


def test_ready_is_200_where_only_the_writer_is_down(make_container: Callable[..., Any], store: str) -> None:
    """It says that writes would fail; a reader that is down is a 503."""
    nowhere = "mysql://root@127.0.0.1:1/ogrom"
    reader = providers.Object(database_engine(store))
    answer = make_container(nowhere, reader=reader).app().test_client().get("/health/ready")
    assert (answer.status_code, answer.json["writable"]) == (200, False)
    reader = providers.Object(database_engine(nowhere))
    answer = make_container(store, reader=reader).app().test_client().get("/health/ready")
    assert answer.status_code == 503
