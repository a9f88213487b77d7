"""Reads over sockets that the loop polls: the rows that the driver's extension gives, and what becomes of them."""

import os
import select
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import trustme
from mysql.connector.constants import ClientFlag
from mysql.connector.errors import Error, InterfaceError
from sqlalchemy import Connection, Select, bindparam, cast, func, literal, null, select as query, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import DECIMAL, Date, DateTime, Float, Integer, String, Time

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout, Unavailable
from ogrom.protocols.waiting import BLOCKING
from ogrom.server.greenlets import Greenlets
from ogrom.sources.database import mysql
from ogrom.sources.database.database import Database
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.mysql import POLLED
from ogrom.sources.database.polled import PolledConnection, PolledReads
from ogrom.sources.database.reads import read
from ogrom.sources.testing import MariaDB, Proxy, wait_until

pytestmark = pytest.mark.slow
SECONDS = 300.0
ANYTIME = Context(locale="de-DE")
ONE: Select[Any] = query(literal(1))
SLEEP: Select[Any] = query(func.sleep(bindparam("seconds")))
TYPES = query(
    literal(7),
    literal(-(2**62)),
    literal("größer als 😀"),
    literal(""),
    null(),
    cast(literal("2015-01-11 00:24:20.123456"), DateTime),
    cast(literal("2015-01-11"), Date),
    cast(literal("11:12:13"), Time),
    cast(literal("1.50"), DECIMAL(10, 2)),
    cast(literal(0.25), Float),
    func.repeat("x", 300),
    func.repeat("y", 70_000),
    cast(literal("12"), Integer),
    cast(literal("text"), String(10)),
)
MANY: Select[Any] = query(text("seq")).select_from(text("seq_1_to_20000"))


class Loop:
    """A small loop: greenlets, a poll, and threads."""

    def __init__(self) -> None:
        self.greenlets = Greenlets()
        self._poll = select.poll()
        self._reads, self._writes = os.pipe()
        self._poll.register(self._reads, select.POLLIN)
        self._pool = ThreadPoolExecutor(4)
        self.greenlets.begin(lambda: os.write(self._writes, b"x"), self._watch)

    def take(self, task: Any) -> None:
        self._pool.submit(task.service)

    def _watch(self, descriptor: int) -> None:
        self._poll.register(descriptor, select.POLLIN)

    def run(self, *calls: Callable[[], Any]) -> list[Any]:
        """What each gives back, or the error of a source; all are begun before the first one can end."""
        jobs = [_Job(each) for each in calls]
        for each in jobs:
            self.greenlets.start(each, self)
        end = time.monotonic() + SECONDS
        while self.greenlets.begun:
            assert time.monotonic() < end
            until = min(self.greenlets.next_deadline, end)
            for descriptor, _ in self._poll.poll(max(0.0, until - time.monotonic()) * 1000):
                if descriptor == self._reads:
                    os.read(self._reads, 100)
                else:
                    self._poll.unregister(descriptor)
                    self.greenlets.can_read(descriptor)
            self.greenlets.go_on()
        return [each.outcome for each in jobs]

    def end(self) -> None:
        self.greenlets.end()
        self._pool.shutdown()
        os.close(self._reads)
        os.close(self._writes)


class _Job:
    """A call, and what came of it."""

    give_up = float("inf")

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self.outcome: Any = None

    def service(self) -> None:
        try:
            self.outcome = self._call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
            self.outcome = error


class Store:
    """A database that a loop reads."""

    def __init__(self, url: str) -> None:
        self.loop = Loop()
        self.engine = database_engine(url)
        self.database = Database.over(self.engine, waiter=self.loop.greenlets)

    def read(self, *statements: Select[Any], patience: float | None = None, **values: Any) -> list[Any]:
        """The rows of each, or its error; all at once.

        Args:
            statements: what is read.
            patience: the seconds until their deadline.
            values: of their parameters.
        """
        deadline = None if patience is None else time.monotonic() + patience
        ctx = Context(locale="de-DE", deadline=deadline)

        def call(statement: Select[Any]) -> Callable[[], Any]:
            return lambda: self.database.read("test", ctx, statement, values)

        return self.loop.run(*map(call, statements))

    @property
    def polled(self) -> PolledReads:
        return self.database.polled[self.engine]

    def end(self) -> None:
        self.loop.end()
        self.database.dispose()


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDB]:
    with MariaDB(in_memory=True) as server:
        yield server


