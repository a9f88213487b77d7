"""Connections to MySQL and MariaDB: cut, asked, closed and never left behind."""

import contextlib
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout
from ogrom.protocols.testing import DE
from ogrom.protocols.waiting import BLOCKING
from ogrom.sources.database import mysql, mysql_connection
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.mysql_connection import MySqlConnection
from ogrom.sources.database.polled import PolledConnection
from ogrom.sources.database.transactions import reading
from ogrom.sources.testing import MariaDB, Proxy

pytestmark = pytest.mark.slow

NUMBER = text("SELECT CONNECTION_ID()")

# Nothing that works takes so long, however slow the machine is; in seconds.
FAR = 60.0


@pytest.fixture
def single(mariadb: MariaDB) -> Iterator[Engine]:
    """A pool of one connection, without the time that TLS takes to begin."""
    engine = database_engine(mariadb.database() + "?ssl-mode=DISABLED", pool_size=1)
    yield engine
    engine.dispose()


def soon(seconds: float = FAR) -> Context:
    """A call that is waited for so long."""
    return Context(locale=DE, deadline=time.monotonic() + seconds)


def descriptors() -> Counter[str]:
    """What this process has open."""
    found = Counter[str]()
    for descriptor in Path("/proc/self/fd").iterdir():
        # One of them is that by which we look.
        with contextlib.suppress(FileNotFoundError):
            found[str(descriptor.readlink())] += 1
    return found


def test_200_cuts_leave_no_descriptor(single: Engine) -> None:
    """Neither ours nor the driver's."""

    def cut() -> None:
        with single.connect() as connection:
            connection.connection.dbapi_connection.cut()  # type: ignore[union-attr]
            with pytest.raises(DBAPIError):
                connection.execute(NUMBER)

    cut()
    before = descriptors()
    for _ in range(200):
        cut()
    assert descriptors() <= before


def test_an_unread_result_is_not_the_next_borrowers(single: Engine) -> None:
    """Who takes the connection after it was given back with rows on their way gets it in order.

    SQLAlchemy has the driver read all rows at once; where it does not, the driver drops those nobody has read.
    """
    with single.connect() as connection:
        number = connection.scalar(NUMBER)
        assert connection.connection.dbapi_connection.can_consume_results  # type: ignore[union-attr]
        cursor = connection.connection.cursor(buffered=False)
        cursor.execute("SELECT 1 UNION SELECT 2")
    with reading(single, "test", soon()) as connection:
        assert connection.scalar(NUMBER) == number


def test_a_connection_that_came_too_late_is_closed(mariadb: MariaDB) -> None:
    """Nobody waits for it any more."""
    options: dict[str, Any] = {"host": "127.0.0.1", "port": mariadb.port, "user": "root"}
    before = descriptors()
    for connect in (partial(MySqlConnection, **options), partial(PolledConnection, BLOCKING, **options)):
        made: Future[Any] = Future()
        assert made.cancel()
        mysql._connect(made, connect)
        assert descriptors() <= before


