"""The server dies and comes back: nobody waits, nothing that was acknowledged is lost, no slot is."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout, Unavailable, Unconfirmed
from ogrom.protocols.models import CommentDraft
from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import MariaDB, wait_until

pytestmark = pytest.mark.slow

COLLAGE = CATALOGUE.collages[0]
THREADS = 4

# Nothing that works takes so long, however slow the machine is; in seconds.
FAR = 60.0


def test_a_killed_server_loses_no_acknowledged_write_and_is_used_again(
    server: MariaDB,
    engine: Engine,
    url: str,
    connect: Callable[..., Engine],
    soon: Callable[..., Context],
    all_slots_work: Callable[..., bool],
) -> None:
    """Under load calls fail long before their deadline, work again once it is back, and every comment is there.

    Of those that failed, none is there but perhaps those of which nobody knows.
    """
    source = SqlSources.over(engine).comments
    # Pairs, since an id that was lost with its comment is given to another.
    stored: list[tuple[int, str]] = []
    failures: list[tuple[Exception, str]] = []
    stop = threading.Event()

    def add(thread: int) -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            draft = CommentDraft(author_id=1, text=f"{number} of {thread}")
            try:
                stored.append((source.add_comment(soon(10 * FAR), COLLAGE.id, draft).id, draft.text))
            except (Timeout, Unavailable) as error:
                failures.append((error, draft.text))

    with ThreadPoolExecutor(THREADS) as threads:
        running = [threads.submit(add, thread) for thread in range(THREADS)]
        try:
            assert wait_until(lambda: len(stored) > 50, FAR)
            server.kill()
            assert wait_until(lambda: len(failures) >= THREADS, FAR)
            server.start()
            count = len(stored)
            assert set(stored[:count]) <= comments(connect(url))
            assert wait_until(lambda: len(stored) > count + 20, FAR)
        finally:
            stop.set()
    for thread in running:
        thread.result()
    assert {type(failure) for failure, _ in failures} <= {Unavailable, Unconfirmed}
    there = comments(connect(url))
    assert set(stored) <= there
    lost = {words for failure, words in failures if not isinstance(failure, Unconfirmed)}
    assert lost
    assert lost.isdisjoint(words for _, words in there)
    assert all_slots_work(engine)


def comments(engine: Engine) -> set[tuple[int, str]]:
    """The id and the text of all."""
    with engine.connect() as connection:
        return {(id, words) for id, words in connection.execute(text("SELECT id, text FROM comments"))}


@pytest.mark.parametrize("secure", ["", "?ssl-mode=DISABLED"], ids=["tls", "plain"])
def test_killed_connections_are_replaced(
    url: str,
    secure: str,
    connect: Callable[..., Engine],
    admin: Connection,
    soon: Callable[..., Context],
    all_slots_work: Callable[..., bool],
) -> None:
    """Nobody is told that the server closed those that waited in the pool."""
    engine = connect(url + secure)
    assert all_slots_work(engine)
    mine = text(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"
    )
    for number in list(admin.scalars(mine)):
        admin.execute(text(f"KILL CONNECTION {number}"))
    assert wait_until(lambda: not list(admin.scalars(mine)), FAR)
    assert SqlSources.over(engine).users.user_by_id(soon(), 1) is not None
    assert all_slots_work(engine)


@pytest.mark.parametrize("end", [MariaDB.stop, MariaDB.kill], ids=["stopped", "killed"])
@pytest.mark.parametrize("secure", ["", "?ssl-mode=DISABLED"], ids=["tls", "plain"])
def test_a_restart_is_not_noticed(
    server: MariaDB,
    url: str,
    secure: str,
    connect: Callable[..., Engine],
    soon: Callable[..., Context],
    all_slots_work: Callable[..., bool],
    end: Callable[[MariaDB], None],
) -> None:
    """The connections from before are seen to be dead, and the first call works."""
    engine = connect(url + secure)
    assert all_slots_work(engine)
    end(server)
    server.start()
    assert SqlSources.over(engine).users.user_by_id(soon(), 1) is not None
    assert all_slots_work(engine)
