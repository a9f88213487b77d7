"""Two forms of a value are one, whoever writes which of them, from the expand to the contract."""

from dataclasses import dataclass
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import BigInteger, Column, Connection, Engine, ForeignKey, MetaData, String, Table, text
from sqlalchemy.exc import DBAPIError

from ogrom.sources.schema.backfill import backfill
from ogrom.sources.schema.change import Change, Kind, Refused
from ogrom.sources.schema.operations.add_column import AddColumn
from ogrom.sources.schema.operations.add_foreign_key import AddForeignKey
from ogrom.sources.schema.operations.add_index import AddIndex
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.second_column import SecondColumn
from ogrom.sources.schema.operations.set_default import SetDefault
from ogrom.sources.schema.operations.split_table import SplitTable
from ogrom.sources.schema.runner import contract, run
from ogrom.sources.schema.scan import differences

from .conftest import RENAMED, SPLIT, make_people

FILLED = Change("0007_notes_filled", Kind.BACKFILL, (RENAMED.backfill,))

PERSON = "INSERT INTO people (id, name, number"


@dataclass(frozen=True)
class Version:
    """What a version of the code sends to store, change and read a note."""

    insert: tuple[str, ...]
    update: tuple[str, ...]
    select: str


OLD = Version(
    (f"{PERSON}, note) VALUES (:id, '', 0, :note)",),
    ("UPDATE people SET note = :note WHERE id = :id",),
    "SELECT id, note FROM people",
)
NEW = {
    "renamed": Version(
        (f"{PERSON}, remark) VALUES (:id, '', 0, :note)",),
        ("UPDATE people SET remark = :note WHERE id = :id",),
        "SELECT id, remark FROM people",
    ),
    "split": Version(
        (f"{PERSON}) VALUES (:id, '', 0)", "INSERT INTO notes (id, note) VALUES (:id, :note)"),
        # As by a version that stores what belongs to a row anew, and a note that is NULL not at all.
        (
            "DELETE FROM notes WHERE id = :id",
            "INSERT INTO notes SELECT :id, :note FROM (SELECT 1 AS one) AS only WHERE :note IS NOT NULL",
        ),
        "SELECT p.id, n.note FROM people p LEFT JOIN notes n ON n.id = p.id",
    ),
}
OPERATIONS: dict[str, SecondColumn | SplitTable] = {"renamed": RENAMED, "split": SPLIT}

NOTES = st.none() | st.text("aA ", max_size=3)
Write: TypeAlias = tuple[str, int, tuple[str | None] | None]
# Who writes, which row, and what; None for deleting it.
WRITES = st.lists(
    st.tuples(st.sampled_from(["old", "new"]), st.integers(1, 6), st.tuples(NOTES) | st.none()), max_size=12
)


def send(connection: Connection, statements: tuple[str, ...], id: int, note: str | None) -> None:
    for statement in statements:
        connection.execute(text(statement), {"id": id, "note": note})


