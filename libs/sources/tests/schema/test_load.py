"""Two versions of the code write at once while a column is renamed under them, from the expand to the contract."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from threading import Event

import pytest
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.context import Context
from ogrom.sources.database.transactions import run_in_transaction
from ogrom.sources.schema.backfill import backfill
from ogrom.sources.schema.change import Change, Kind
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.second_column import SecondColumn
from ogrom.sources.schema.operations.split_table import SplitTable
from ogrom.sources.schema.runner import contract, run
from ogrom.sources.schema.scan import differences

from .conftest import RENAMED, SPLIT
from .test_two_forms import NEW, OLD, Version, read, send

# So many rows that batches meet the writers.
ROWS = 400


class Writer:
    """A version of the code at work: it stores new rows, and changes every second of those from before."""

    def __init__(self, engine: Engine, version: Version, first: int) -> None:
        self.engine, self.version, self.first = engine, version, first
        self.stopped = Event()
        self.written: dict[int, str] = {}

    def run(self) -> None:
        for n in count():
            # As clients do, whose transactions leave the table alone now and then.
            if self.stopped.wait(0.01):
                return
            id, note = self.first + n, f"{self.first}.{n}"
            self._write(self.version.insert, id, note)
            # One of the rows from before, which nobody else changes but the backfill.
            old = 1000 + (n * 2 + self.first % 2) % ROWS
            self._write(self.version.update, old, note)

    def _write(self, statements: tuple[str, ...], id: int, note: str) -> None:
        def write(connection: Connection) -> None:
            send(connection, statements, id, note)

        run_in_transaction(self.engine, "test", Context(locale=""), write)
        self.written[id] = note


@pytest.mark.slow
@pytest.mark.parametrize(("form", "operation"), [("renamed", RENAMED), ("split", SPLIT)])
def test_nothing_is_lost_and_nothing_fails(
    mariadb_people: Engine, form: str, operation: SecondColumn | SplitTable
) -> None:
    """Every acknowledged write is there in both forms, and after the contract in the new one."""
    people, new = mariadb_people, NEW[form]
    with people.begin() as connection:
        rows = {1000 + n: "first" for n in range(ROWS)}
        connection.execute(text(OLD.insert[0]), [{"id": id, "note": note} for id, note in rows.items()])
    expected: dict[int, str | None] = {1: "a", 2: None, 3: "c ", **rows}
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        writers = [Writer(people, OLD, 10_000)]

        def stop() -> None:
            for writer in writers:
                writer.stopped.set()

        stack.callback(stop)
        running = [pool.submit(writers[0].run)]
        with people.connect() as connection:
            run(connection, Change("0006_a_test", Kind.EXPAND, (operation,)))
        writers.append(Writer(people, new, 20_001))
        running.append(pool.submit(writers[1].run))
        backfill(people, Change("0007_a_test_filled", Kind.BACKFILL, (operation.backfill,)), size=20)
        writers[0].stopped.set()
        running[0].result()
        expected.update(writers[0].written)
        with people.connect() as connection:
            assert differences(connection, operation) == []
        contract(
            people, Change("0008_a_test", Kind.CONTRACT, (DropColumn("people", "note", second=operation),))
        )
        writers[1].stopped.set()
        running[1].result()
    expected.update(writers[1].written)
    with people.connect() as connection:
        assert read(connection, new) == expected
    assert all(writer.written for writer in writers)