@pytest.fixture
def make_store() -> Iterator[Callable[[str], Store]]:
    made: list[Store] = []

    def make(url: str) -> Store:
        made.append(Store(url))
        return made[-1]

    yield make
    for each in made:
        each.end()


@pytest.fixture(params=["PREFERRED", "DISABLED"])
def store(server: MariaDB, make_store: Callable[[str], Store], request: pytest.FixtureRequest) -> Store:
    """Over TLS, which the server offers, and without."""
    return make_store(f"{server.database()}?ssl-mode={request.param}")


@pytest.mark.parametrize("statement", [ONE, TYPES, MANY], ids=["one", "types", "many"])
def test_rows_are_those_of_the_extension(store: Store, statement: Select[Any]) -> None:
    """Value by value, of the same types; in packets that come in many pieces."""
    (found,) = store.read(statement)
    expected = read(store.engine, "test", ANYTIME, statement, {})
    assert [[(type(value), value) for value in row] for row in found] == [
        [(type(value), value) for value in row] for row in expected
    ]


def test_it_works_over_tls(server: MariaDB, make_store: Callable[[str], Store]) -> None:
    """What has been decrypted already is not waited for."""
    store = make_store(f"{server.database()}?ssl-mode=REQUIRED")
    (found,) = store.read(
        query(text("VARIABLE_VALUE")).select_from(
            text("information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'")
        )
    )
    assert found[0][0]
    assert [len(each) for each in store.read(MANY, MANY)] == [20_000, 20_000]


def test_nobody_goes_on_without_tls_where_it_must_be(make_store: Callable[[str], Store]) -> None:
    with MariaDB("--skip-ssl", in_memory=True) as server:
        store = make_store(f"{server.database()}?ssl-mode=REQUIRED")
        (refused,) = store.read(ONE)
        assert isinstance(refused, Unavailable)
        assert "the server offers no TLS" in str(refused)


def connected(url: str, **options: Any) -> PolledConnection:
    """A connection of its own, which this thread waits for."""
    parts = make_url(url)
    return PolledConnection(
        BLOCKING, host=parts.host, port=parts.port, user=parts.username, database=parts.database, **options
    )


def test_no_authority_is_trusted_but_the_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those of the system, whose certificates anybody can buy for a name of his own."""
    ours, bought = trustme.CA(), trustme.CA()
    for name, authority in (("ours", ours), ("bought", bought)):
        authority.cert_pem.write_to_path(str(tmp_path / f"{name}.pem"))
    certificate = bought.issue_cert("localhost")
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "server.pem"))
    certificate.private_key_pem.write_to_path(str(tmp_path / "server.key"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bought.pem"))
    options = (f"--ssl-cert={tmp_path / 'server.pem'}", f"--ssl-key={tmp_path / 'server.key'}")
    with MariaDB(*options, in_memory=True) as server:
        url = server.database()
        with pytest.raises(Error, match="CERTIFICATE_VERIFY_FAILED"):
            connected(url, ssl_ca=str(tmp_path / "ours.pem"), ssl_verify_cert=True)
        connection = connected(url, ssl_ca=str(tmp_path / "bought.pem"), ssl_verify_cert=True)
        assert connection.rows(b"SELECT 1") == [(1,)]
        connection.cut()
        with pytest.raises(InterfaceError, match="ssl-ca, ssl-cert or ssl-key cannot be used"):
            connected(url, ssl_ca=str(tmp_path / "nothing.pem"))


def test_mysql_gets_attributes_before_a_statement(server: MariaDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which it expects since 8.0.23, and MariaDB does not know."""
    sent: list[bytes] = []
    connection = connected(server.database())
    assert not connection._client_flags & ClientFlag.CLIENT_QUERY_ATTRIBUTES

    def note(payload: bytes, *_: object) -> None:
        sent.append(payload)
        raise InterruptedError

    monkeypatch.setattr(connection._socket, "send", note)
    for flags in (0, ClientFlag.CLIENT_QUERY_ATTRIBUTES):
        connection._client_flags |= flags
        with pytest.raises(InterruptedError):
            connection.rows(b"SELECT 1")
    assert sent == [b"\x03SELECT 1", b"\x03\0\1SELECT 1"]
    connection.cut()


