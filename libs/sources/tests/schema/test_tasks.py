"""`migrate --scan`, `--backfill` and `--contract`: one task each, which says what it did or what to do first."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, String, text

from ogrom.sources.commands import Target, migrate_command
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.statements import listening
from ogrom.sources.schema.change import Change, Kind
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.second_column import SecondColumn
from ogrom.sources.schema.progress import begin, phase, progress
from ogrom.sources.schema.runner import Blocked, run
from ogrom.sources.schema.serves import Serves

Task: TypeAlias = Callable[..., tuple[int, str]]

REMARK = SecondColumn("people", "note", "remark", String(100), up="{note}", down="{remark}")
EXPANDED = Change("0006_remark", Kind.EXPAND, (REMARK,))
FILLED = Change("0007_note_filled", Kind.BACKFILL, (REMARK.backfill,), (EXPANDED,))
DROPPED = Change(
    "0008_note_dropped", Kind.CONTRACT, (DropColumn("people", "note", second=REMARK),), (FILLED,)
)
STRICT = Change("0009_number_dropped", Kind.CONTRACT, (DropColumn("people", "number"),))
STOPPED = "ogrom: migrate: the backfill was told to stop; run it again: it goes on where it is"


@pytest.fixture
def task(people: Engine, monkeypatch: pytest.MonkeyPatch) -> Task:
    """Runs the command with these options on a database of phase 0006; its exit status and output."""
    monkeypatch.setattr("ogrom.sources.schema.tasks.CHANGES", (EXPANDED, FILLED, DROPPED, STRICT))
    with people.begin() as connection:
        run(connection, EXPANDED)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0006')")

    @contextmanager
    def connect() -> Iterator[Engine]:
        yield people

    command = migrate_command(lambda command, options: Target("here", connect))

    def invoke(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(command, options)
        return done.exit_code, done.output

    return invoke


def at(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(phase(connection))


def test_a_backfill_then_its_scan_then_the_contract(task: Task, people: Engine) -> None:
    """Each is refused before the one before it; a second run finds nothing to do."""
    refused = "ogrom: migrate: 0007_note_filled is not finished; run `migrate --backfill 0007`\n"
    assert task("--scan", "0007") == (1, refused)
    assert task("--scan", "0008")[1].startswith(
        "ogrom: migrate: 0008_note_dropped comes after 0007_note_filled"
    )
    code, said = task("--contract", "0008")
    assert (code, said.startswith("ogrom: migrate: 0008_note_dropped comes after 0007_note_filled")) == (
        1,
        True,
    )
    for _ in range(2):
        assert task("--backfill", "0007") == (0, "here: 0007_note_filled is finished.\n")
        assert task("--scan", "0007") == (
            0,
            "here: 0007_note_filled is finished, and both forms are the same.\n",
        )
    assert at(people) == "0006~0007"
    assert task("--scan", "0008") == (0, "here: nothing is in the way of 0008_note_dropped.\n")
    assert at(people) == "0006~0007"
    for _ in range(2):
        assert task("--contract", "0008") == (0, "here: 0008_note_dropped is finished.\n")
    assert at(people) == "0006~0007+0008"


def test_a_contract_that_died_halfway_is_not_held_up_by_its_scan(task: Task, people: Engine) -> None:
    """Once a trigger has gone, new rows have one form only."""
    task("--backfill", "0007")
    with people.begin() as connection:
        begin(connection, DROPPED)
        for trigger in REMARK.triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.execute(text("UPDATE people SET remark = 'z' WHERE id = 1"))
    assert task("--scan", "0007")[0] == 1
    assert task("--scan", "0008") == (0, "here: nothing is in the way of 0008_note_dropped.\n")
    assert task("--contract", "0008")[0] == 0
    assert at(people) == "0006~0007+0008"


def test_rows_that_differ_are_found_and_filled_again(task: Task, people: Engine) -> None:
    """Somebody has changed one form behind the triggers."""
    assert task("--backfill", "0007")[0] == 0
    with people.begin() as connection:
        for trigger in REMARK.triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.execute(text("UPDATE people SET remark = NULL WHERE id = 1"))
        run(connection, EXPANDED)
    code, said = task("--scan", "0007")
    assert code == 1
    assert said == (
        "ogrom: migrate: 0007_note_filled: rows whose two forms differ, such as (1,) in people; find out who has"
        " changed one form alone, and run `migrate --backfill 0007`\n"
    )
    assert "0008_note_dropped: people has rows whose two forms differ" in task("--scan", "0008")[1]
    assert task("--backfill", "0007")[0] == 0
    assert task("--scan", "0007")[0] == 0
    with people.connect() as connection:
        assert connection.scalar(text("SELECT remark FROM people WHERE id = 1")) == "a"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--scan", "0010"), "this version knows no backfill or contract 0010; it knows 0007, 0008, 0009"),
        (("--scan", "0009"), "0009_number_dropped: people.number may not be NULL and has no default"),
        (("--backfill", "7"), "this version knows no backfill 7; it knows 0007"),
        (("--contract", "0007"), "this version knows no contract 0007; it knows 0008, 0009"),
        (("--contract", "0009"), "0009_number_dropped: people.number may not be NULL and has no default"),
        (("--scan", "0007", "--backfill", "0007"), "are tasks of their own; give one of them"),
    ],
)
def test_what_cannot_be_done_is_said(task: Task, options: tuple[str, ...], said: str) -> None:
    """With what could be done."""
    code, output = task(*options)
    assert code == 1
    assert output.startswith("ogrom: migrate: ")
    assert said in output


def test_a_version_takes_nothing_away_that_it_uses(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own service would fail."""
    monkeypatch.setattr(
        "ogrom.sources.schema.tasks.SERVES", Serves("0006", "0006", until=("0009",), knows="0009")
    )
    code, said = task("--contract", "0009")
    assert (code, "takes away what this version uses" in said) == (1, True)


