"""Keys of writes: they wait for one another, are bounded, and never spoil a write."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, func, select, text

from ogrom.protocols.context import Context, IdempotencyKey, Principal
from ogrom.protocols.errors import KeyReused, Unavailable, WriteUnderway
from ogrom.protocols.models import CommentDraft
from ogrom.protocols.outcomes import Outcome
from ogrom.protocols.testing import CATALOGUE, DE, GB
from ogrom.sources.database.database import Database
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql import outcomes
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.outcomes import run_once
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import idempotency_keys
from ogrom.sources.testing.ports import wait_until

SECONDS = 60
DRAFT = CommentDraft(author_id=1, text="Schön")


def keyed(text: str, *, user_id: int = 1, seconds: float = SECONDS, locale: str = DE) -> Context:
    return Context(
        locale=locale,
        deadline=monotonic() + seconds,
        principal=Principal(user_id=user_id),
        key=IdempotencyKey(text=text, fingerprint="1" * 64),
    )


def keys_in(store: Engine, user_id: int = 1, locale: str = DE) -> list[str]:
    """The keys that are kept of a user in a market, the oldest first."""
    of_user = (idempotency_keys.c.user_id == user_id) & (idempotency_keys.c.locale == locale)
    with store.connect() as connection:
        rows = connection.scalars(
            select(idempotency_keys.c.key).where(of_user).order_by(idempotency_keys.c.id)
        )
        return [each.decode() for each in rows]


def make_older(store: Engine, by: timedelta) -> None:
    with store.begin() as connection:
        connection.execute(idempotency_keys.update().values(created_at=datetime.now(UTC) - by))


def test_the_latest_keys_of_each_are_kept(
    sources: SqlSources, store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a user in a market; nobody else's go for them."""
    monkeypatch.setattr(outcomes, "KEPT_KEYS", 3)
    sources.comments.add_comment(keyed("other", user_id=2), 11, DRAFT)
    sources.comments.add_comment(keyed("there", locale=GB), 15, DRAFT)
    for number in range(6):
        sources.comments.add_comment(keyed(str(number)), 11, DRAFT)
        make_older(store, outcomes.REPEATED_FOR + timedelta(minutes=1))
    assert keys_in(store) == ["3", "4", "5"]
    assert (keys_in(store, 2), keys_in(store, locale=GB)) == (["other"], ["there"])


