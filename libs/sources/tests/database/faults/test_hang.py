"""A call ends at its deadline when the server hangs, is slow, or has no connection left."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout
from ogrom.protocols.pages import PageRequest
from ogrom.sources.database.transactions import reading, run_in_transaction
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import MariaDB, wait_until

pytestmark = pytest.mark.slow

# What a call may take past its deadline on the slowest machine, in seconds; all other limits are minutes.
ALLOWANCE = 60.0


@contextmanager
def resumed(server: MariaDB) -> Iterator[None]:
    """Let the server go on at the end."""
    try:
        yield
    finally:
        server.resume()


@pytest.mark.parametrize("warm", [True, False], ids=["pooled", "connecting"])
def test_a_server_that_hangs_holds_nobody_past_the_deadline(
    server: MariaDB,
    engine: Engine,
    lateness: Callable[..., float],
    all_slots_work: Callable[..., bool],
    warm: bool,
) -> None:
    """Eight calls at a pool of four end at their deadline, in a new connection as in an old one."""
    assert all_slots_work(engine)
    if not warm:
        engine.dispose()
    source = SqlSources.over(engine).users
    with resumed(server), ThreadPoolExecutor(8) as threads:
        server.pause()
        late = list(threads.map(lambda _: lateness(lambda ctx: source.user_by_id(ctx, 1)), range(8)))
    assert max(late) < ALLOWANCE
    assert all_slots_work(engine)


def test_a_server_that_hangs_within_a_transaction_holds_nobody(
    server: MariaDB,
    engine: Engine,
    soon: Callable[..., Context],
    lateness: Callable[..., float],
    all_slots_work: Callable[..., bool],
) -> None:
    """Neither the statement nor the rollback outlives the deadline, and nothing half-written is there."""

    hangs = threading.Event()

    def write(connection: Connection) -> None:
        connection.execute(text("UPDATE comments SET text = 'half'"))
        server.pause()
        hangs.set()
        connection.execute(text("UPDATE comments SET text = 'whole'"))

    with resumed(server):
        late = lateness(lambda ctx: run_in_transaction(engine, "test", ctx, write), hangs.is_set)
    assert late < ALLOWANCE
    comments = SqlSources.over(engine).comments.comments(soon(), PageRequest()).items
    assert {comment.text for comment in comments}.isdisjoint({"half", "whole"})
    assert all_slots_work(engine)


def test_a_server_that_hangs_within_a_result_holds_nobody(
    server: MariaDB, engine: Engine, lateness: Callable[..., float], all_slots_work: Callable[..., bool]
) -> None:
    """To close the connection the driver reads what nobody wants any more; that ends too."""
    hangs = threading.Event()

    def read(ctx: Context) -> None:
        with reading(engine, "test", ctx) as connection:
            driver = connection.connection.dbapi_connection
            driver.cmd_query("SELECT REPEAT('x', 1000) FROM seq_1_to_20000")  # type: ignore[union-attr]
            server.pause()
            hangs.set()
            time.sleep(ctx.remaining() or 0)  # a caller that uses up its time
            raise Timeout("test", "the caller has waited long enough")

    with resumed(server):
        assert lateness(read, hangs.is_set) < ALLOWANCE
    assert all_slots_work(engine)


def test_the_pool_is_waited_for_until_the_deadline(engine: Engine, lateness: Callable[..., float]) -> None:
    """Its own timeout is longer."""
    held = [engine.connect() for _ in range(4)]
    late = lateness(lambda ctx: SqlSources.over(engine).users.user_by_id(ctx, 1))
    for connection in held:
        connection.close()
    assert late < ALLOWANCE


def test_a_slow_query_ends_and_its_connection_is_discarded(
    engine: Engine, soon: Callable[..., Context], lateness: Callable[..., float]
) -> None:
    """The server itself stops it and says so; the next call has another connection."""
    number = text("SELECT CONNECTION_ID()")
    begins = threading.Event()
    with reading(engine, "test", soon()) as connection:
        first = connection.scalar(number)

    def sleep(ctx: Context) -> None:
        with reading(engine, "test", ctx) as connection:
            begins.set()
            connection.execute(text("SELECT SLEEP(200)"))

    assert lateness(sleep, begins.is_set) < ALLOWANCE
    with reading(engine, "test", soon()) as connection:
        assert connection.scalar(number) != first
        sleeping = text("SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%SLEEP(200)'")
        assert wait_until(lambda: connection.scalar(sleeping) == 0, ALLOWANCE)
