"""MySQL and MariaDB are told the time that is left, each in its own words."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.sources.database.deadlines import session_limit, until
from ogrom.sources.database.statements import _before_cursor_execute


def limited(
    statement: str, *, left: float | None, mariadb: bool, session: float = 0.0, many: bool = False
) -> str:
    """The statement as it is sent when so many seconds are left, in a session with a limit."""
    deadline = None if left is None else time.monotonic() + left
    dialect = SimpleNamespace(name="mysql", is_mariadb=mariadb)
    connection: Any = SimpleNamespace(
        engine=SimpleNamespace(dialect=dialect),
        dialect=dialect,
        connection=SimpleNamespace(driver_connection=SimpleNamespace(limit=SimpleNamespace(seconds=session))),
    )
    with until(deadline):
        return _before_cursor_execute(connection, None, statement, (), None, many)[0]


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)


def test_mariadb_limits_any_statement() -> None:
    """In seconds, before the statement, in the same round trip."""
    for statement in ("SELECT 1", "DELETE FROM likes"):
        expected = f"SET STATEMENT max_statement_time=1.500 FOR {statement}"
        assert limited(statement, left=1.5, mariadb=True) == expected


@pytest.mark.parametrize("session", [1.5, 1.6, 1.75])
def test_a_session_that_has_nearly_this_limit_is_enough(session: float) -> None:
    """The server need not be told again."""
    assert limited("SELECT 1", left=1.5, mariadb=True, session=session) == "SELECT 1"


@pytest.mark.parametrize("session", [0.0, 0.1, 1.4, 2.0, 60.0])
def test_a_statement_brings_its_limit_where_the_session_has_another(session: float) -> None:
    """A shorter one would end it too early, a much longer one leave it to work for nobody."""
    expected = "SET STATEMENT max_statement_time=1.500 FOR SELECT 1"
    assert limited("SELECT 1", left=1.5, mariadb=True, session=session) == expected


def test_what_has_no_deadline_ends_a_sessions_limit() -> None:
    """Zero is without limit."""
    expected = "SET STATEMENT max_statement_time=0.000 FOR SELECT 1"
    assert limited("SELECT 1", left=None, mariadb=True, session=1.5) == expected


@pytest.mark.parametrize(
    ("left", "limit"), [(9.99, 10.0), (4.99, 5.0), (4.6, 5.0), (1.99, 2.0), (0.3, 0.3125), (30.1, 32.0)]
)
def test_the_limit_of_a_session_is_that_of_most_calls(left: float, limit: float) -> None:
    """In steps, so that a call which comes a little later does not need another."""
    assert session_limit(left, 0.0) == limit


@pytest.mark.parametrize("left", [1e-9, 0.001, 0.3, 1.0, 7.77, 29.999, 3600.0])
def test_a_session_never_ends_a_statement_before_its_deadline(left: float) -> None:
    """Nor so much later that the statement has to bring its own limit."""
    for limit in (0.0, left / 2):
        assert left <= session_limit(left, limit)
        if left >= 0.001:
            assert session_limit(left, limit) <= left * 1.125
    assert session_limit(left, left * 4) == left * 4


def test_the_session_of_a_call_without_a_deadline_has_no_limit() -> None:
    """A COMMIT and the rows of an executemany have no other limit than the session's."""
    assert session_limit(None, 10.0) == 0.0


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
