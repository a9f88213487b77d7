"""The engine's connections are what the sources rely on."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError as PoolTimeout

from ogrom.sources.database import mysql
from ogrom.sources.database.engine import UnknownDatabase, database_engine, unhurried
from ogrom.sources.testing import MariaDB


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "mysq://u:secret@h/d",
            r"'mysq://u:\*\*\*@h/d' has an unknown scheme 'mysq'; use mysql://",
        ),
        ("mysql+pymysql://u@h/d", "unknown scheme 'mysql.pymysql'"),
        ("postgresql://h/d", "unknown scheme 'postgresql'; use mysql://.* or sqlite:///path"),
        ("ogrom.db", "'ogrom.db:...' is not a URL"),
        ("", "is not a URL"),
        ("mysql://u@h", "names no database"),
        ("sqlite://", "names no database"),
        ("sqlite:///:memory:", "names no database"),
        ("mysql://root:a/ogrom?secret@h/ogrom?no=1", "unknown option 'no'"),
        ("mysql://root:a/ogrom?secret@h", "names no database"),
    ],
)
def test_a_url_of_no_database_is_an_error_that_helps(url: str, message: str) -> None:
    """It says what is wrong and which schemes there are, and tells no password."""
    with pytest.raises(UnknownDatabase, match=message) as caught:
        database_engine(url)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    """Nobody needs to make it first."""
    engine = database_engine(f"sqlite:///{tmp_path}/new/folder/ogrom.db")
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()
    assert (tmp_path / "new" / "folder" / "ogrom.db").exists()


def test_an_sqlite_connection_is_safe_and_does_not_block_readers(tmp_path: Path) -> None:
    """Foreign keys are kept and the journal is a write-ahead log."""
    engine = database_engine(f"sqlite:///{tmp_path}/ogrom.db")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("foreign_keys", "journal_mode", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 5000}


def test_connections_to_a_new_sqlite_file_wait_for_one_another(tmp_path: Path) -> None:
    """SQLite itself refuses all but one of those that change the journal at the same moment."""
    for round_ in range(30):
        together = threading.Barrier(8, timeout=60)
        engines = [database_engine(f"sqlite:///{tmp_path}/{round_}.db") for _ in range(8)]
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(connect, engines, [together] * 8))


def connect(engine: Engine, together: threading.Barrier) -> None:
    """Connect when all the others do."""
    together.wait()
    with engine.connect():
        pass
    engine.dispose()


@pytest.mark.slow
def test_a_mysql_session_has_ogroms_settings(mariadb_engine: Engine) -> None:
    """Strict, in UTC, READ COMMITTED, in autocommit mode, exact in its comparisons."""
    names = "transaction_isolation, @@time_zone, @@autocommit, @@collation_connection, @@sql_mode"
    with mariadb_engine.connect() as connection:
        row = connection.exec_driver_sql(f"SELECT @@{names}").one()
    assert tuple(row[:4]) == ("READ-COMMITTED", "+00:00", 1, "utf8mb4_bin")
    assert "STRICT_ALL_TABLES" in row[4]


def test_begin_is_a_real_transaction(empty: Engine) -> None:
    """What a block does is stored whole or not at all, though connections are in autocommit mode."""
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))

    def insert_twice() -> None:
        with empty.begin() as connection:
            connection.execute(text("INSERT INTO t VALUES (1)"))
            connection.execute(text("INSERT INTO t VALUES (1)"))

    with pytest.raises(IntegrityError):
        insert_twice()
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM t")) == 0


def test_a_transaction_left_open_ends_with_its_connection(empty: Engine) -> None:
    """The next borrower of a connection finds nothing begun."""
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
    with empty.connect() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM t")) == 0


def test_the_pool_has_so_many_connections_and_no_more(url: str) -> None:
    """Who finds none free waits for `pool_timeout` seconds only."""
    engine = database_engine(url, pool_size=1, pool_timeout=0.05)
    with engine.connect(), pytest.raises(PoolTimeout):
        engine.connect()
    engine.dispose()


@pytest.mark.slow
def test_an_unhurried_connection_waits_for_its_answer(
    mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others give a server up that says nothing for a minute, here for a second."""
    monkeypatch.setitem(mysql._OPTIONS, "read_timeout", 1)
    engine = database_engine(mariadb.database())
    with engine.connect() as connection, pytest.raises(OperationalError):
        connection.exec_driver_sql("SELECT sleep(3)")
    with unhurried(engine) as connection:
        assert connection.exec_driver_sql("SELECT sleep(1.2)").scalar_one() == 0
    engine.dispose()
