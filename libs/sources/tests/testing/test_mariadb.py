"""The private MariaDB starts, serves and leaves nothing behind."""

import socket
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from ogrom.sources.database.engine import database_engine
from ogrom.sources.testing import MariaDB, MariaDBMissing, mariadb, programs


@pytest.mark.slow
def test_a_server_lives_as_long_as_its_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases are empty and different; afterwards port and folder are free again."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with MariaDB() as server:
        assert len(list(tmp_path.iterdir())) == 1
        one, other = server.database(), server.database()
        assert one != other
        engine = database_engine(one)
        with engine.connect() as connection:
            assert connection.execute(text("SHOW TABLES")).all() == []
            flush = connection.scalar(text("SELECT @@innodb_flush_log_at_trx_commit"))
            temporary = connection.scalar(text("SELECT @@tmpdir"))
        engine.dispose()
        assert flush == 1
        assert tmp_path in Path(temporary).parents
    assert list(tmp_path.iterdir()) == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


@pytest.mark.slow
def test_a_server_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The end of its log is the error, and nothing stays behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("ogrom.sources.testing.mariadb._OPTIONS", ("--no-such-option",))
    with pytest.raises(MariaDBMissing, match="no-such-option"), MariaDB():
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_server_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for SIGTERM to be heard waits for some time only."""
    monkeypatch.setattr("ogrom.sources.testing.mariadb._STOP_SECONDS", 0.1)
    monkeypatch.setattr(subprocess.Popen, "terminate", lambda self: None)
    with MariaDB() as server:
        server.stop()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_a_missing_program_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that need a database fail with the remedy; they do not pass by skipping."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(programs, "_SERVERS", ())
    with pytest.raises(MariaDBMissing, match="apt-get install mariadb-server-core"):
        programs.program("mariadbd", "mysqld")


def test_a_failing_installation_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With what the program said."""
    monkeypatch.setattr(programs, "program", lambda *names: "false")
    with pytest.raises(MariaDBMissing, match="false failed"):
        programs.install(tmp_path, tmp_path)


def test_data_are_in_memory_where_there_is_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Elsewhere they are where all temporary files are."""
    monkeypatch.setattr(mariadb, "_MEMORY", tmp_path)
    for room, expected in ((0, tmp_path), (2**63, None)):
        monkeypatch.setattr(mariadb, "_ROOM", room)
        assert mariadb._memory() == expected
    monkeypatch.setattr(mariadb, "_MEMORY", tmp_path / "missing")
    assert mariadb._memory() is None