def test_without_the_socket_the_driver_pings_and_says_what_is_lost(
    single: Engine, mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Dead connections are still replaced; a server that hangs is waited for until `read_timeout`."""
    monkeypatch.setattr(mysql_connection, "socket_of", lambda driver, peer: None)
    monkeypatch.setitem(mysql._OPTIONS, "read_timeout", 2)
    with Proxy(mariadb.port) as proxy:
        engine = database_engine(
            str(single.url).replace("+mysqlconnector", "").replace(f":{mariadb.port}/", f":{proxy.port}/"),
            pool_size=1,
        )
        with reading(engine, "test", soon()) as connection:
            number = connection.scalar(NUMBER)
        assert "the socket of this mysql-connector-python cannot be found" in caplog.text
        with single.connect() as admin:
            admin.execute(text(f"KILL CONNECTION {number}"))
        with reading(engine, "test", soon()) as connection:
            assert connection.scalar(NUMBER) != number
        proxy.silent = True
        begun = time.monotonic()
        with pytest.raises(Timeout), reading(engine, "test", soon(0.2)) as connection:
            connection.execute(NUMBER)
        assert 1.9 < time.monotonic() - begun < FAR
        engine.dispose()


def test_a_session_has_the_limit_of_its_calls(single: Engine) -> None:
    """It is set where it is too short, left where a call has less, and none where a call has no deadline."""
    limit = text("SELECT @@SESSION.max_statement_time")

    def during(ctx: Context) -> float:
        # What the statement itself brings does not count: it is asked for as an executemany would be.
        with reading(single, "test", ctx) as connection:
            driver = connection.connection.dbapi_connection
            assert isinstance(driver, MySqlConnection)
            ((found,),) = driver.rows(str(limit), ())
            return float(found)

    # Limits are rounded up to so many seconds that the time which the test itself takes makes no difference.
    given = [during(soon(seconds)) for seconds in (320, 128, 512, 320)]
    assert [*given, during(Context(locale=DE))] == [320.0, 320.0, 512.0, 512.0, 0.0]


def test_the_server_is_told_a_limit_once(mariadb: MariaDB) -> None:
    """A round trip for the session, and then one for each statement, whatever it has less."""
    with Proxy(mariadb.port) as proxy:
        url = mariadb.database().replace(f":{mariadb.port}/", f":{proxy.port}/")
        engine = database_engine(f"{url}?ssl-mode=DISABLED", pool_size=1)
        costs = []
        for seconds in (600, 600, 600, 300, 600, 60):
            before = proxy.requests
            with reading(engine, "test", soon(seconds)) as connection:
                connection.execute(NUMBER)
            costs.append(proxy.requests - before)
        engine.dispose()
    assert costs[1:] == [1] * 5


def test_one_long_call_is_not_remembered_for_ever(single: Engine) -> None:
    """Such as a warm-up: calls that have less bring their own limit each, and soon the session has theirs."""

    def limit(seconds: float) -> float:
        with reading(single, "test", soon(seconds)) as connection:
            driver = connection.connection.dbapi_connection
            assert isinstance(driver, MySqlConnection)
            return driver.limit.seconds

    assert limit(3840) == 3840.0
    found = [limit(128) for _ in range(20)]
    assert found == [3840.0] * 15 + [128.0] * 5
    assert {limit(3840) for _ in range(20)} == {3840.0}
    assert {limit(128 if number % 8 else 3840) for number in range(40)} == {3840.0}


VALUES = (
    None,
    7,
    -1.5,
    'it\'s 100 %s \\ "quoted"',
    "Größe 🧥",
    b"\x00\xff",
    datetime(2026, 1, 2, 3, 4, 5, 678),  # noqa: DTZ001 - as MySQL has them
    "",
)


def test_rows_are_those_of_a_cursor(single: Engine) -> None:
    """Whatever the values are, and with a percent sign of the statement's own."""
    statement = (
        f"SELECT '%', {', '.join(['%s'] * len(VALUES))} UNION ALL SELECT 'a%b', {', '.join('12345678')}"
    )
    with single.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, MySqlConnection)
        cursor = driver.cursor()
        cursor.execute(statement, VALUES)
        expected = cursor.fetchall()
        assert driver.rows(statement, VALUES) == expected
        assert driver.rows("SELECT 1 FROM DUAL WHERE FALSE", ()) == []
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_statement_takes_as_many_values_as_it_has_places(single: Engine) -> None:
    """A mistake of ours is no statement that happens to be one."""
    with single.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, MySqlConnection)
        for values in ((), (1,), (1, 2, 3)):
            with pytest.raises(ValueError, match="zip"):
                driver.rows("SELECT %s, %s", values)


LEAVING = """
import sys, time
from ogrom.sources.database import mysql
from ogrom.sources.database.deadlines import until
from ogrom.sources.database.engine import database_engine
from sqlalchemy.exc import OperationalError

mysql._OPTIONS["connection_timeout"] = 600
engine = database_engine(f"mysql://root@127.0.0.1:{sys.argv[1]}/x")
with until(time.monotonic() + 0.1):
    try:
        engine.connect()
    except OperationalError:
        print("late")
"""


def test_a_connection_under_way_does_not_keep_the_process() -> None:
    """It ends in order and without a word, while a thread would still wait for the server for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        run = [sys.executable, "-c", LEAVING, str(silent.getsockname()[1])]
        done = subprocess.run(run, capture_output=True, text=True, timeout=FAR, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "late\n", "")


@pytest.mark.parametrize(
    ("options", "lives"), [("", True), ("?ssl-mode=DISABLED", False)], ids=["tls", "plain"]
)
def test_unasked_bytes_mean_death_unless_they_are_tls(mariadb: MariaDB, options: str, lives: bool) -> None:
    """Inside of TLS they may be a session ticket, so the server is asked, and answers or not."""
    engine = database_engine(mariadb.database() + options, pool_size=1)
    ours, theirs = socket.socketpair()
    theirs.send(b"x")
    with theirs, engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, MySqlConnection)
        assert driver._socket is not None
        with driver._socket as real:
            driver._socket = ours
            assert driver.is_connected() is lives
            real.shutdown(socket.SHUT_RDWR)
            assert driver.is_connected() is False
    engine.dispose()
