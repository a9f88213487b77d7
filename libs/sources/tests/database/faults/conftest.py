"""A server that the faults may happen to, engines on it, and how late a call ends that it cannot serve."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout
from ogrom.protocols.testing import CATALOGUE, DE
from ogrom.sources.database import mysql
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.transactions import reading
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.tables import categories, metadata
from ogrom.sources.testing import MariaDB, Proxy

THREADS = 4

# Nothing that works takes so long, however slow the machine is; in seconds.
FAR = 60.0

Lateness: TypeAlias = Callable[..., float]


@pytest.fixture(scope="session")
def server() -> Iterator[MariaDB]:
    """A server of the faults' own, on a disk as in production."""
    with MariaDB() as server:
        yield server


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Engine]]:
    """Makes engines that end with the test, and wait for minutes for what only a deadline shall end."""
    monkeypatch.setitem(mysql._OPTIONS, "connection_timeout", 3 * int(FAR))
    monkeypatch.setitem(mysql._OPTIONS, "read_timeout", 3 * int(FAR))
    monkeypatch.setitem(mysql._OPTIONS, "write_timeout", 3 * int(FAR))
    made: list[Engine] = []

    def connect(url: str, pool_size: int = THREADS) -> Engine:
        made.append(database_engine(url, pool_size=pool_size, pool_timeout=3 * FAR))
        return made[-1]

    yield connect
    for engine in made:
        engine.dispose()


@pytest.fixture(scope="session")
def database(server: MariaDB) -> str:
    """The URL of a migrated database, one for all tests: to make one takes a disk a second."""
    url = server.database()
    engine = database_engine(url)
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def url(database: str, connect: Callable[..., Engine]) -> str:
    """The database with the CATALOGUE and nothing else."""
    engine = connect(database)
    with engine.begin() as connection:
        connection.execute(categories.update().values(parent_id=None))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    load(engine, [CATALOGUE])
    return database


@pytest.fixture
def engine(url: str, connect: Callable[..., Engine]) -> Engine:
    """A pool of four connections to the database."""
    return connect(url)


@pytest.fixture
def admin(url: str, connect: Callable[..., Engine]) -> Iterator[Connection]:
    """A connection outside of the pool."""
    with connect(url).connect() as connection:
        yield connection


@pytest.fixture
def proxy(server: MariaDB) -> Iterator[Proxy]:
    """The network in front of the server."""
    with Proxy(server.port) as proxy:
        yield proxy


@pytest.fixture
def far(url: str, proxy: Proxy, server: MariaDB, connect: Callable[..., Engine]) -> Engine:
    """A pool of four connections through the proxy."""
    return connect(url.replace(f":{server.port}/", f":{proxy.port}/"))


@pytest.fixture(params=["sqlite", "mariadb"])
def crowded(request: pytest.FixtureRequest, connect: Callable[..., Engine], tmp_path: Path) -> Engine:
    """A pool of 32 connections, to either kind of database."""
    if request.param == "mariadb":
        return connect(request.getfixturevalue("url"), 32)
    engine = connect(f"sqlite:///{tmp_path / 'ogrom.db'}", 32)
    migrate(engine)
    load(engine, [CATALOGUE])
    return engine


@pytest.fixture
def soon() -> Callable[..., Context]:
    """Makes calls that are waited for so many seconds."""

    def soon(seconds: float = FAR) -> Context:
        return Context(locale=DE, deadline=time.monotonic() + seconds)

    return soon


@pytest.fixture
def lateness(soon: Callable[..., Context]) -> Lateness:
    """Tells how many seconds after its deadline a call ends that must time out.

    Where the machine is too slow for the call to get as far as to what is tested, it is given more time.
    """

    def lateness(call: Callable[[Context], object], is_reached: Callable[[], bool] = lambda: True) -> float:
        for seconds in (0.3, 3.0, 30.0):
            ctx = soon(seconds)
            assert ctx.deadline is not None
            with pytest.raises(Timeout):
                call(ctx)
            late = time.monotonic() - ctx.deadline
            assert late >= 0
            if is_reached():
                return late
        pytest.fail("the deadline passed before anything was tested")

    return lateness


@pytest.fixture
def all_slots_work(soon: Callable[..., Context]) -> Callable[[Engine], bool]:
    """Tells whether as many threads as the pool has connections read at once."""

    def read(engine: Engine, together: threading.Barrier) -> object:
        with reading(engine, "test", soon()) as connection:
            together.wait()
            return connection.scalar(text("SELECT 1"))

    def all_slots_work(engine: Engine) -> bool:
        together = threading.Barrier(THREADS, timeout=FAR)
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(read, [engine] * THREADS, [together] * THREADS)) == [1] * THREADS

    return all_slots_work
