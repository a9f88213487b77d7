"""Each operation reaches the same tables, wherever its last try died, and says what would do harm."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)

from ogrom.sources.database.statements import listening
from ogrom.sources.schema.change import Change, Kind, Operation, Refused
from ogrom.sources.schema.inspection import inspecting
from ogrom.sources.schema.operations.add_column import AddColumn
from ogrom.sources.schema.operations.add_foreign_key import AddForeignKey
from ogrom.sources.schema.operations.add_index import AddIndex
from ogrom.sources.schema.operations.add_table import AddTable
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.drop_index import DropIndex, IgnoreIndex
from ogrom.sources.schema.operations.drop_table import DropTable
from ogrom.sources.schema.operations.replace_key import ReplaceKey
from ogrom.sources.schema.operations.second_column import SecondColumn
from ogrom.sources.schema.operations.set_default import SetDefault
from ogrom.sources.schema.operations.set_not_null import SetNotNull
from ogrom.sources.schema.runner import run

from .conftest import RENAMED, SPLIT, make_people

TOOLS = Table(
    "tools",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(9)),
    Index("ix_tools_name", "name"),
)
FOREIGN_KEY = AddForeignKey("people", "fk_people_towns", ("town_id",), "towns", ("id",), ondelete="CASCADE")

# Each with what has to be there before.
OPERATIONS: dict[str, tuple[tuple[Operation, ...], Operation]] = {
    "add_column": ((), AddColumn("people", "language", String(35), nullable=False, server_default="de")),
    "add_foreign_key": ((), FOREIGN_KEY),
    "add_index": ((), AddIndex("people", "uq_people_number", ("number", "name"), unique=True)),
    "add_table": ((), AddTable(TOOLS)),
    "drop_column": ((), DropColumn("people", "note")),
    "drop_first_form": ((RENAMED,), DropColumn("people", "note", second=RENAMED)),
    "drop_columns_split_off": ((SPLIT,), DropColumn("people", "note", second=SPLIT)),
    "drop_index": ((IgnoreIndex("people", "ix_people_name"),), DropIndex("people", "ix_people_name")),
    "drop_table": ((), DropTable("pets")),
    "ignore_index": ((), IgnoreIndex("people", "ix_people_name")),
    "replace_key": ((), ReplaceKey("people", ("id",), "uq_people_id", ("number",), "uq_people_number")),
    "second_column": ((), RENAMED),
    "split_table": ((), SPLIT),
    "set_default": ((), SetDefault("people", "name", "it's")),
    "set_not_null": (
        (AddColumn("people", "language", String(35), server_default="de"),),
        SetNotNull("people", "language", String(35), server_default="de"),
    ),
}

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "mysql": "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database()",
}
IGNORED = """
SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = database() AND ignored = 'YES'
"""


def tables(connection: Connection) -> dict[str, Any]:
    """All that there is, and the rows."""
    found: dict[str, Any] = {
        "triggers": sorted(connection.exec_driver_sql(TRIGGERS[connection.dialect.name]).scalars())
    }
    if connection.dialect.name == "mysql":
        found["ignored"] = sorted(connection.exec_driver_sql(IGNORED).scalars())
    with inspecting(connection) as inspector:
        for name in inspector.get_table_names():
            found[name] = (
                [{**each, "type": str(each["type"])} for each in inspector.get_columns(name)],
                inspector.get_pk_constraint(name)["constrained_columns"],
                sorted(inspector.get_indexes(name), key=lambda index: str(index["name"])),
                inspector.get_foreign_keys(name),
                [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1")],
            )
    return found


def change(*operations: Operation) -> Change:
    """The operations as an expand."""
    return Change("0006_a_test", Kind.EXPAND, operations)


def fresh(engine: Engine, before: tuple[Operation, ...]) -> None:
    """The tables as they are before an operation, whatever was done to them."""
    with engine.begin() as connection:
        for name in ("notes", "people", "pets", "towns", "tools"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    make_people(engine)
    with engine.begin() as connection:
        if before in [(RENAMED,), (SPLIT,)]:
            connection.exec_driver_sql("UPDATE people SET note = NULL")
        run(connection, change(*before))


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_goes_on_where_it_died(people: Engine, name: str) -> None:
    """After any number of its steps, the next try leaves the tables and rows that one try leaves."""
    before, operation = OPERATIONS[name]
    fresh(people, before)
    with people.begin() as connection:
        start = tables(connection)
        run(connection, change(operation))
        end, steps = tables(connection), operation.steps(connection.dialect)
        assert all(step.is_done(connection) for step in steps)
    assert (end == start) == (steps == ())
    for died_after in range(1, len(steps)):
        fresh(people, before)
        with people.begin() as connection:
            for step in steps[:died_after]:
                step.run(connection)
        with people.begin() as connection:
            run(connection, change(operation))
            assert tables(connection) == end


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_done_is_not_done_again(people: Engine, name: str) -> None:
    """The second try changes nothing, so it waits for no lock."""
    before, operation = OPERATIONS[name]
    fresh(people, before)
    with people.begin() as connection:
        run(connection, change(operation))
    sent: list[str] = []
    with (
        listening(people, lambda statement, parameters: sent.append(statement)),
        people.begin() as connection,
    ):
        run(connection, change(operation))
    words = ("ALTER", "CREATE", "DROP", "UPDATE", "SET SESSION")
    assert [statement for statement in sent if statement.startswith(words)] == []


def sql(*texts: str) -> Callable[[Connection], None]:
    """Statements to run before."""

    def send(connection: Connection) -> None:
        for text in texts:
            connection.exec_driver_sql(text)

    return send


@pytest.mark.parametrize(
    ("prepare", "operation", "message"),
    [
        (sql(), AddColumn("people", "language", String(35), nullable=False), "give it a server_default"),
        (
            sql("UPDATE people SET name = 'Ann'"),
            AddIndex("people", "u", ("name",), unique=True),
            "more than once",
        ),
        (sql(), DropColumn("people", "number"), "use SetDefault first"),
        (sql(), DropColumn("people", "town_id"), "use DropIndex first"),
        (
            sql(),
            SecondColumn("people", "name", "label", String(50), "{name}", "{label}"),
            "use SetDefault first",
        ),
        (sql(), SecondColumn("people", "nom", "label", String(50), "{nom}", "{label}"), "there is no column"),
        (sql(), SetNotNull("people", "note", String(50)), "run the backfill again"),
        (
            sql(),
            AddForeignKey("people", "fk_number", ("number",), "towns", ("id",)),
            "add one first, by AddIndex",
        ),
        (sql("UPDATE people SET town_id = 3 WHERE id = 2"), FOREIGN_KEY, r"such as \(3,\)"),
        (sql("UPDATE people SET number = 1"), OPERATIONS["replace_key"][1], "more than once"),
        (sql(), ReplaceKey("people", ("id",), "u", ("note",), "v"), "may be NULL"),
        (FOREIGN_KEY, DropTable("towns"), "people refers to towns"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else None,
)
def test_what_would_do_harm_is_refused(
    people: Engine, prepare: Operation | Callable[[Connection], None], operation: Operation, message: str
) -> None:
    """Before its first step, with what to do first."""
    with people.begin() as connection:
        if isinstance(prepare, Operation):
            run(connection, change(prepare))
        else:
            prepare(connection)
    with people.begin() as connection:
        before = tables(connection)
        with pytest.raises(Refused, match=message):
            run(connection, change(operation))
        assert tables(connection) == before


@pytest.mark.slow
def test_an_index_in_use_is_not_dropped(mariadb_people: Engine) -> None:
    """It is ignored first, which SQLite cannot do."""
    with mariadb_people.begin() as connection, pytest.raises(Refused, match="use IgnoreIndex first"):
        run(connection, change(DropIndex("people", "ix_people_name")))


def test_a_row_is_stored_without_a_column_that_has_got_a_default(people: Engine) -> None:
    """So the next release need not write it; the column that could be NULL cannot any more."""
    with people.begin() as connection:
        connection.exec_driver_sql("UPDATE people SET note = 'n'")
        run(
            connection, change(SetDefault("people", "name", "it's"), SetNotNull("people", "note", String(50)))
        )
    with people.begin() as connection:
        connection.exec_driver_sql("INSERT INTO people (id, note, number) VALUES (9, 'n', 9)")
        assert connection.exec_driver_sql("SELECT name FROM people WHERE id = 9").scalar_one() == "it's"
        with pytest.raises(Exception, match=r"(?i)null"):
            connection.exec_driver_sql("UPDATE people SET note = NULL")


def test_a_foreign_key_is_kept(people: Engine) -> None:
    """A person goes with the town."""
    with people.begin() as connection:
        run(connection, change(FOREIGN_KEY))
    with people.begin() as connection:
        connection.exec_driver_sql("DELETE FROM towns WHERE id = 1")
        assert list(connection.exec_driver_sql("SELECT id FROM people ORDER BY id").scalars()) == [2, 3]
