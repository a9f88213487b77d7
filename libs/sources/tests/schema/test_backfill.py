"""A backfill goes on where it was, however it ended, and looks at each row once."""

import json
import time
from itertools import chain, count

import pytest
from sqlalchemy import Connection, Engine, String, text

from ogrom.sources.database.statements import listening
from ogrom.sources.database.transactions import LOCK_NAME
from ogrom.sources.schema.backfill import Backfill, backfill
from ogrom.sources.schema.batches import batches
from ogrom.sources.schema.change import Change, Kind
from ogrom.sources.schema.operations.add_column import AddColumn
from ogrom.sources.schema.progress import State, progress
from ogrom.sources.schema.runner import run

FILL = Backfill("people", ("id",), lambda dialect, rows: f"UPDATE people SET language = 'de' WHERE {rows}")
FILLED = Change("0007_language_filled", Kind.BACKFILL, (FILL,))

LANGUAGE = Change("0006_language", Kind.EXPAND, (AddColumn("people", "language", String(35)),))


@pytest.fixture
def people(people: Engine) -> Engine:
    with people.begin() as connection:
        run(connection, LANGUAGE)
    return people


def filled(connection: Connection) -> list[int]:
    return list(connection.scalars(text("SELECT id FROM people WHERE language = 'de' ORDER BY id")))


def test_it_goes_on_where_it_was_stopped(people: Engine) -> None:
    """Between two batches its place is in the table; the next run begins there."""
    calls = count()

    def stop() -> None:
        if next(calls) == 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        backfill(people, FILLED, size=1, between=stop)
    with people.begin() as connection:
        found = progress(connection, FILLED.name)
        assert (found.state, json.loads(found.place or ""), filled(connection)) == (
            State.RUNNING,
            [2],
            [1, 2],
        )
    sent: list[str] = []
    with listening(people, lambda statement, parameters: sent.append(statement)):
        backfill(people, FILLED, size=1)
    assert len([statement for statement in sent if statement.startswith("UPDATE people")]) == 1
    with people.begin() as connection:
        found = progress(connection, FILLED.name)
        assert (found.state, filled(connection)) == (State.FINISHED, [1, 2, 3])
        assert found.started_at is not None
        assert found.finished_at is not None
        assert found.started_at <= found.finished_at


def test_a_batch_and_its_place_are_stored_together(people: Engine) -> None:
    """One that dies before its place is stored leaves no row filled."""

    def die(statement: str, parameters: object) -> None:
        if statement.startswith("UPDATE schema_changes SET place") and "[2]" in str(parameters):
            raise RuntimeError("died")

    with listening(people, die), pytest.raises(RuntimeError, match="died"):
        backfill(people, FILLED, size=1)
    with people.begin() as connection:
        assert (json.loads(progress(connection, FILLED.name).place or ""), filled(connection)) == ([1], [1])
    backfill(people, FILLED, size=1)
    with people.begin() as connection:
        assert filled(connection) == [1, 2, 3]


def test_what_is_finished_is_run_again_only_if_asked(people: Engine) -> None:
    """Rows that somebody stored since are filled then."""
    backfill(people, FILLED)
    with people.begin() as connection:
        connection.execute(text("UPDATE people SET language = NULL WHERE id = 1"))
    backfill(people, FILLED)
    with people.begin() as connection:
        assert filled(connection) == [2, 3]
    backfill(people, FILLED, again=True)
    with people.begin() as connection:
        assert filled(connection) == [1, 2, 3]


@pytest.mark.slow
def test_one_at_a_time_and_none_holds_up_a_migration(mariadb_people: Engine) -> None:
    """As long as it runs, and no longer."""
    with mariadb_people.begin() as connection:
        run(connection, LANGUAGE)
    with mariadb_people.connect() as other:

        def locks() -> list[bool]:
            names = [LOCK_NAME.format(purpose=purpose) for purpose in ("backfill", "migrate")]
            return [other.scalar(text(f"SELECT is_used_lock({name})")) is not None for name in names]

        during: list[list[bool]] = []
        backfill(mariadb_people, FILLED, size=1, between=lambda: during.append(locks()))
        assert (during, locks()) == ([[True, False]] * 3, [False, False])


@pytest.mark.slow
def test_it_lets_go_of_its_rows_while_a_client_holds_one(mariadb_people: Engine) -> None:
    """A second later the rows before that one are free again, and after a rest it tries again."""
    with mariadb_people.begin() as connection:
        run(connection, LANGUAGE)
    rests, begun = 0, time.monotonic()
    with mariadb_people.connect() as client, mariadb_people.connect() as other:
        held = client.begin()
        client.execute(text("UPDATE people SET name = 'Bea' WHERE id = 2"))

        def between() -> None:
            nonlocal rests
            rests += 1
            other.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 0")
            other.execute(text("UPDATE people SET name = 'Amy' WHERE id = 1"))
            other.commit()
            if rests == 2:
                held.commit()

        backfill(mariadb_people, FILLED, between=between)
    with mariadb_people.begin() as connection:
        names = connection.scalars(text("SELECT name FROM people ORDER BY id")).all()
        assert (names, filled(connection)) == (["Amy", "Bea", "Cid"], [1, 2, 3])
        assert connection.scalar(text("SELECT @@innodb_lock_wait_timeout")) > 1
    assert rests == 3
    assert time.monotonic() - begun < 50  # the server's own limit for one row


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_batches_cover_a_key_of_two_columns(people: Engine, size: int) -> None:
    """Each row is in one batch, whatever its size."""
    rows = [(name, number) for name in ("a", "b", "it's") for number in (1, 2)]
    with people.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE pairs (name VARCHAR(9), number BIGINT, PRIMARY KEY (name, number))"
        )
        insert = text("INSERT INTO pairs VALUES (:name, :number)")
        connection.execute(insert, [{"name": name, "number": number} for name, number in rows])
        seen = [
            [
                tuple(row)
                for row in connection.execute(text(f"SELECT name, number FROM pairs WHERE {rows}"), values)
            ]
            for rows, values in batches(connection, "pairs", ("name", "number"), size)
        ]
    assert sorted(chain.from_iterable(seen)) == rows
    assert {len(batch) for batch in seen[:-1]} <= {size}
