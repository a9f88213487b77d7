"""MySQL and MariaDB are told the time that is left, each in its own words."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.sources.deadlines import _limit, until


def limited(statement: str, *, left: float | None, mariadb: bool, many: bool = False) -> str:
    """The statement as it is sent when so many seconds are left."""
    deadline = None if left is None else time.monotonic() + left
    connection: Any = SimpleNamespace(dialect=SimpleNamespace(name="mysql", is_mariadb=mariadb))
    with until(deadline):
        return _limit(connection, None, statement, (), None, many)[0]


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)


def test_mariadb_limits_any_statement() -> None:
    """In seconds, before the statement, in the same round trip."""
    for statement in ("SELECT 1", "DELETE FROM likes"):
        expected = f"SET STATEMENT max_statement_time=1.500 FOR {statement}"
        assert limited(statement, left=1.5, mariadb=True) == expected


def test_mysql_limits_a_select_only() -> None:
    """In milliseconds, by a hint; it has no limit for writes."""
    hinted = "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"
    assert limited("SELECT 1", left=1.5, mariadb=False) == hinted
    assert limited("DELETE FROM likes", left=1.5, mariadb=False) == "DELETE FROM likes"


@pytest.mark.parametrize("mariadb", [True, False])
def test_what_has_no_deadline_has_no_limit(mariadb: bool) -> None:
    """The statement is sent as it is."""
    assert limited("SELECT 1", left=None, mariadb=mariadb) == "SELECT 1"


def test_an_executemany_stays_one_insert() -> None:
    """The driver joins its rows only if nothing stands before the INSERT."""
    insert = "INSERT INTO likes VALUES (1, 1)"
    assert limited(insert, left=1.5, mariadb=True, many=True) == insert


def test_no_time_left_is_not_without_limit() -> None:
    """Zero would mean that to the servers."""
    assert "max_statement_time=0.001 " in limited("SELECT 1", left=-5, mariadb=True)


def test_the_server_gives_up_after_the_deadline_and_not_just_before() -> None:
    """So whoever is told that a statement was stopped has no time left, and the connection is closed."""
    assert "max_statement_time=1.501 " in limited("SELECT 1", left=1.5001, mariadb=True)
    assert "MAX_EXECUTION_TIME(1501)" in limited("SELECT 1", left=1.5001, mariadb=False)