@pytest.mark.parametrize("form", OPERATIONS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=WRITES, after=WRITES)
def test_each_version_reads_what_the_other_one_wrote(
    people: Engine, form: str, before: list[Write], after: list[Write]
) -> None:
    """Both write before, during and after the backfill. The old one reads every row, the new one those that are filled.

    Before the end of the backfill the new one takes no note away: it would mean a row that is not filled.
    """
    operation, versions = OPERATIONS[form], {"old": OLD, "new": NEW[form]}
    drop(people)
    expected: dict[int, str | None] = {1: "a", 2: None, 3: "c "}
    filled = False
    with people.begin() as connection:
        run(connection, Change("0006_a_test", Kind.EXPAND, (operation,)))

    def write(writes: list[Write]) -> None:
        with people.begin() as connection:
            for who, id, notes in writes:
                if notes is None:
                    connection.execute(text("DELETE FROM people WHERE id = :id"), {"id": id})
                    expected.pop(id, None)
                elif who == "old" or notes[0] is not None or filled:
                    version = versions[who]
                    send(connection, version.update if id in expected else version.insert, id, *notes)
                    expected[id] = notes[0]
                assert read(connection, OLD) == expected

    write(before)
    during = [after[: len(after) // 2]]

    def write_between() -> None:
        if during:
            write(during.pop())

    filling = Change("0007_a_test_filled", Kind.BACKFILL, (operation.backfill,))
    backfill(people, filling, size=2, again=True, between=write_between)
    filled = True
    write(after)
    with people.begin() as connection:
        assert differences(connection, operation, size=2) == []
        assert read(connection, OLD) == read(connection, versions["new"]) == expected


def read(connection: Connection, version: Version) -> dict[int, str | None]:
    return {row.id: row[1] for row in connection.execute(text(version.select))}


def drop(engine: Engine) -> None:
    """Make the people of the test anew."""
    with engine.begin() as connection:
        for name in ("notes", "people", "pets", "towns"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    make_people(engine)


def test_a_change_of_type_goes_both_ways(people: Engine) -> None:
    """What the new version writes counts, in its own form; the old one reads the number that it means."""
    operation = SecondColumn("people", "number", "code", String(20), "{number}", "CAST({code} AS SIGNED)")
    with people.begin() as connection:
        expand = Change("0006_a_test", Kind.EXPAND, (SetDefault("people", "number", "0"), operation))
        run(connection, expand)
    with people.begin() as connection:
        connection.exec_driver_sql("INSERT INTO people (id, name, code) VALUES (7, '', '007')")
        connection.exec_driver_sql("INSERT INTO people (id, name, number) VALUES (8, '', 8)")
        connection.exec_driver_sql("UPDATE people SET code = '021' WHERE id = 2")
        connection.exec_driver_sql("UPDATE people SET number = 31 WHERE id = 3")
    backfill(people, Change("0007_a_test_filled", Kind.BACKFILL, (operation.backfill,)))
    with people.begin() as connection:
        rows = connection.exec_driver_sql("SELECT id, number, code FROM people ORDER BY id").all()
        assert [tuple(row) for row in rows] == [
            (1, 11, "11"),
            (2, 21, "021"),
            (3, 31, "31"),
            (7, 7, "007"),
            (8, 8, "8"),
        ]
        assert differences(connection, operation) == []


@pytest.mark.parametrize("form", OPERATIONS)
def test_a_scan_finds_what_is_not_in_step(people: Engine, form: str) -> None:
    """A row from before that nobody has filled, and one whose form somebody changed where no trigger was."""
    operation = OPERATIONS[form]
    with people.begin() as connection:
        run(connection, Change("0006_a_test", Kind.EXPAND, (operation,)))
        assert differences(connection, operation, size=1) == [(1,), (3,)]
        assert differences(connection, operation, most=1) == [(1,)]
        with pytest.raises(Refused, match=r"whose two forms differ, such as \(1,\)"):
            run(
                connection,
                Change("0008_a_test", Kind.CONTRACT, (DropColumn("people", "note", second=operation),)),
            )


CITY = SecondColumn("people", "town_id", "city_id", BigInteger(), up="{town_id}", down="{city_id}")


def cascading(name: str, column: str) -> AddForeignKey:
    return AddForeignKey("people", name, (column,), "towns", ("id",), onupdate="CASCADE", ondelete="SET NULL")


def test_a_cascade_changes_both_forms(people: Engine) -> None:
    """The second column has the first one's foreign key: the database changes both by itself."""
    with people.begin() as connection:
        first = (cascading("fk_town", "town_id"), AddColumn("people", "city_id", BigInteger()))
        second = (
            AddIndex("people", "ix_people_city_id", ("city_id",)),
            cascading("fk_city", "city_id"),
            CITY,
        )
        run(connection, Change("0006_a_test", Kind.EXPAND, (*first, *second)))
    backfill(people, Change("0007_a_test_filled", Kind.BACKFILL, (CITY.backfill,)))
    with people.begin() as connection:
        connection.exec_driver_sql("UPDATE towns SET id = 9 WHERE id = 1")
        connection.exec_driver_sql("DELETE FROM towns WHERE id = 2")
        rows = connection.exec_driver_sql("SELECT town_id, city_id FROM people ORDER BY id").all()
        assert [tuple(row) for row in rows] == [(9, 9), (None, None), (None, None)]
        assert differences(connection, CITY) == []


def test_a_cascade_into_one_form_alone_is_refused(people: Engine) -> None:
    """No trigger would see it."""
    with people.begin() as connection:
        run(connection, Change("0006_a_test", Kind.EXPAND, (cascading("fk_town", "town_id"),)))
        with pytest.raises(Refused, match="by itself, which no trigger sees"):
            run(connection, Change("0007_a_test", Kind.EXPAND, (CITY,)))


@pytest.mark.slow
def test_a_trigger_does_not_see_a_cascade(mariadb_people: Engine) -> None:
    """What the refusal is for: with triggers alone the forms differ, and the scan finds it."""
    with mariadb_people.begin() as connection:
        run(connection, Change("0006_a_test", Kind.EXPAND, (CITY,)))
        run(connection, Change("0007_a_test", Kind.EXPAND, (cascading("fk_town", "town_id"),)))
    backfill(mariadb_people, Change("0008_a_test_filled", Kind.BACKFILL, (CITY.backfill,)))
    with mariadb_people.begin() as connection:
        assert differences(connection, CITY) == []
        connection.exec_driver_sql("UPDATE towns SET id = 9 WHERE id = 1")
        assert differences(connection, CITY) == [(1,)]


def test_rows_that_go_by_a_cascade_go_from_both_tables(people: Engine) -> None:
    """A town goes, its people by a cascade, and their notes by another one."""
    key = AddForeignKey("people", "fk_town", ("town_id",), "towns", ("id",), ondelete="CASCADE")
    with people.begin() as connection:
        run(connection, Change("0006_a_test", Kind.EXPAND, (key, SPLIT)))
    backfill(people, Change("0007_a_test_filled", Kind.BACKFILL, (SPLIT.backfill,)))
    with people.begin() as connection:
        assert list(connection.exec_driver_sql("SELECT id FROM notes ORDER BY id").scalars()) == [1, 3]
        connection.exec_driver_sql("DELETE FROM towns WHERE id = 1")
        assert list(connection.exec_driver_sql("SELECT id FROM notes").scalars()) == [3]
        assert differences(connection, SPLIT) == []


def test_a_table_whose_rows_would_outlive_a_cascade_is_no_second_form() -> None:
    """It must refer to the old one with ON DELETE CASCADE."""
    id = Column("id", BigInteger, ForeignKey("people.id"), primary_key=True)
    with pytest.raises(ValueError, match="ON DELETE CASCADE"):
        SplitTable("people", {"note": None}, Table("notes", MetaData(), id, Column("note", String(50))))


def test_after_the_contract_new_code_goes_on(people: Engine) -> None:
    """The first column has gone with its triggers; the second one has all that was written."""
    dropped = Change(
        "0008_note_dropped", Kind.CONTRACT, (DropColumn("people", "note", second=RENAMED),), (FILLED,)
    )
    with people.begin() as connection:
        run(connection, Change("0006_a_test", Kind.EXPAND, (RENAMED,)))
    with pytest.raises(Refused, match="comes after 0007_notes_filled, which is not finished"):
        contract(people, dropped)
    backfill(people, FILLED)
    contract(people, dropped)
    with people.begin() as connection:
        send(connection, NEW["renamed"].insert, 4, "d")
        assert read(connection, NEW["renamed"]) == {1: "a", 2: None, 3: "c ", 4: "d"}
        with pytest.raises(DBAPIError, match="note"):
            read(connection, OLD)