def test_keys_that_may_still_be_sent_again_are_kept(
    sources: SqlSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes a thousand in a second has the answer to the first of them lost, too."""
    monkeypatch.setattr(outcomes, "KEPT_KEYS", 3)
    first, *_ = [sources.comments.add_comment(keyed(str(number)), 11, DRAFT) for number in range(6)]
    assert sources.comments.add_comment(keyed("0"), 11, DRAFT) == first


def test_keys_of_yesterday_go_in_small_batches(sources: SqlSources, store: Engine) -> None:
    """Ten with each write, whoever they belong to; a younger one stays."""
    for number in range(24):
        sources.comments.add_comment(keyed(f"old {number}", user_id=number % 3), 11, DRAFT)
    make_older(store, outcomes.KEPT_FOR + timedelta(minutes=1))
    left = []
    for number in range(4):
        sources.comments.add_comment(keyed(f"new {number}", user_id=9), 11, DRAFT)
        with store.connect() as connection:
            left.append(connection.scalar(select(func.count()).select_from(idempotency_keys)))
    assert left == [24 + 1 - 10, 24 + 2 - 20, 3, 4]


def test_keys_of_today_stay(sources: SqlSources, store: Engine) -> None:
    """A repeat after some hours gets the first answer."""
    first = sources.comments.add_comment(keyed("a"), 11, DRAFT)
    make_older(store, outcomes.KEPT_FOR - timedelta(minutes=1))
    sources.comments.add_comment(keyed("b"), 11, DRAFT)
    assert sources.comments.add_comment(keyed("a"), 11, DRAFT) == first


def test_a_write_is_done_even_if_old_keys_cannot_be_deleted(
    sources: SqlSources, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so; the next write deletes them."""
    monkeypatch.setattr(outcomes, "_OLD", select(text("nothing")).select_from(text("nowhere")))
    made = sources.comments.add_comment(keyed("a"), 11, DRAFT)
    assert sources.comments.comment_by_id(keyed("a"), made.id) == made
    assert "old idempotency keys could not be deleted" in caplog.text


def test_a_key_of_nobody_means_nothing(sources: SqlSources, store: Engine) -> None:
    """There is nobody whose other writes it could be told from."""
    ctx = replace(keyed("a"), principal=None)
    ids = {sources.comments.add_comment(ctx, 11, DRAFT).id for _ in range(2)}
    with store.connect() as connection:
        kept = connection.scalar(select(func.count()).select_from(idempotency_keys))
    assert (len(ids), kept) == (2, 0)


def test_what_a_newer_release_has_stored_is_not_written_again(sources: SqlSources, store: Engine) -> None:
    """A field more is ignored, and what cannot be read is Unavailable: the newer release can."""
    first = sources.comments.add_comment(keyed("a"), 11, DRAFT)
    with store.begin() as connection:
        stored = connection.scalars(select(idempotency_keys.c.outcome)).one()
        connection.execute(idempotency_keys.update().values(outcome=stored[:-1] + ',"more":[1]}'))
    assert sources.comments.add_comment(keyed("a"), 11, DRAFT) == first
    with store.begin() as connection:
        connection.execute(idempotency_keys.update().values(outcome='{"comment":7}'))
    with pytest.raises(Unavailable, match="newer release"):
        sources.comments.add_comment(keyed("a"), 11, DRAFT)
    with pytest.raises(Unavailable, match="newer release"):
        sources.outcomes.outcome(keyed("a"))


# Two at once.


@pytest.fixture
def database(empty: Engine) -> Database:
    """A store of two writers, which hold CATALOGUE."""
    migrate(empty)
    load(empty, [CATALOGUE])
    return Database.over(empty)


class Held:
    """A first write with the key `a`, which waits within its transaction until it is told how to end."""

    def __init__(self, database: Database, pool: ThreadPoolExecutor) -> None:
        self._begun, self._go_on = Event(), Event()
        self._error: Exception | None = None
        self.outcome: Future[Outcome] = pool.submit(run_once, database, "first", keyed("a"), self._write)
        assert self._begun.wait(SECONDS)

    def _write(self, connection: Connection) -> Outcome:
        if connection.dialect.name == "mysql":
            self.connection = connection.scalar(text("SELECT connection_id()"))
        self._begun.set()
        assert self._go_on.wait(SECONDS)
        if self._error is not None:
            raise self._error
        return Outcome(changed=False)

    def end(self, error: Exception | None = None) -> None:
        self._error = error
        self._go_on.set()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def wait_for_waiting(database: Database, writers: int = 1) -> None:
    """Return when so many writers wait for a lock; SQLite does not tell, and writes one after the other anyway."""
    if database.writer.dialect.name == "sqlite":
        return
    waiting = text("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")

    def look() -> bool:
        with database.writer.connect() as connection:
            return int(connection.execute(waiting).one()[1]) == writers

    assert wait_until(look, SECONDS)


def second(database: Database, made: list[str], seconds: float = SECONDS) -> Outcome:
    def write(_: Connection) -> Outcome:
        made.append("second")
        return Outcome()

    return run_once(database, "second", keyed("a", seconds=seconds), write)


def test_a_second_write_waits_for_the_first(database: Database, pool: ThreadPoolExecutor) -> None:
    """And returns what the first one has returned."""
    made: list[str] = []
    first = Held(database, pool)
    repeat = pool.submit(second, database, made)
    wait_for_waiting(database)
    first.end()
    assert repeat.result(SECONDS) == first.outcome.result(SECONDS)
    assert made == []


@pytest.mark.parametrize("writers", [1, 3])
def test_if_the_first_fails_one_of_the_others_is_made(
    database: Database, pool: ThreadPoolExecutor, writers: int
) -> None:
    """What was refused is not an outcome."""
    made: list[str] = []
    first = Held(database, pool)
    repeats = [pool.submit(second, database, made) for _ in range(writers)]
    wait_for_waiting(database, writers)
    first.end(RuntimeError("refused"))
    assert {each.result(SECONDS) for each in repeats} == {Outcome(fingerprint="1" * 64)}
    assert isinstance(first.outcome.exception(SECONDS), RuntimeError)
    assert made == ["second"]


@pytest.mark.slow
def test_if_the_first_dies_the_second_is_made(mariadb_engine: Engine, pool: ThreadPoolExecutor) -> None:
    """It does not know that its connection is gone, goes on, and is not stored."""
    migrate(mariadb_engine)
    database, made = Database.over(mariadb_engine), list[str]()
    first = Held(database, pool)
    repeat = pool.submit(second, database, made)
    wait_for_waiting(database)
    with mariadb_engine.connect() as connection:
        connection.execute(text(f"KILL {first.connection}"))
    assert repeat.result(SECONDS).changed
    first.end()
    assert isinstance(first.outcome.exception(SECONDS), Unavailable)
    assert (made, second(database, made).changed) == (["second"], True)


def test_a_second_write_waits_no_longer_than_its_deadline(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    """Then it is told that the first one is under way, and has written nothing; so is the next one."""
    made: list[str] = []
    first = Held(database, pool)
    for _ in range(2):
        with pytest.raises(WriteUnderway):
            second(database, made, seconds=0.5)
    first.end()
    assert first.outcome.result(SECONDS).changed is False
    assert (made, second(database, made).changed) == ([], False)


@pytest.mark.slow
def test_users_do_not_wait_for_one_another(mariadb_engine: Engine, pool: ThreadPoolExecutor) -> None:
    """Their keys are their own, also where these are equal; SQLite has one writer at a time."""
    migrate(mariadb_engine)
    database = Database.over(mariadb_engine)
    first = Held(database, pool)
    other = run_once(database, "other", keyed("a", user_id=2), lambda _: Outcome())
    assert other.changed
    assert not first.outcome.done()
    first.end()


def test_another_write_with_the_key_waits_and_is_refused(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    """Whether it is another one is known once the first has ended."""
    first = Held(database, pool)
    ctx: Any = replace(keyed("a"), key=IdempotencyKey(text="a", fingerprint="2" * 64))
    repeat = pool.submit(run_once, database, "second", ctx, lambda _: Outcome())
    wait_for_waiting(database)
    first.end()
    assert isinstance(repeat.exception(SECONDS), KeyReused)
