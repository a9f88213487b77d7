"""Calls obey their deadline, and whatever goes wrong in one is a SourceError."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import ProgrammingError

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, Timeout, Unavailable
from ogrom.protocols.testing import CATALOGUE, DE
from ogrom.sources.database import deadlines
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.transactions import reading, writing
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import likes, users
from ogrom.sources.testing import MariaDB

ANYTIME = Context(locale=DE)

# Nothing that works takes so long, however slow the machine is; MariaDB's own patience with locks is 50 s.
FAR = 30.0

# Busy for minutes.
ENDLESS = {
    "mysql": "SELECT count(*) FROM seq_1_to_1000000 a JOIN seq_1_to_1000000 b ON a.seq <> b.seq",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
}


def soon(seconds: float = 0.2) -> Context:
    """A call that is waited for so long."""
    return Context(locale=DE, deadline=time.monotonic() + seconds)


def test_a_statement_is_stopped_at_the_deadline(store: Engine) -> None:
    """The database gives up on it, and the connection can be used again."""
    begun = time.monotonic()
    with pytest.raises(Timeout), reading(store, "likes", soon()) as connection:
        connection.execute(text(ENDLESS[store.dialect.name]))
    assert time.monotonic() - begun < FAR
    with reading(store, "likes", ANYTIME) as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_writer_waits_for_another_until_the_deadline(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that somebody else holds is waited for no longer than the caller waits."""
    monkeypatch.setattr(deadlines, "SQLITE_BUSY_TIMEOUT", 2 * FAR)
    load(store, [CATALOGUE])
    source = SqlSources.over(store).comments
    with writing(store, "test", ANYTIME) as connection:
        connection.execute(text("UPDATE comments SET text = 'x' WHERE id = 21"))
        begun = time.monotonic()
        with pytest.raises(Timeout):
            source.delete_comment(soon(), 21)
        assert time.monotonic() - begun < FAR
    assert source.delete_comment(ANYTIME, 21) is True


def test_sqlite_is_told_how_long_a_writer_waits(tmp_path: Path) -> None:
    """What its caller has left, and no more."""
    engine = database_engine(f"sqlite:///{tmp_path / 'ogrom.db'}")
    with writing(engine, "test", soon(100)) as connection:
        milliseconds = connection.execute(text("PRAGMA busy_timeout")).scalar_one()
    engine.dispose()
    assert 1000 * deadlines.SQLITE_BUSY_TIMEOUT < milliseconds <= 100_000


def test_a_call_past_its_deadline_never_touches_the_pool(store: Engine) -> None:
    """No connection is taken from those who still have time."""
    engine = database_engine("mysql://nobody@127.0.0.1:1/nowhere")
    with pytest.raises(Timeout, match="likes: the deadline had passed"):
        SqlSources.over(engine).likes.likes(soon(-1), 1)


def test_no_free_connection_is_unavailable(url: str) -> None:
    """The pool is exhausted; later there may be one."""
    engine = database_engine(url, pool_size=1, pool_timeout=0.05)
    with (
        engine.connect(),
        pytest.raises(Unavailable, match="users: no connection of the pool"),
        reading(engine, "users", ANYTIME),
    ):
        pass
    engine.dispose()


def test_nothing_listening_is_unavailable() -> None:
    """A refused connection is told at once."""
    engine = database_engine("mysql://nobody@127.0.0.1:1/nowhere")
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="users: 2003"):
        SqlSources.over(engine).users.user_by_id(ANYTIME, 1)
    assert time.monotonic() - begun < FAR


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A folder is no database."""
    with pytest.raises(Unavailable):
        SqlSources.over(database_engine(f"sqlite:///{tmp_path}")).users.user_by_id(ANYTIME, 1)


@pytest.mark.slow
def test_a_stopped_server_is_unavailable_and_a_restarted_one_is_used_again() -> None:
    """Pooled connections that died are neither trusted nor kept."""
    with MariaDB(in_memory=True) as server:
        engine = database_engine(server.database())
        migrate(engine)
        source = SqlSources.over(engine).users
        assert source.user_by_id(ANYTIME, 1) is None
        server.stop()
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            source.user_by_id(ANYTIME, 1)
        assert time.monotonic() - begun < FAR
        server.start()
        assert source.user_by_id(ANYTIME, 1) is None
        server.stop()
        server.start()
        # Nobody noticed in between, so only a look at the connection tells that it is dead.
        assert source.user_by_id(ANYTIME, 1) is None
        engine.dispose()


def test_a_broken_constraint_is_a_conflict(store: Engine) -> None:
    """A reference to nothing, as the database words it."""
    with pytest.raises(Conflict), writing(store, "likes", ANYTIME) as connection:
        connection.execute(insert(likes), {"collage_id": 1, "user_id": 1})


@pytest.mark.slow
def test_a_text_too_long_for_its_column_is_a_conflict(mariadb_engine: Engine) -> None:
    """MySQL is strict and does not cut it."""
    migrate(mariadb_engine)
    row = {"id": 1, "name": "x" * 256, "avatar_url": "", "revision": 1}
    row["created_at"] = CATALOGUE.users[0].created_at
    with pytest.raises(Conflict), writing(mariadb_engine, "users", ANYTIME) as connection:
        connection.execute(insert(users), row)


@pytest.mark.slow
def test_bad_sql_stays_what_it_is(mariadb_engine: Engine) -> None:
    """Our mistake is no circumstance that passes."""
    with pytest.raises(ProgrammingError), reading(mariadb_engine, "x", ANYTIME) as connection:
        connection.execute(text("SELEKT 1"))


def test_threads_that_write_wait_for_one_another(store: Engine) -> None:
    """Eight threads that write at once all come to their turn; none is told that the file is locked."""
    load(store, [CATALOGUE])
    source = SqlSources.over(store).likes
    failures: list[Exception] = []

    def like_and_unlike(collage_id: int) -> None:
        try:
            for _ in range(20):
                source.like(ANYTIME, collage_id, 1)
                source.unlike(ANYTIME, collage_id, 1)
        except Exception as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)

    threads = [threading.Thread(target=like_and_unlike, args=(11 + n % 4,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
