"""A service says which phases of a database it serves, and no contract takes away what it needs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.statements import listening
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.schema.change import Change, Kind, Refused
from ogrom.sources.schema.inspection import has_column
from ogrom.sources.schema.operations.drop_column import DropColumn
from ogrom.sources.schema.operations.set_default import SetDefault
from ogrom.sources.schema.runner import check_contract, contract
from ogrom.sources.schema.serves import SERVES, Serves
from ogrom.sources.schema.users import Entry, enter
from ogrom.sources.sql.tables import schema_users
from ogrom.sources.testing import MariaDB

DROPPED = Change(
    "0099_name_dropped", Kind.CONTRACT, (SetDefault("users", "name", ""), DropColumn("users", "name"))
)
NEW = Serves(SERVES.expand, knows="0099")


@pytest.fixture
def engine(empty: Engine) -> Engine:
    migrate(empty)
    return empty


def seen(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        return [(row.service, row.version) for row in connection.execute(schema_users.select())]


def is_dropped(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not has_column("users", "name")(connection)


def days_ago(engine: Engine, days: float) -> None:
    """As if what is entered had been for so long."""
    with engine.begin() as connection:
        connection.execute(schema_users.update(), {"seen_at": datetime.now(UTC) - timedelta(days=days)})


def test_a_contract_is_refused_while_another_service_needs_the_old_form(engine: Engine) -> None:
    """It says who, when it was seen and what to do; with its next version the contract goes on."""
    assert enter(engine, "billing", "1.2.3")
    with pytest.raises(Refused) as caught:
        contract(engine, DROPPED)
    assert f"billing 1.2.3, last seen {datetime.now(UTC):%Y-%m-%d}" in str(caught.value)
    assert "DELETE FROM schema_users WHERE service = 'billing' AND version = '1.2.3'" in str(caught.value)
    assert not is_dropped(engine)
    assert enter(engine, "billing", "1.3.0", NEW)
    for look in (check_contract, contract):
        with pytest.raises(Refused, match=r"what this needs, or may need: billing 1\.2\.3"):
            look(engine, DROPPED)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM schema_users WHERE service = 'billing' AND version = '1.2.3'"))
    check_contract(engine, DROPPED)
    assert not is_dropped(engine)
    contract(engine, DROPPED)
    assert is_dropped(engine)


@pytest.mark.parametrize(("days", "refused"), [(6.9, True), (7.1, False)])
def test_who_was_not_seen_for_a_week_does_not_count(engine: Engine, days: float, refused: bool) -> None:
    """A service that runs once a week does."""
    enter(engine, "billing", "1.2.3")
    days_ago(engine, days)
    if refused:
        with pytest.raises(Refused):
            contract(engine, DROPPED)
    else:
        contract(engine, DROPPED)
    assert is_dropped(engine) is not refused


def test_the_own_service_is_the_callers_to_know(engine: Engine) -> None:
    """Its deploys know what runs and what may come back; so it is told of, and not refused."""
    enter(engine, "ogrom-api", "1.2.3")
    enter(engine, "ogrom-api", "1.3.0", NEW)
    lines: list[str] = []
    contract(engine, DROPPED, service="ogrom-api", tell=lines.append)
    (line,) = lines
    assert line.startswith("ogrom-api 1.2.3, last seen ")
    assert is_dropped(engine)


def test_a_version_is_entered_once_and_seen_again(engine: Engine) -> None:
    """However many processes it has."""
    for _ in range(2):
        enter(engine, "billing", "1.2.3")
        assert seen(engine) == [("billing", "1.2.3")]
        days_ago(engine, 3)
    enter(engine, "billing", "1.2.3")
    with engine.connect() as connection:
        found = connection.execute(schema_users.select()).one()
    assert datetime.now(UTC) - found.seen_at < timedelta(hours=1)


def test_who_reads_an_entry_of_later_times_takes_what_it_knows(engine: Engine) -> None:
    """A member more does not matter."""
    enter(engine, "billing", "1.2.3")
    with engine.begin() as connection:
        connection.execute(schema_users.update(), {"serves": '{"knows": "0099", "tomorrow": [1]}'})
    contract(engine, DROPPED)
    assert is_dropped(engine)


def test_a_service_that_cannot_enter_itself_works_all_the_same(empty: Engine) -> None:
    """On older tables; when they are there it is entered, a minute later."""
    now = 0.0
    entry = Entry(empty, "billing", "1.2.3", lambda: now)
    entry()
    migrate(empty)
    now = 59.0
    entry()
    assert seen(empty) == []
    now = 61.0
    entry()
    assert seen(empty) == [("billing", "1.2.3")]


def test_it_is_entered_once_an_hour(engine: Engine) -> None:
    """However often the service is asked whether it is ready."""
    now, sent = 0.0, list[str]()
    entry = Entry(engine, "billing", "1.2.3", lambda: now)
    with listening(engine, lambda statement, _: sent.append(statement)):
        for seconds in (0.0, 1.0, 61.0, 3599.0, 3601.0, 3602.0):
            now = seconds
            entry()
    assert [each.split()[0] for each in sent if "schema_users" in each] == ["UPDATE", "INSERT", "UPDATE"]


@pytest.mark.slow
def test_nor_does_a_user_who_may_only_read(mariadb: MariaDB, mariadb_engine: Engine) -> None:
    """MariaDB refuses the write, and the service does its work."""
    migrate(mariadb_engine)
    name = mariadb_engine.url.database
    with mariadb_engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE USER IF NOT EXISTS reader_{name}@'127.0.0.1'")
        connection.exec_driver_sql(f"GRANT SELECT ON {name}.* TO reader_{name}@'127.0.0.1'")
    reader = database_engine(f"mysql://reader_{name}@127.0.0.1:{mariadb.port}/{name}")
    assert not enter(reader, "billing", "1.2.3")
    reader.dispose()
    assert seen(mariadb_engine) == []
