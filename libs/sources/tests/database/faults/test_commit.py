"""The answer to a COMMIT is lost: the caller is told so, and the source does not write again."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unconfirmed
from ogrom.sources.database.transactions import run_in_transaction
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import MariaDB, Proxy

pytestmark = pytest.mark.slow

MESSAGE = "may or may not be stored"


@pytest.mark.parametrize("stored", [True, False], ids=["after", "before"])
def test_a_server_killed_at_the_commit_leaves_a_whole_state(
    server: MariaDB,
    proxy: Proxy,
    far: Engine,
    engine: Engine,
    soon: Callable[..., Context],
    stored: bool,
) -> None:
    """Killed after it has stored the rows but before it says so, or just before: all are there, or none."""
    runs: list[int] = []

    def write(connection: Connection) -> None:
        runs.append(1)
        connection.execute(text("UPDATE users SET name = 'new' WHERE id = 1"))
        connection.execute(text("UPDATE users SET name = 'new' WHERE id = 2"))
        # What comes next is the COMMIT.
        (proxy.at_reply if stored else proxy.at_request)(server.kill)

    try:
        with pytest.raises(Unconfirmed, match=MESSAGE):
            run_in_transaction(far, "users", soon(), write)
    finally:
        server.start()
    assert len(runs) == 1
    users = SqlSources.over(engine).users.users_by_ids(soon(), [1, 2])
    assert [user.name == "new" for user in users.values()] == [stored, stored]


def test_a_commit_that_is_not_answered_in_time_is_unconfirmed_too(
    proxy: Proxy, far: Engine, soon: Callable[..., Context]
) -> None:
    """The caller cannot know more."""

    def write(connection: Connection) -> None:
        connection.execute(text("UPDATE users SET name = 'new'"))
        proxy.silent = True

    with pytest.raises(Unconfirmed, match=MESSAGE):
        run_in_transaction(far, "users", soon(0.3), write)