def test_a_server_that_hangs_behind_the_login_is_given_up() -> None:
    """Before a session is as it is to be nobody has a deadline for what it is asked."""
    with MariaDB("--init-connect=SELECT SLEEP(60)", in_memory=True) as server:
        url = server.database()
        admin = database_engine(url)
        with admin.connect() as connection:
            connection.exec_driver_sql("CREATE USER ordinary")
            connection.exec_driver_sql(f"GRANT SELECT ON {make_url(url).database}.* TO ordinary")
        admin.dispose()
        engine = database_engine(url.replace("root@", "ordinary@"))
        begin = time.monotonic()
        with pytest.raises(Error):
            engine.get_execution_options()[POLLED](BLOCKING)
        assert time.monotonic() - begin < 30
        engine.dispose()


def test_more_than_there_are_connections_wait(store: Store) -> None:
    """Eight are read at once; whoever waits too long for one is told, and takes none from the others."""
    begin = time.monotonic()
    assert [rows[0][0] for rows in store.read(*[SLEEP] * 20, seconds=0.05)] == [0] * 20
    assert time.monotonic() - begin >= 0.15
    assert store.polled.connections == (0, 8)
    outcomes = store.read(*[SLEEP] * 16, seconds=1.0, patience=1.5)
    assert Counter(type(each) for each in outcomes) == {list: 8, Timeout: 8}
    assert store.read(*[ONE] * 20) == [[(1,)]] * 20


def test_connections_can_be_opened_ahead(store: Store) -> None:
    """By another thread than that of the callers, who then open none; those that are there already count."""
    store.read(ONE, ONE)
    assert store.polled.connections == (0, 2)
    opening = Thread(target=store.polled.open_connections, args=(time.monotonic() + SECONDS,))
    opening.start()
    opening.join(SECONDS)
    assert store.polled.connections == (0, 8)
    with store.engine.connect() as admin:
        open_ones = set(admin.scalars(text("SELECT id FROM information_schema.processlist")))
    found = {rows[0][0] for rows in store.read(*[query(func.connection_id())] * 20)}
    assert len(found) == 8
    assert found <= open_ones
    store.polled.close()
    assert store.polled.connections == (0, 0)


def test_opening_ahead_ends_at_its_deadline(store: Store) -> None:
    """Without an error between two connections: whoever needs the others opens them."""
    store.polled.open_connections(time.monotonic())
    assert store.polled.connections == (0, 0)
    assert store.read(ONE) == [[(1,)]]


