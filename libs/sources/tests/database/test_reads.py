"""Reads past SQLAlchemy's Connection: what can go wrong is told, and leaves the pool in order."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, Select, bindparam, event, func, literal_column, select
from sqlalchemy.exc import DBAPIError

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout, Unavailable
from ogrom.sources.database import reads, watchdog
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.reads import read
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.tables import users
from ogrom.sources.testing import MariaDB

ANYTIME = Context(locale="")
ONE: Select[Any] = select(literal_column("1"))
NOTHING_SUCH: Select[Any] = select(literal_column("nothing_such(1)"))
SLEEP = select(func.sleep(60))
IDS = select(users.c.id).where(users.c.id.in_(bindparam("ids", expanding=True)))


@pytest.fixture
def single(url: str) -> Iterator[Engine]:
    """An engine whose one connection everybody has to share."""
    engine = database_engine(url, pool_size=1, pool_timeout=1)
    migrate(engine)
    yield engine
    engine.dispose()


def one(engine: Engine) -> list[Any]:
    """A read that succeeds, which needs a connection."""
    return [tuple(row) for row in read(engine, "test", ANYTIME, ONE, {})]


@pytest.mark.slow
def test_a_mistake_of_ours_stays_what_it_is(mariadb_engine: Engine) -> None:
    """With the statement, for whoever mends it; the connection is lent again."""
    given_up: list[object] = []
    event.listen(mariadb_engine, "invalidate", lambda *seen: given_up.append(seen))
    with pytest.raises(DBAPIError, match="SELECT nothing_such"):
        read(mariadb_engine, "test", ANYTIME, NOTHING_SUCH, {})
    assert given_up == []


def test_a_list_may_have_any_length(single: Engine) -> None:
    """Each length is a text of its own, and none is one too."""
    for ids in ([], [1], [1, 2, 3], list(range(1, 101))):
        assert list(read(single, "test", ANYTIME, IDS, {"ids": ids})) == []


def test_whatever_interrupts_costs_the_connection(single: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what is still to be read from it; the next call gets another."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    given_up: list[object] = []
    event.listen(single, "invalidate", lambda *seen: given_up.append(seen))
    monkeypatch.setattr(reads, "_fetched", interrupted)
    with pytest.raises(KeyboardInterrupt):
        one(single)
    monkeypatch.undo()
    assert len(given_up) == 1
    assert single.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert one(single) == [(1,)]


@pytest.mark.slow
def test_the_server_stops_a_read_at_the_deadline(mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is told, and the connection goes."""
    # However slow the machine is, the server shall be first.
    monkeypatch.setattr(watchdog, "GRACE", 60)
    engine = database_engine(mariadb.database(), pool_size=1)
    assert one(engine) == [(1,)]
    with pytest.raises(Timeout, match="max_statement_time"):
        read(engine, "test", Context(locale="", deadline=time.monotonic() + 1), SLEEP, {})
    assert one(engine) == [(1,)]
    engine.dispose()


@pytest.mark.slow
def test_a_server_that_is_gone_is_unavailable() -> None:
    """During a read, at the next one, and until it is back."""
    with MariaDB(in_memory=True) as server:
        engine = database_engine(server.database(), pool_size=1)
        assert one(engine) == [(1,)]
        server.kill()
        for _ in range(2):
            with pytest.raises(Unavailable):
                one(engine)
        server.start()
        assert one(engine) == [(1,)]
        engine.dispose()


@pytest.mark.slow
def test_a_connection_that_breaks_in_the_middle_is_replaced(
    mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller is told, the next one gets another connection."""
    engine = database_engine(mariadb.database(), pool_size=1)
    assert one(engine) == [(1,)]
    fetched = reads._fetched

    def cut(engine: Engine, driver: Any, *rest: Any) -> Any:
        driver.cut()
        return fetched(engine, driver, *rest)

    monkeypatch.setattr(reads, "_fetched", cut)
    with pytest.raises(Unavailable):
        one(engine)
    monkeypatch.undo()
    assert one(engine) == [(1,)]
    engine.dispose()
