"""Filling with the demo."""

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import Connection, Engine, Table, func, select

from ogrom.catalogue.commands import demo
from ogrom.catalogue.demo import catalogue
from ogrom.sources.commands import CommandError
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql import loading
from ogrom.sources.sql.loading import is_empty
from ogrom.sources.sql.rows import insert_rows
from ogrom.sources.sql.tables import products


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    path = tmp_path_factory.mktemp("original") / "empty.sqlite3"
    engine = database_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def engine(original: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = database_engine(f"sqlite:///{shutil.copy(original, tmp_path / 'demo.sqlite3')}")
    yield engine
    engine.dispose()


def test_it_fills_an_empty_database_only(run: Callable[..., Result]) -> None:
    """What is there is nobody's to overwrite."""
    first, second = (run("demo", "--products", "30") for _ in range(2))
    assert first.exit_code == 0
    assert re.fullmatch(
        r"sqlite:///own\.sqlite3 holds 30 products and what belongs to them\.\n"
        r"\d{3} rows in all tables, stored in \d+\.\d s: [\d,]+ rows/s\.\n",
        first.stdout,
    )
    assert first.stderr == "Making the tables ...\nFilling with 30 demo products ...\n"
    assert second.exit_code == 1
    assert second.stderr == (
        "ogrom: demo: sqlite:///own.sqlite3 holds data already; take an empty database: --database\n"
    )


def _products(engine: Engine) -> int | None:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(products))


def test_it_stores_so_many_products_and_shows_how_far_it_is(
    engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar ends at the number of all products."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    demo.fill(engine, 30, whole=True)
    assert _products(engine) == 30
    assert "30 of 30" in capsys.readouterr().err


def test_a_log_is_told_how_far_it_is(
    engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, then batch by batch as far as that is not too often."""
    monkeypatch.setattr(demo, "_BATCH", 10)
    monkeypatch.setattr("ogrom.catalogue.commands.progress._SECONDS_BETWEEN_LINES", 0.0)
    demo.fill(engine, 1_030, whole=True)
    first, *others = capsys.readouterr().err.splitlines()
    assert first == "Filling with 1,030 demo products ..."
    assert len(others) > 30
    assert others[-1] == "Filling with 1,030 demo products: 1,030 of 1,030"


def _interrupted_in(table_name: str, rows: int) -> Callable[..., None]:
    """Stores rows, and is interrupted once so many are in a table, before anything is committed."""
    stored = 0

    def interrupted(connection: Connection, table: Table, some: Any) -> None:
        nonlocal stored
        insert_rows(connection, table, some)
        stored += len(some) if table.name == table_name else 0
        if stored >= rows:
            raise KeyboardInterrupt

    return interrupted


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("moment", range(1, 35))
def test_ctrl_c_is_heard_whenever_it_comes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, moment: int, whole: bool
) -> None:
    """After the batch that is on its way, in each of the three; and then it does again what it did before."""
    before = signal.getsignal(signal.SIGINT)
    calls = 0

    def pressed(connection: Connection, table: Table, some: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == moment:
            signal.raise_signal(signal.SIGINT)
        insert_rows(connection, table, some)

    monkeypatch.setattr(demo, "_BATCH", 10)
    monkeypatch.setattr(loading, "insert_rows", pressed)
    batch = (moment - 1) // 11 + 1
    if batch <= 3:
        with pytest.raises(CommandError, match="interrupted"):
            demo.fill(engine, 30, whole=whole)
    else:
        demo.fill(engine, 30, whole=whole)
    expected = 30 if batch > 3 else 0 if whole else batch * 10
    assert _products(engine) == expected
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_is_heard_while_the_next_batch_is_made(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that makes it is not the one that hears."""

    def slowly(**options: Any) -> Iterator[Any]:
        for number, batch in enumerate(catalogue(**options)):
            if number == 1:
                os.kill(os.getpid(), signal.SIGINT)
            yield batch

    monkeypatch.setattr(demo, "_BATCH", 10)
    monkeypatch.setattr(demo, "catalogue", slowly)
    with pytest.raises(CommandError, match="interrupted"):
        demo.fill(engine, 30, whole=False)
    assert _products(engine) in {10, 20}


def test_an_interrupted_fill_as_a_whole_leaves_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even its earlier batches; the next start finds an empty database and fills it."""
    monkeypatch.setattr(demo, "_BATCH", 10)
    monkeypatch.setattr(loading, "insert_rows", _interrupted_in("products", 25))
    with pytest.raises(CommandError, match="interrupted"):
        demo.fill(engine, 30, whole=True)
    assert is_empty(engine)


def test_an_interrupted_fill_of_several_batches_leaves_whole_ones(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are a smaller catalogue."""
    monkeypatch.setattr(demo, "_BATCH", 10)
    monkeypatch.setattr(loading, "insert_rows", _interrupted_in("products", 25))
    with pytest.raises(CommandError, match="interrupted"):
        demo.fill(engine, 30, whole=False)
    assert _products(engine) == 20
