"""Connections to MySQL and MariaDB: cut, asked, closed and never left behind."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout
from ogrom.protocols.testing import DE
from ogrom.sources import mysql
from ogrom.sources.calls import reading
from ogrom.sources.engine import database_engine
from ogrom.sources.testing import MariaDB, Proxy

pytestmark = pytest.mark.slow

NUMBER = text("SELECT CONNECTION_ID()")


@pytest.fixture
def single(mariadb: MariaDB) -> Iterator[Engine]:
    """A pool of one connection, without the time that TLS takes to begin."""
    engine = database_engine(mariadb.database() + "?ssl-mode=DISABLED", pool_size=1)
    yield engine
    engine.dispose()


def soon(seconds: float = 5.0) -> Context:
    """A call that is waited for so long."""
    return Context(locale=DE, deadline=time.monotonic() + seconds)


def descriptors() -> int:
    """How many this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


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
    assert descriptors() == before


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
    options = {"host": "127.0.0.1", "port": mariadb.port, "user": "root"}
    made: Future[mysql._Connection] = Future()
    assert made.cancel()
    before = descriptors()
    mysql._connect(made, options)
    assert descriptors() == before


def test_without_the_socket_the_driver_pings_and_says_what_is_lost(
    single: Engine, mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Dead connections are still replaced; a server that hangs is waited for until `read_timeout`."""
    monkeypatch.setattr(mysql, "socket_of", lambda driver, peer: None)
    monkeypatch.setitem(mysql._OPTIONS, "read_timeout", 1)
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
        assert 0.9 < time.monotonic() - begun < 3
        engine.dispose()


LEAVING = """
import sys, time
from ogrom.sources.deadlines import until
from ogrom.sources.engine import database_engine
from sqlalchemy.exc import OperationalError

engine = database_engine(f"mysql://root@127.0.0.1:{sys.argv[1]}/x")
with until(time.monotonic() + 0.1):
    try:
        engine.connect()
    except OperationalError:
        print(time.monotonic())
"""


def test_a_connection_under_way_does_not_keep_the_process() -> None:
    """It ends at once, in order and without a word, while a thread still waits for the server."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        run = [sys.executable, "-c", LEAVING, str(silent.getsockname()[1])]
        done = subprocess.run(run, capture_output=True, text=True, timeout=20, check=False)
        ended = time.monotonic()
    assert (done.returncode, done.stderr) == (0, "")
    assert ended - float(done.stdout) < 1


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
        assert isinstance(driver, mysql._Connection)
        assert driver._socket is not None
        with driver._socket as real:
            driver._socket = ours
            assert driver.is_connected() is lives
            real.shutdown(socket.SHUT_RDWR)
            assert driver.is_connected() is False
    engine.dispose()
