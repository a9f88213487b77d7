"""A database that was empty is what all changes make of it; one that is in use waits for its contracts."""

import pytest
from sqlalchemy import Engine

from ogrom.sources.migrations.migrate import HEAD, migrate
from ogrom.sources.schema.change import Change, Kind
from ogrom.sources.schema.inspection import has_column
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.set_default import SetDefault
from ogrom.sources.schema.progress import phase

DROPPED = Change(
    "0099_name_dropped",
    Kind.CONTRACT,
    (SetDefault("category_names", "name", ""), DropColumn("category_names", "name")),
)


@pytest.fixture
def with_a_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next release's changes."""
    monkeypatch.setattr("ogrom.sources.migrations.migrate.CHANGES", (DROPPED,))


@pytest.mark.usefixtures("with_a_contract")
def test_an_empty_database_is_built_in_one_go(empty: Engine) -> None:
    """Its contracts are finished, so no deploy has to run them."""
    migrate(empty)
    with empty.begin() as connection:
        assert str(phase(connection)) == f"{HEAD}+0099"
        assert not has_column("category_names", "name")(connection)


def test_a_contract_waits_where_somebody_may_need_the_old_form(
    empty: Engine, request: pytest.FixtureRequest
) -> None:
    """A migration of tables that are there runs expands only."""
    migrate(empty)
    request.getfixturevalue("with_a_contract")
    migrate(empty)
    with empty.begin() as connection:
        assert "0099" not in phase(connection).contracts
        assert has_column("category_names", "name")(connection)
