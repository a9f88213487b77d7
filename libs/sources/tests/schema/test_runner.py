"""Steps wait for nobody for long, and nobody waits behind them; a contract that died is finished by the next try."""

from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy import Connection, Engine, String, text

from ogrom.sources.database.statements import listening
from ogrom.sources.schema.change import Change, Kind, Operation, Refused
from ogrom.sources.schema.inspection import has_column, has_index
from ogrom.sources.schema.open_transactions import open_transactions
from ogrom.sources.schema.operations.add_column import AddColumn
from ogrom.sources.schema.operations.add_index import AddIndex
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.second_column import SecondColumn
from ogrom.sources.schema.phase import Phase
from ogrom.sources.schema.progress import State, phase, progress
from ogrom.sources.schema.runner import Blocked, Patience, contract, finish_all, run
from ogrom.sources.testing import wait_until

REMARK = SecondColumn("people", "note", "remark", String(100), up="{note}", down="{remark}")
EXPANDED = Change("0006_remark", Kind.EXPAND, (REMARK,))
FILLED = Change("0007_note_filled", Kind.BACKFILL, (REMARK.backfill,), (EXPANDED,))
DROPPED = Change(
    "0008_note_dropped", Kind.CONTRACT, (DropColumn("people", "note", second=REMARK),), (FILLED,)
)


def change(operation: Operation) -> Change:
    return Change("0006_a_test", Kind.EXPAND, (operation,))


LANGUAGE = change(AddColumn("people", "language", String(35)))
INDEX = change(AddIndex("people", "ix_people_number", ("number",)))
LONG = "SELECT count(*) FROM people"


def tells(connection: Connection, number: object, *, is_open: bool) -> bool:
    """Wait until the server tells that another connection is in a transaction, or in none any more."""

    def ask() -> bool:
        # It looks anew only if nobody has asked for a tenth of a second.
        connection.execute(text("DO sleep(0.11)"))
        return (number in {each.connection for each in open_transactions(connection)}) is is_open

    return wait_until(ask, 60.0)


def committing(connection: Connection, other: Connection) -> Callable[[float], None]:
    """A pause in which the other one's transaction ends."""
    number = other.scalar(text("SELECT connection_id()"))
    other.commit()

    def pause(seconds: float) -> None:
        other.commit()
        assert tells(connection, number, is_open=False)

    return pause


@pytest.mark.slow
def test_it_stops_and_names_the_connection_that_blocks(mariadb_people: Engine) -> None:
    """An old transaction: nothing is sent that others would wait behind."""
    pauses: list[float] = []
    sent: list[str] = []
    with mariadb_people.begin() as other, mariadb_people.connect() as connection:
        other.execute(text(LONG))
        number = other.scalar(text("SELECT connection_id()"))
        assert tells(connection, number, is_open=True)
        patience = Patience(tries=2, open_transactions=3.0, pause=pauses.append)
        message = rf"in 2 tries: connection {number} \(root@.*KILL {number}\."
        listener = listening(mariadb_people, lambda statement, parameters: sent.append(statement))
        with listener, pytest.raises(Blocked, match=message):
            run(connection, LANGUAGE, patience)
    assert pauses == [1.0, 1.0, 1.0, 0.2, 1.0, 1.0, 1.0]
    assert [statement for statement in sent if statement.startswith(("ALTER", "SET SESSION"))] == []


@pytest.mark.slow
def test_it_goes_on_when_the_old_transaction_ends(mariadb_people: Engine) -> None:
    """Where it ends while the runner waits, the step is run once."""
    with mariadb_people.connect() as other, mariadb_people.connect() as connection:
        pause = committing(connection, other)
        other.execute(text(LONG))
        assert tells(connection, other.scalar(text("SELECT connection_id()")), is_open=True)
        run(connection, LANGUAGE, Patience(tries=1, pause=pause))
        assert has_column("people", "language")(connection)


