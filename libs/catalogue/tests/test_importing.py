"""Imports that are killed, disturbed, or fed a lot."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ogrom.catalogue.files import open_file
from ogrom.catalogue.importing import import_items, seen_offers
from ogrom.catalogue.merchant import Market
from ogrom.protocols.errors import Unavailable
from ogrom.sources.database.engine import database_engine
from ogrom.sources.testing import MariaDB

ROWS = 8_000
NOW = datetime(2026, 11, 24, tzinfo=UTC)

# Imports a file into a database and says after each step how much is stored, and how large it has become. After
# so many steps it waits to be told to go on, so that whoever disturbs it does so in time.
PROGRAM = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from ogrom.sources.database.engine import database_engine
from ogrom.catalogue.files import Form, open_file
from ogrom.catalogue.importing import import_items, import_records, seen_offers
from ogrom.catalogue.merchant import Market
now = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
engine = database_engine(sys.argv[1])
with open_file(Path(sys.argv[2])) as file, seen_offers() as seen:
    market = Market(locale="de-DE", currency="EUR")
    json = file.form is Form.JSON_LINES
    steps = import_records(engine, file) if json else import_items(engine, file, market, seen, now)
    for number, step in enumerate(steps, 1):
        print(step.stored.new, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
        if number == int(sys.argv[3]):
            sys.stdin.readline()
"""


def start(engine: Engine, path: Path, waits_after: int = 0) -> "subprocess.Popen[str]":
    """An import as a process of its own."""
    url = engine.url.set(drivername=engine.dialect.name).render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROGRAM, url, str(path), str(waits_after)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finished(engine: Engine, path: Path) -> tuple[list[int], int]:
    """How many rows each step of an import stored, and the most memory it took, in KiB."""
    process = start(engine, path)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    steps = [tuple(map(int, line.split())) for line in output.splitlines()]
    return [stored for stored, _ in steps], max(size for _, size in steps)


def table(shop: Any, rows: int) -> str:
    """Rows of many categories, among them some bad ones."""
    made = (
        shop.row(
            f"A{i}", title=f"Kleid {i}", price="" if i % 997 == 0 else "1 EUR", path=f"Damen > {i % 300}"
        )
        for i in range(rows)
    )
    text: str = shop.table(*made)
    return text


@pytest.mark.slow
def test_what_was_killed_goes_on(shop: Any, other: Engine) -> None:
    """The same command again ends where one undisturbed import does, and repeats no write."""
    path = shop.file(table(shop, ROWS))
    process = start(shop.engine, path, waits_after=12)
    assert process.stdout is not None
    for _ in range(8):
        process.stdout.readline()
    process.kill()
    process.communicate()
    again, _ = finished(shop.engine, path)
    assert 0 < sum(again) < ROWS - 3000
    shop.load(path, into=other)
    assert shop.export() == shop.export("clean.jsonl", of=other)


@pytest.mark.slow
def test_two_at_once_take_turns(shop: Any, other: Engine) -> None:
    """Of two imports of one file, every product is stored by one of them."""
    path = shop.file(table(shop, ROWS))
    first, second = start(shop.engine, path), start(shop.engine, path)
    outputs = [process.communicate(timeout=300)[0].splitlines() for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    stored = [sum(int(line.split()[0]) for line in output) for output in outputs]
    shop.load(path, into=other)
    assert sum(stored) == shop.export().count(b'{"offer_id":{')
    assert shop.export() == shop.export("clean.jsonl", of=other)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(shop: Any, tmp_path: Path) -> None:
    """Ten times the rows take hardly more; the same holds for what was exported."""
    if shop.engine.dialect.name != "sqlite":
        return
    few, many = (shop.file(table(shop, rows), f"{rows}.tsv") for rows in (4_000, 40_000))
    _, small = finished(shop.engine, few)
    _, large = finished(shop.engine, many)
    assert large < small * 1.15
    shop.export()
    _, json = finished(shop.engine, shop.folder / "export.jsonl")
    assert json < small * 1.15


def test_the_database_may_go_away(shop: Any) -> None:
    """That is an error, not a hundred bad rows."""
    engine = database_engine("mysql://nobody@127.0.0.1:1/nowhere")
    market = Market(locale="de-DE", currency="EUR")
    path = shop.file(table(shop, 10))
    with open_file(path) as file, seen_offers() as seen, pytest.raises(Unavailable):
        list(import_items(engine, file, market, seen, NOW))


@pytest.mark.slow
def test_a_server_that_crashes_in_the_middle(shop: Any, other: Engine, tmp_path: Path) -> None:
    """It is told; the same import goes on once the server is back."""
    from ogrom.sources.migrations.migrate import migrate

    path = shop.file(table(shop, ROWS))
    with MariaDB(in_memory=True) as server:
        engine = database_engine(server.database())
        migrate(engine)
        process = start(engine, path, waits_after=12)
        assert process.stdout is not None
        for _ in range(8):
            process.stdout.readline()
        server.kill()
        process.communicate("\n", timeout=300)
        assert process.returncode != 0
        server.start()
        assert shop.load(path, into=engine).broken == ""
        exported = shop.export(of=engine)
        engine.dispose()
    shop.load(path, into=other)
    assert exported == shop.export("clean.jsonl", of=other)
