"""A server that the faults may happen to, engines on it, and how long a call takes that it cannot serve."""

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
from ogrom.sources.calls import reading
from ogrom.sources.engine import database_engine
from ogrom.sources.loading import load
from ogrom.sources.migrate import migrate
from ogrom.sources.testing import MariaDB, Proxy

THREADS = 4

Lateness: TypeAlias = Callable[[Callable[[Context], object]], float]


@pytest.fixture(scope="session")
def server() -> Iterator[MariaDB]:
    """A server of the faults' own."""
    with MariaDB() as server:
        yield server


@pytest.fixture
def connect() -> Iterator[Callable[..., Engine]]:
    """Makes engines that end with the test."""
    made: list[Engine] = []

    def connect(url: str, pool_size: int = THREADS) -> Engine:
        made.append(database_engine(url, pool_size=pool_size))
        return made[-1]

    yield connect
    for engine in made:
        engine.dispose()


@pytest.fixture
def url(server: MariaDB, connect: Callable[..., Engine]) -> str:
    """A new database with the CATALOGUE."""
    url = server.database()
    engine = connect(url)
    migrate(engine)
    load(engine, [CATALOGUE])
    return url


@pytest.fixture
def engine(url: str, connect: Callable[..., Engine]) -> Engine:
    """A pool of four connections to the new database."""
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

    def soon(seconds: float = 5.0) -> Context:
        return Context(locale=DE, deadline=time.monotonic() + seconds)

    return soon


@pytest.fixture
def lateness(soon: Callable[..., Context]) -> Lateness:
    """Tells how many seconds after its deadline a call ends that must time out."""

    def lateness(call: Callable[[Context], object]) -> float:
        ctx = soon(0.3)
        assert ctx.deadline is not None
        with pytest.raises(Timeout):
            call(ctx)
        return time.monotonic() - ctx.deadline

    return lateness


@pytest.fixture
def all_slots_work(soon: Callable[..., Context]) -> Callable[[Engine], bool]:
    """Tells whether as many threads as the pool has connections read at once."""

    def read(engine: Engine, together: threading.Barrier) -> object:
        with reading(engine, "test", soon()) as connection:
            together.wait()
            return connection.scalar(text("SELECT 1"))

    def all_slots_work(engine: Engine) -> bool:
        together = threading.Barrier(THREADS, timeout=5)
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(read, [engine] * THREADS, [together] * THREADS)) == [1] * THREADS

    return all_slots_work
