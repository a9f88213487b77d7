"""What clients know of their writes, compared with the tables: each planted loss and each planted double is counted."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom_rehearsal.database import WRITTEN, Database
from ogrom_rehearsal.load import Fault, RequestResult, State, Write
from ogrom_rehearsal.load.writes import Method
from ogrom_rehearsal.witness import compare

MADE = State("collages", 7, "R 1", 1, 1)
PUT = State("collages", 7, "R 2", 2, 2)
PATCHED = State("collages", 7, "R 3", 2, 3)
SAID = State("comments", 7, "R 4", 0, 1)


def result(method: Method, state: State, fault: Fault = "", status: int = 0) -> RequestResult:
    return RequestResult(0.0, 0.01, 0.0, "/", status, fault, write=Write(method, state))


HISTORY = (result("POST", MADE), result("PUT", PUT), result("PATCH", PATCHED), result("POST", SAID))
GONE = (*HISTORY, result("DELETE", PATCHED), result("DELETE", SAID))
UNBORN = replace(MADE, id=0)


def counted(history: Sequence[RequestResult], *rows: State) -> tuple[int, int]:
    """How many writes are lost, and how many are there too often."""
    found = compare(history, rows)
    assert [each.holds for each in found.checks()] == [not found.lost, not found.extra]
    return len(found.lost), len(found.extra)


@pytest.mark.parametrize(
    ("history", "rows"),
    [
        (HISTORY, [PATCHED, SAID]),
        (GONE, []),
        ([result("POST", UNBORN, "reset")], []),
        ([result("POST", UNBORN, "reset")], [MADE]),
        ([result("POST", UNBORN, "status", 500)], [MADE]),
        ([*HISTORY[:1], result("PUT", PUT, "timeout")], [MADE]),
        ([*HISTORY[:1], result("PUT", PUT, "timeout")], [PUT]),
        ([*HISTORY[:1], result("DELETE", MADE, "closed")], [MADE]),
        ([*HISTORY[:1], result("DELETE", MADE, "closed")], []),
        ([*HISTORY[:1], result("PUT", PUT, "status", 412)], [MADE]),
        ([RequestResult(0.0, 0.01, 0.0, "/", 200)], []),
    ],
)
def test_what_may_be_there_is_no_finding(history: Sequence[RequestResult], rows: Sequence[State]) -> None:
    """An acknowledged write is there, one without an answer or not, and a refused one is not."""
    assert counted(history, *rows) == (0, 0)


@pytest.mark.parametrize(
    ("history", "rows", "lost"),
    [
        (HISTORY, [SAID], 1),
        (HISTORY, [], 2),
        (HISTORY, [MADE, SAID], 1),
        (HISTORY, [PUT, SAID], 1),
        (HISTORY, [replace(PATCHED, z=-1), SAID], 1),
        (GONE, [PATCHED], 1),
        (GONE, [SAID], 1),
        ([*HISTORY[:2], result("PATCH", PATCHED, "timeout")], [MADE], 1),
        ([*HISTORY[:2], result("PATCH", PATCHED, "timeout")], [], 1),
    ],
)
def test_a_lost_write_is_counted(history: Sequence[RequestResult], rows: Sequence[State], lost: int) -> None:
    """Whether it is not there, was undone, or is there in part; and a DELETE that took nothing away."""
    assert counted(history, *rows) == (lost, 0)


@pytest.mark.parametrize(
    ("history", "rows", "extra"),
    [
        (HISTORY, [PATCHED, SAID, replace(MADE, id=8)], 1),
        (HISTORY, [PATCHED, SAID, replace(SAID, id=8), replace(SAID, id=9)], 2),
        (HISTORY, [PATCHED, replace(PATCHED), SAID], 1),
        (HISTORY, [replace(PATCHED, revision=4), SAID], 1),
        ([result("POST", UNBORN, "reset")], [MADE, replace(MADE, id=8)], 1),
        ([result("POST", UNBORN, "status", 422)], [MADE], 1),
        ([*HISTORY[:1], result("PUT", PUT, "status", 412)], [PUT], 1),
    ],
)
def test_a_double_write_is_counted(
    history: Sequence[RequestResult], rows: Sequence[State], extra: int
) -> None:
    """Whether a thing was made or changed twice, or a refused write is there all the same."""
    assert counted(history, *rows) == (0, extra)


@pytest.mark.slow
def test_the_tables_tell_what_a_load_has_written() -> None:
    """What others have written is none of it; what differs in two forms of the tables is there twice."""
    with Database() as database:
        engine = database_engine(database.migration_url)
        migrate(engine)
        with engine.begin() as connection:
            connection.execute(text("SET foreign_key_checks = 0"))
            for id, title in ((1, "R 1"), (2, "R 2"), (3, "Rx 3")):
                connection.execute(text(_COLLAGE), {"id": id, "title": title})
            connection.execute(text(_PLACEMENT))
            connection.execute(text(_COMMENT))
        engine.dispose()
        assert set(database.written("R")) == {
            State("collages", 1, "R 1", 5, 3),
            State("collages", 2, "R 2", -1, 3),
            State("comments", 1, "R 4", 0, 1),
        }
        whole = database.written("R")
        database.forms = (WRITTEN, WRITTEN)
        assert database.written("R") == whole
        database.forms = (WRITTEN, WRITTEN.replace("COALESCE(z, -1)", "COALESCE(position, -1)"))
        assert set(database.written("R")) - set(whole) == {State("collages", 1, "R 1", 0, 3)}


_COLLAGE = """
INSERT INTO collages (id, locale, author_id, title, revision, created_at, updated_at)
VALUES (:id, 'de-DE', 1, :title, 3, NOW(), NOW())
"""
_PLACEMENT = """
INSERT INTO placements (collage_id, locale, position, product_id, x, y, width, height, rotation, z)
VALUES (1, 'de-DE', 0, 1, 0, 0, 1, 1, 0, 5)
"""
_COMMENT = """
INSERT INTO comments (id, locale, collage_id, author_id, text, created_at)
VALUES (1, 'de-DE', 1, 1, 'R 4', NOW())
"""