@pytest.mark.slow
def test_an_instant_step_does_not_wait_for_its_lock(mariadb_people: Engine) -> None:
    """A transaction begins after the look for old ones: the try ends at once, and the next one succeeds."""
    waits: list[object] = []
    with mariadb_people.connect() as other, mariadb_people.connect() as connection:
        usual = connection.scalar(text("SELECT @@lock_wait_timeout"))

        def interfere(statement: str, parameters: object) -> None:
            if statement.startswith("ALTER"):
                # What it would wait for others wait behind it too.
                waits.append(connection.scalar(text("SELECT @@lock_wait_timeout")))
                if len(waits) == 1:
                    other.execute(text(LONG))

        pause = committing(connection, other)
        with listening(mariadb_people, interfere):
            run(connection, LANGUAGE, Patience(tries=2, pause=pause))
        assert has_column("people", "language")(connection)
        assert connection.scalar(text("SELECT @@lock_wait_timeout")) == usual
    assert waits == [0, 0]


@pytest.mark.slow
def test_a_long_build_waits_for_its_last_lock(mariadb_people: Engine) -> None:
    """As long as the longest request may take; else what it has built would be lost."""
    with mariadb_people.connect() as other, mariadb_people.connect() as connection:
        built = connection.scalar(text("SELECT connection_id()"))
        waiting = text(
            "SELECT state LIKE '%metadata lock%' FROM information_schema.processlist WHERE id = :id"
        )

        def commit() -> None:
            with mariadb_people.connect() as third:
                assert wait_until(lambda: third.scalar(waiting, {"id": built}) == 1, 60.0)
            other.commit()

        thread = Thread(target=commit)

        def interfere(statement: str, parameters: object) -> None:
            if statement.startswith("ALTER"):
                other.execute(text(LONG))
                thread.start()

        with listening(mariadb_people, interfere):
            run(connection, INDEX, Patience(tries=1, longest_request=60.0))
        thread.join()
        assert has_index("people", "ix_people_number")(connection)


@pytest.mark.slow
def test_the_server_refuses_what_it_could_do_only_with_a_lock(mariadb_people: Engine) -> None:
    """The clauses are in the statement: where they promise too much, nothing happens."""
    (step,) = INDEX.operations[0].steps(mariadb_people.dialect)
    assert step.statement.endswith("ADD INDEX ix_people_number (number), ALGORITHM=NOCOPY, LOCK=NONE")
    with mariadb_people.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE people ENGINE=MyISAM")
        with pytest.raises(Exception, match="is not supported"):
            run(connection, INDEX)


def expanded(engine: Engine) -> None:
    """The people with a second column, as a revision of Alembic leaves them."""
    with engine.begin() as connection:
        run(connection, EXPANDED)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0006')")


def states(connection: Connection) -> list[State]:
    return [progress(connection, each.name).state for each in (FILLED, DROPPED)]


def test_all_changes_are_made_at_once_where_nobody_is_at_work(people: Engine) -> None:
    """The backfill, then the contract; the database tells its phase."""
    with people.begin() as connection:
        assert phase(connection) == Phase()
    expanded(people)
    with people.begin() as connection:
        assert (str(phase(connection)), states(connection)) == ("0006", [State.WAITING, State.WAITING])
    finish_all(people, (FILLED, DROPPED))
    with people.begin() as connection:
        assert (str(phase(connection)), states(connection)) == (
            "0006~0007+0008",
            [State.FINISHED, State.FINISHED],
        )
        assert not has_column("people", "note")(connection)
    finish_all(people, (FILLED, DROPPED))


def test_a_contract_that_died_is_finished(people: Engine) -> None:
    """It is running until then, and its phase is the one before."""
    expanded(people)
    finish_all(people, (FILLED,))
    with people.begin() as connection:
        step = DROPPED.operations[0].steps(connection.dialect)[0]

    def die(statement: str, parameters: object) -> None:
        if statement.startswith("ALTER"):
            raise RuntimeError("died")

    with listening(people, die), pytest.raises(RuntimeError, match="died"):
        contract(people, DROPPED)
    with people.begin() as connection:
        # SQLite has undone it all.
        assert step.is_done(connection) is (people.dialect.name == "mysql")
        assert str(phase(connection)) == "0006~0007"
    contract(people, DROPPED)
    with people.begin() as connection:
        assert str(phase(connection)) == "0006~0007+0008"


def test_a_contract_comes_after_what_it_needs(people: Engine) -> None:
    """A backfill that is not finished, although a later expand is; an expand that is not there."""
    expanded(people)
    with people.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(Refused, match="comes after 0007_note_filled"):
        contract(people, DROPPED)
    with people.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0005'")
    with pytest.raises(Refused, match="comes after 0006_remark"):
        finish_all(people, (FILLED,))
