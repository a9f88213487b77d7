"""Each error of a database becomes what it means to a caller."""

import time

import pytest
from mysql.connector.errors import get_mysql_exception
from sqlalchemy import Connection, Engine, exc, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError, Timeout, Unavailable
from ogrom.protocols.testing import DE
from ogrom.sources.database.errors import is_serialization_failure, lost_the_server, translated
from ogrom.sources.database.transactions import reading, run_in_transaction

ANYTIME = Context(locale=DE)


def told(number: int) -> exc.DBAPIError:
    """What SQLAlchemy makes of a server's error."""
    return exc.OperationalError("SELECT 1", {}, get_mysql_exception(number, msg=str(number)))


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (1205, Timeout),  # a lock was waited for too long
        (1969, Timeout),  # MariaDB's max_statement_time
        (3024, Timeout),  # MySQL's MAX_EXECUTION_TIME
        (1021, Unavailable),  # disk full
        (1040, Unavailable),  # too many connections
        (1053, Unavailable),  # shutting down
        (1114, Unavailable),  # table full
        (1213, Unavailable),  # deadlock
        (1290, Unavailable),  # read-only
        (1927, Unavailable),  # killed
        (2003, Unavailable),  # cannot connect
        (2013, Unavailable),  # lost
        (4031, Unavailable),  # idle for too long
    ],
)
def test_a_circumstance_is_a_source_error(number: int, kind: type[SourceError]) -> None:
    """By its number."""
    with pytest.raises(kind, match=f"users: {number}"), translated("users", ANYTIME):
        raise told(number)


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    """A syntax error passes for nobody's circumstance."""
    with pytest.raises(exc.DBAPIError), translated("users", ANYTIME):
        raise told(1064)


def test_any_error_past_the_deadline_is_a_timeout() -> None:
    """Such as that of a connection that was cut."""
    ctx = Context(locale=DE, deadline=time.monotonic() + 0.01)

    def fail() -> None:
        with translated("users", ctx):
            while ctx.remaining():
                pass
            raise told(2013)

    with pytest.raises(Timeout):
        fail()


def test_only_a_lost_race_is_run_again() -> None:
    """After these the server has undone the transaction."""
    assert [
        number for number in (1020, 1205, 1213, 2013, 1062) if is_serialization_failure(told(number))
    ] == [1020, 1213]


def test_only_a_lost_server_leaves_a_commit_unknown() -> None:
    """Any other error is the server's word that nothing was stored."""
    numbers = (1053, 1114, 1180, 1213, 1927, 2006, 2013, 2026)
    assert [n for n in numbers if lost_the_server(told(n))] == [1053, 1927, 2006, 2013, 2026]


@pytest.mark.slow
def test_mariadb_stops_a_statement_with_1969(mariadb_engine: Engine) -> None:
    """Also where the limit is the operator's and not the call's."""
    slow = text("SET STATEMENT max_statement_time=0.01 FOR SELECT SLEEP(5)")
    with pytest.raises(Timeout, match="1969"), reading(mariadb_engine, "users", ANYTIME) as connection:
        connection.execute(slow)


@pytest.mark.slow
def test_mariadb_gives_up_on_a_lock_with_1205(mariadb_engine: Engine) -> None:
    """Nobody ran it again: whoever holds the lock may hold it for long."""
    runs: list[int] = []

    def lock(connection: Connection) -> None:
        runs.append(1)
        connection.execute(text("SELECT * FROM ogrom_lock FOR UPDATE NOWAIT"))

    with mariadb_engine.connect() as connection:
        connection.execute(text("CREATE TABLE ogrom_lock AS SELECT 1 AS n"))
    with mariadb_engine.begin() as connection:
        connection.execute(text("SELECT * FROM ogrom_lock FOR UPDATE"))
        with pytest.raises(Timeout, match="1205"):
            run_in_transaction(mariadb_engine, "users", ANYTIME, lock)
    assert len(runs) == 1