def test_a_server_that_does_not_answer_ends_it_as_well(
    server: MariaDB, make_store: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the deadline, though the driver would wait for minutes; and a caller who needs one is late and no later."""
    monkeypatch.setitem(mysql._OPTIONS, "connection_timeout", int(SECONDS))
    with Proxy(server.port) as proxy:
        store = make_store(server.database().replace(f":{server.port}/", f":{proxy.port}/"))
        store.engine.connect().close()
        proxy.silent = True
        begin = time.monotonic()
        with pytest.raises(DBAPIError, match="did not answer before the deadline"):
            store.polled.open_connections(begin + 0.2)
        assert [type(each) for each in store.read(ONE, patience=0.2)] == [Timeout]
        assert time.monotonic() - begin < SECONDS / 2
    assert store.polled.connections == (0, 0)


def test_who_cannot_be_reached_is_told_to_who_opens_ahead(make_store: Callable[[str], Store]) -> None:
    """As an engine tells it."""
    with pytest.raises(DBAPIError, match="Can't connect"):
        make_store("mysql://root@127.0.0.1:1/x").polled.open_connections(time.monotonic() + SECONDS)


def test_a_statement_ends_at_its_deadline(store: Store) -> None:
    """By the server's own means, which leave the connection in order."""
    (late,) = store.read(SLEEP, seconds=SECONDS, patience=0.3)
    assert isinstance(late, Timeout)
    assert store.read(ONE) == [[(1,)]]
    assert store.polled.connections == (0, 1)


def test_a_server_that_hangs_costs_its_connection(store: Store, server: MariaDB) -> None:
    """Nobody knows what is still on its way in it; others go on when the server does."""
    store.read(ONE)
    server.pause()
    try:
        outcomes = store.read(ONE, ONE, patience=0.3)
    finally:
        server.resume()
    assert [type(each) for each in outcomes] == [Timeout, Timeout]
    assert store.read(ONE, ONE) == [[(1,)], [(1,)]]


def wait_until_busy(store: Store, number: int) -> None:
    """Wait until so many of the store's statements sleep."""
    busy = text("SELECT count(*) FROM information_schema.processlist WHERE state = 'User sleep'")
    with store.engine.connect() as admin:
        assert wait_until(lambda: admin.scalar(busy) == number, SECONDS)


def test_a_server_that_dies_is_unavailable_until_it_is_back(make_store: Callable[[str], Store]) -> None:
    """In the middle of a statement, and before the next one."""
    with MariaDB(in_memory=True) as server:
        store = make_store(server.database())
        store.read(ONE, ONE)

        def kill() -> None:
            wait_until_busy(store, 2)
            server.kill()

        killer = Thread(target=kill)
        killer.start()
        outcomes = store.read(SLEEP, SLEEP, seconds=SECONDS)
        killer.join(SECONDS)
        assert [type(each) for each in outcomes] == [Unavailable, Unavailable]
        assert [type(each) for each in store.read(ONE)] == [Unavailable]
        assert store.polled.connections == (0, 0)
        server.start()
        assert store.read(ONE) == [[(1,)]]


def test_who_is_killed_gets_another_connection(store: Store) -> None:
    """An idle one is replaced unseen; a busy one is Unavailable."""
    (((own,),),) = store.read(query(func.connection_id()))
    with store.engine.connect() as admin:
        admin.execute(text(f"KILL CONNECTION {own}"))
        assert store.read(ONE) == [[(1,)]]
        (((busy,),),) = store.read(query(func.connection_id()))

        def kill() -> None:
            wait_until_busy(store, 1)
            admin.execute(text(f"KILL CONNECTION {busy}"))

        killer = Thread(target=kill)
        killer.start()
        outcomes = store.read(SLEEP, seconds=SECONDS)
        killer.join(SECONDS)
    assert [type(each) for each in outcomes] == [Unavailable]
    assert store.read(ONE) == [[(1,)]]


def test_too_many_connections_are_told_at_once(store: Store) -> None:
    """And cost no place."""
    with store.engine.connect() as admin:
        others = [database_engine(str(store.engine.url.set(drivername="mysql"))) for _ in range(2)]
        held: list[Connection] = []
        admin.execute(text("SET GLOBAL max_connections = 10"))
        try:
            with suppress(Exception):
                for engine in others:
                    held.extend(engine.connect() for _ in range(8))
            outcomes = store.read(ONE)
            assert [type(each) for each in outcomes] == [Unavailable]
            assert "Too many connections" in str(outcomes[0])
        finally:
            admin.execute(text("SET GLOBAL max_connections = 100"))
            for connection in held:
                connection.close()
            for engine in others:
                engine.dispose()
    assert store.read(ONE) == [[(1,)]]


def test_a_mistake_of_ours_stays_what_it_is(store: Store) -> None:
    """With the statement, for whoever mends it; the connection is lent again."""
    (error,) = store.read(query(text("nothing_such(1)")))
    assert isinstance(error, DBAPIError)
    assert "SELECT nothing_such" in str(error)
    assert store.read(ONE) == [[(1,)]]
    assert store.polled.connections == (0, 1)
