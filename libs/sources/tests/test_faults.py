"""The sources keep their word when the database crashes, hangs, is full, or is fought over."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, Timeout, Unavailable
from ogrom.protocols.models import CollageDraft, CommentDraft
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.calls import reading, written
from ogrom.sources.engine import database_engine
from ogrom.sources.loading import load
from ogrom.sources.migrate import migrate
from ogrom.sources.sql import SqlSources
from ogrom.sources.testing import MariaDB

pytestmark = pytest.mark.slow

COLLAGE = CATALOGUE.collages[0]
DRAFT = CollageDraft(title="x", author_id=COLLAGE.author_id, placements=COLLAGE.placements)
# What a call may take past its deadline, in seconds.
ALLOWANCE = 0.1


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDB]:
    """A server that the faults may happen to."""
    with MariaDB() as server:
        yield server


@pytest.fixture
def engine(server: MariaDB) -> Iterator[Engine]:
    """An engine on a new database with the CATALOGUE."""
    engine = database_engine(server.database(), pool_size=4)
    migrate(engine)
    load(engine, [CATALOGUE])
    yield engine
    engine.dispose()


@pytest.fixture
def admin(engine: Engine) -> Iterator[Connection]:
    """A connection outside of the pool."""
    other = database_engine(engine.url.set(drivername="mysql").render_as_string(hide_password=False))
    with other.connect() as connection:
        yield connection
    other.dispose()


def soon(seconds: float = 0.3) -> Context:
    """A call that is waited for so long."""
    return Context(locale=COLLAGE.locale, deadline=time.monotonic() + seconds)


def user(engine: Engine, seconds: float = 5) -> object:
    """A read."""
    return SqlSources.over(engine).users.user_by_id(soon(seconds), 1)


def lateness(call: Callable[[Context], object], seconds: float = 0.3) -> float:
    """How long after its deadline a call that must time out ends, in seconds."""
    ctx = soon(seconds)
    assert ctx.deadline is not None
    with pytest.raises(Timeout):
        call(ctx)
    return time.monotonic() - ctx.deadline


def all_slots_work(engine: Engine) -> bool:
    """Whether as many threads as the pool has connections read at once."""
    together = threading.Barrier(4, timeout=5)

    def read(_: int) -> object:
        with reading(engine, "test", soon(5)) as connection:
            together.wait()
            return connection.scalar(text("SELECT 1"))

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(read, range(4))) == [1] * 4


@pytest.mark.parametrize("warm", [True, False], ids=["pooled", "connecting"])
def test_a_server_that_hangs_holds_nobody_past_the_deadline(
    server: MariaDB, engine: Engine, warm: bool
) -> None:
    """Eight calls at a pool of four end at their deadline, in a new connection as in an old one."""
    assert all_slots_work(engine)
    if not warm:
        engine.dispose()
    source = SqlSources.over(engine).users
    server.pause()
    try:
        with ThreadPoolExecutor(8) as threads:
            late = list(threads.map(lambda _: lateness(lambda ctx: source.user_by_id(ctx, 1)), range(8)))
    finally:
        server.resume()
    assert max(late) < ALLOWANCE
    assert all_slots_work(engine)


def test_a_server_that_hangs_within_a_transaction_holds_nobody(server: MariaDB, engine: Engine) -> None:
    """Neither the statement nor the rollback outlives the deadline, and nothing half-written is there."""
    source = SqlSources.over(engine).comments

    def write(connection: Connection) -> None:
        connection.execute(text("UPDATE comments SET text = 'half'"))
        server.pause()
        connection.execute(text("UPDATE comments SET text = 'whole'"))

    try:
        late = lateness(lambda ctx: written(engine, "test", ctx, write))
    finally:
        server.resume()
    assert late < ALLOWANCE
    texts = {comment.text for comment in source.comments(soon(5), PageRequest()).items}
    assert texts.isdisjoint({"half", "whole"})
    assert all_slots_work(engine)


def test_the_pool_is_waited_for_until_the_deadline(engine: Engine) -> None:
    """Its own timeout of two seconds is longer."""
    held = [engine.connect() for _ in range(4)]
    late = lateness(lambda ctx: SqlSources.over(engine).users.user_by_id(ctx, 1))
    for connection in held:
        connection.close()
    assert late < ALLOWANCE


def test_a_slow_query_ends_and_its_connection_is_discarded(engine: Engine) -> None:
    """The server stops it, and the next call has another connection."""
    number = text("SELECT CONNECTION_ID()")
    with reading(engine, "test", soon()) as connection:
        first = connection.scalar(number)

    def sleep(ctx: Context) -> None:
        with reading(engine, "test", ctx) as connection:
            connection.execute(text("SELECT SLEEP(20)"))

    assert lateness(sleep) < ALLOWANCE
    with reading(engine, "test", soon()) as connection:
        assert connection.scalar(number) != first


def test_a_killed_server_loses_no_acknowledged_write_and_is_used_again(
    server: MariaDB, engine: Engine
) -> None:
    """Under load calls fail at once, work within two seconds of its return, and every comment is there."""
    source = SqlSources.over(engine).comments
    stored: list[int] = []
    slowest: list[float] = []
    stop, failed = threading.Event(), threading.Event()

    def add() -> None:
        while not stop.is_set():
            begun = time.monotonic()
            try:
                stored.append(source.add_comment(soon(5), COLLAGE.id, CommentDraft(author_id=1, text="x")).id)
            except (Timeout, Unavailable):
                slowest.append(time.monotonic() - begun)
                failed.set()

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(add) for _ in range(4)]
        try:
            assert until(lambda: len(stored) > 50)
            server.kill()
            assert failed.wait(5)
            server.start()
            back, count = time.monotonic(), len(stored)
            assert until(lambda: len(stored) > count + 20)
            recovered = time.monotonic() - back
        finally:
            stop.set()
    for thread in running:
        thread.result()
    assert recovered < 2
    assert max(slowest) < 1
    with engine.connect() as connection:
        assert set(stored) <= set(connection.scalars(text("SELECT id FROM comments")))
    assert all_slots_work(engine)


def until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether it holds before the time is over."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.005)
    return holds()


def test_killed_connections_are_replaced(engine: Engine, admin: Connection) -> None:
    """Nobody is told that the server closed those that waited in the pool."""
    assert all_slots_work(engine)
    mine = text(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"
    )
    for number in list(admin.scalars(mine)):
        admin.execute(text(f"KILL CONNECTION {number}"))
    assert user(engine) is not None
    assert all_slots_work(engine)


def test_a_full_server_is_unavailable_until_it_has_room(engine: Engine, admin: Connection) -> None:
    """Too many connections are told at once, and cost no slot."""
    engine.dispose()
    admin.execute(text("SET GLOBAL max_connections = 10"))
    others = database_engine(
        engine.url.set(drivername="mysql").render_as_string(hide_password=False), pool_size=20
    )
    held: list[Connection] = []
    try:
        with suppress(Exception):
            held.extend(others.connect() for _ in range(20))
        while not refused(engine):
            held.append(others.connect())
    finally:
        admin.execute(text("SET GLOBAL max_connections = 100"))
        for connection in held:
            connection.close()
        others.dispose()
    assert all_slots_work(engine)


def refused(engine: Engine) -> bool:
    """Whether a call has no connection to work with."""
    with pytest.raises(Unavailable, match="Too many connections"):
        user(engine)
    return True


def test_a_read_only_server_is_unavailable_for_writes(engine: Engine, admin: Connection) -> None:
    """The collage stays as it was, and can still be read."""
    admin.execute(text("CREATE USER IF NOT EXISTS plain@localhost"))
    admin.execute(text("CREATE USER IF NOT EXISTS plain@'127.0.0.1'"))
    for host in ("localhost", "127.0.0.1"):
        admin.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO plain@'{host}'"))
    plain = database_engine(
        engine.url.set(drivername="mysql", username="plain").render_as_string(hide_password=False)
    )
    source = SqlSources.over(plain).collages
    admin.execute(text("SET GLOBAL read_only = 1"))
    try:
        with pytest.raises(Unavailable):
            source.replace_collage(soon(5), COLLAGE.id, DRAFT, revision=COLLAGE.revision)
        assert source.collage_by_id(soon(5), COLLAGE.id) == COLLAGE
    finally:
        admin.execute(text("SET GLOBAL read_only = 0"))
    assert source.replace_collage(soon(5), COLLAGE.id, DRAFT, revision=COLLAGE.revision).title == "x"
    plain.dispose()


def test_a_deadlock_is_tried_once_more(engine: Engine) -> None:
    """Two transactions that lock two rows crosswise both come through; one of them ran twice."""
    together = threading.Barrier(2, timeout=5)
    runs: list[int] = []

    def cross(first: int) -> None:
        def write(connection: Connection) -> None:
            runs.append(first)
            for number in (first, 3 - first):
                connection.execute(
                    text("UPDATE users SET revision = revision + 1 WHERE id = :id"), {"id": number}
                )
                if number == first and len(runs) <= 2:
                    together.wait()

        written(engine, "test", soon(5), write)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(cross, (1, 2)))
    assert len(runs) == 3


def test_one_of_32_writers_wins_each_round(engine: Engine) -> None:
    """All others are told Conflict, and the revision counts the winners."""
    source = SqlSources.over(engine).collages

    def replace(revision: int) -> bool:
        try:
            source.replace_collage(soon(10), COLLAGE.id, DRAFT, revision=revision)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(32) as threads:
        for revision in range(COLLAGE.revision, COLLAGE.revision + 10):
            assert sum(threads.map(replace, [revision] * 32)) == 1
    found = source.collage_by_id(soon(5), COLLAGE.id)
    assert found is not None
    assert found.revision == COLLAGE.revision + 10


def test_32_likes_of_one_user_are_one(engine: Engine) -> None:
    """One thread adds it, and none fails."""
    source = SqlSources.over(engine).likes
    source.unlike(soon(5), COLLAGE.id, 1)
    count = source.likes(soon(5), COLLAGE.id)
    with ThreadPoolExecutor(32) as threads:
        added = list(threads.map(lambda _: source.like(soon(10), COLLAGE.id, 1), range(32)))
    assert sum(added) == 1
    assert source.likes(soon(5), COLLAGE.id) == count + 1