def test_a_table_in_use_is_said(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is by the runner."""

    def blocked(*_: object, **__: object) -> None:
        raise Blocked("connection 7 held it up")

    monkeypatch.setattr("ogrom.sources.schema.tasks.contract", blocked)
    assert task("--contract", "0009") == (1, "ogrom: migrate: connection 7 held it up\n")


def test_a_backfill_tells_how_far_it_is(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then."""
    monkeypatch.setattr("ogrom.sources.schema.tasks._BETWEEN_LINES", 0.0)
    line = "0007_note_filled: people filled up to id [3] ...\n"
    assert task("--backfill", "0007") == (0, f"{line}here: 0007_note_filled is finished.\n")


def test_a_backfill_that_is_stopped_says_how_it_goes_on(task: Task, people: Engine) -> None:
    """Its exit status is 1, and its place is kept."""

    def stop(statement: str, parameters: object) -> None:
        if statement.startswith("UPDATE people"):
            os.kill(os.getpid(), signal.SIGTERM)

    with listening(people, stop):
        code, said = task("--backfill", "0007")
    assert (code, said) == (1, STOPPED + "\n")
    with people.connect() as connection:
        assert progress(connection, FILLED.name).place == "[3]"
    assert task("--backfill", "0007")[0] == 0


def test_a_backfill_waits_for_the_replica(task: Task, people: Engine, tmp_path: Path) -> None:
    """It says for which; here SIGTERM ends the wait."""
    replica = database_engine(f"sqlite:///{tmp_path / 'replica.db'}")  # it follows nobody
    target = Target("here", lambda: nullcontext(people), connect_reader=lambda: nullcontext(replica))
    reads = count()

    def stop(statement: str, parameters: object) -> None:
        if next(reads) == 4:
            os.kill(os.getpid(), signal.SIGTERM)

    with listening(replica, stop):
        done = CliRunner().invoke(migrate_command(lambda command, options: target), ["--backfill", "0007"])
    replica.dispose()
    waits, stopped = done.output.splitlines()
    assert waits.startswith(
        f"the replica {tmp_path / 'replica.db'} has not got the backfill's heartbeat; the backfill"
    )
    assert (done.exit_code, stopped) == (1, STOPPED)
