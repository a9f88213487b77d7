"""A pool is waited for no longer than the current call has left."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ogrom.sources.database import deadlines
from ogrom.sources.database.deadlines import until
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.pool import DeadlinePool


def _memory() -> Any:
    return sqlite3.connect(":memory:")


@pytest.fixture
def pool() -> Iterator[DeadlinePool]:
    """One connection, which somebody holds, and a timeout of half a second."""
    pool = DeadlinePool(_memory, pool_size=1, max_overflow=0, timeout=0.5)
    held = pool.connect()
    yield pool
    held.close()
    pool.dispose()


@pytest.mark.parametrize(("left", "waited"), [(0.1, 0.1), (5.0, 0.5), (None, 0.5), (0.0, 0.0), (-1.0, 0.0)])
def test_the_wait_ends_with_the_deadline_or_the_timeout(
    pool: DeadlinePool, left: float | None, waited: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever comes first; without a deadline, and past it, too."""
    begun = time.monotonic()
    monkeypatch.setattr(deadlines, "time", SimpleNamespace(monotonic=lambda: begun))
    with until(None if left is None else begun + left), pytest.raises(PoolTimeout):
        pool.connect()
    assert time.monotonic() - begun >= waited
    with until(None if left is None else begun + left):
        assert pool.timeout() == pytest.approx(waited)


def test_a_pool_made_anew_within_a_call_keeps_its_timeout() -> None:
    """What that call had left is not the next one's limit."""
    pool = DeadlinePool(_memory, timeout=30)
    with until(time.monotonic() + 1):
        assert pool.timeout() <= 1
        again = pool.recreate()
    assert again.timeout() == 30


@pytest.fixture
def lending(tmp_path: Path) -> Iterator[DeadlinePool]:
    """An engine's pool with room for two connections, which asks whether they live."""
    engine = database_engine(f"sqlite:///{tmp_path / 'ogrom.db'}", pool_size=2, pool_timeout=0.05)
    assert isinstance(engine.pool, DeadlinePool)
    engine.pool._pre_ping = True
    yield engine.pool
    assert engine.pool.checkedout() == 0, "every record comes back"
    engine.dispose()


def test_what_is_lent_is_nobody_elses_until_it_comes_back(lending: DeadlinePool) -> None:
    """Then it is the next one's."""
    first, second = lending.checkout(), lending.checkout()
    assert first.dbapi_connection is not second.dbapi_connection
    with pytest.raises(PoolTimeout):
        lending.checkout()
    lending.checkin(first)
    assert lending.checkout() is first
    lending.checkin(first)
    lending.checkin(second)


def test_the_dead_is_replaced_and_those_made_before_it_are_not_trusted(
    lending: DeadlinePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that ended one has ended all, and none of them is asked again."""
    first, second = lending.checkout(), lending.checkout()
    connections = [first.dbapi_connection, second.dbapi_connection]
    lending.checkin(first)
    lending.checkin(second)
    asked: list[Any] = []

    def is_alive(connection: Any) -> bool:
        asked.append(connection)
        return False

    monkeypatch.setattr(lending._dialect, "_do_ping_w_event", is_alive)
    first, second = lending.checkout(), lending.checkout()
    assert len(asked) == 1
    assert not {first.dbapi_connection, second.dbapi_connection} & {*connections}
    lending.checkin(first)
    lending.checkin(second)


def test_what_is_given_up_is_closed_and_its_place_free(lending: DeadlinePool) -> None:
    """The next borrower gets a new connection in it."""
    record = lending.checkout()
    connection = record.dbapi_connection
    lending.invalidate(record, None)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    again = lending.checkout()
    assert (again, again.dbapi_connection is connection) == (record, False)
    lending.checkin(again)


def test_an_open_transaction_is_not_the_next_borrowers(lending: DeadlinePool) -> None:
    """Nor does it hold its locks any longer."""
    record = lending.checkout()
    record.dbapi_connection.execute("BEGIN IMMEDIATE")
    lending.checkin(record)
    for _ in range(2):
        record = lending.checkout()
        record.dbapi_connection.execute("BEGIN IMMEDIATE")
        record.dbapi_connection.rollback()
        lending.checkin(record)


def test_who_cannot_be_lent_one_takes_nobodys_place(lending: DeadlinePool) -> None:
    """Neither where asking fails, nor where no new one can be made."""

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    lending.checkin(lending.checkout())
    for what, name in ((lending._dialect, "_do_ping_w_event"), (lending, "_invoke_creator")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(what, name, fails)
            with pytest.raises(ZeroDivisionError):
                lending.checkout()
    for record in (lending.checkout(), lending.checkout()):
        lending.checkin(record)


def test_readers_and_writers_share_the_places(tmp_path: Path) -> None:
    """What one gives back the other is lent."""
    engine: Engine = database_engine(f"sqlite:///{tmp_path / 'ogrom.db'}", pool_size=1, pool_timeout=0.05)
    pool = engine.pool
    assert isinstance(pool, DeadlinePool)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
        with pytest.raises(PoolTimeout):
            pool.checkout()
    record = pool.checkout()
    with pytest.raises(PoolTimeout):
        engine.connect()
    pool.checkin(record)
    engine.connect().close()
    engine.dispose()
