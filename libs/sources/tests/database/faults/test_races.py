"""Many threads at one row: one wins, the others are told, and nothing is lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, insert, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict
from ogrom.protocols.models import CollageDraft
from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.database.transactions import run_in_transaction
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import likes

pytestmark = pytest.mark.slow

COLLAGE = CATALOGUE.collages[0]
DRAFT = CollageDraft(title="x", author_id=COLLAGE.author_id, placements=COLLAGE.placements)
WRITERS = 32


def test_a_deadlock_is_tried_once_more(engine: Engine, soon: Callable[..., Context]) -> None:
    """Two transactions that lock two rows crosswise both come through; one of them ran twice."""
    together = threading.Barrier(2, timeout=60)
    runs: list[int] = []

    def cross(first: int) -> None:
        def write(connection: Connection) -> None:
            runs.append(first)
            is_first_run = runs.count(first) == 1
            for number in (first, 3 - first):
                touch = text("UPDATE users SET revision = revision + 1 WHERE id = :id")
                connection.execute(touch, {"id": number})
                if number == first and is_first_run:
                    together.wait()

        run_in_transaction(engine, "test", soon(), write)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(cross, (1, 2)))
    assert len(runs) == 3
    users = SqlSources.over(engine).users.users_by_ids(soon(), [1, 2])
    before = {user.id: user.revision for user in CATALOGUE.users}
    assert [user.revision - before[user.id] for user in users.values()] == [2, 2]


def test_one_of_32_writers_wins_each_round(crowded: Engine, soon: Callable[..., Context]) -> None:
    """All others are told Conflict, and the revision counts the winners."""
    source = SqlSources.over(crowded).collages

    def replace(revision: int) -> bool:
        try:
            source.replace_collage(soon(), COLLAGE.id, DRAFT, revision=revision)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as threads:
        for revision in range(COLLAGE.revision, COLLAGE.revision + 10):
            assert sum(threads.map(replace, [revision] * WRITERS)) == 1
    found = source.collage_by_id(soon(), COLLAGE.id)
    assert found is not None
    assert found.revision == COLLAGE.revision + 10
    assert found.placements == DRAFT.placements


def test_no_update_of_32_writers_is_lost(crowded: Engine, soon: Callable[..., Context]) -> None:
    """Each reads, adds its mark to the title, and begins anew at a Conflict: all marks are there in the end."""
    source = SqlSources.over(crowded).collages

    def mark(number: int) -> None:
        while True:
            found = source.collage_by_id(soon(), COLLAGE.id)
            assert found is not None
            title = f"{found.title} {number}"
            draft = CollageDraft(title=title, author_id=found.author_id, placements=found.placements)
            try:
                source.replace_collage(soon(), COLLAGE.id, draft, revision=found.revision)
            except Conflict:
                continue
            return

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(mark, range(WRITERS)))
    found = source.collage_by_id(soon(), COLLAGE.id)
    assert found is not None
    assert sorted(map(int, found.title.removeprefix(COLLAGE.title).split())) == list(range(WRITERS))


def test_32_likes_of_one_user_are_one(crowded: Engine, soon: Callable[..., Context]) -> None:
    """One thread adds it, and none fails."""
    source = SqlSources.over(crowded).likes
    source.unlike(soon(), COLLAGE.id, 1)
    count = source.likes(soon(), COLLAGE.id)
    with ThreadPoolExecutor(WRITERS) as threads:
        added = list(threads.map(lambda _: source.like(soon(), COLLAGE.id, 1), range(WRITERS)))
    assert sum(added) == 1
    assert source.likes(soon(), COLLAGE.id) == count + 1


def test_a_key_that_is_taken_is_a_conflict(crowded: Engine, soon: Callable[..., Context]) -> None:
    """In either database's words."""
    SqlSources.over(crowded).likes.like(soon(), COLLAGE.id, 1)
    taken = insert(likes).values(collage_id=COLLAGE.id, user_id=1)
    with pytest.raises(Conflict, match=r"(?i)unique|duplicate"):
        run_in_transaction(crowded, "likes", soon(), lambda connection: connection.execute(taken))
