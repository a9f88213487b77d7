"""A backfill on two real servers, one of which follows the other: it goes on only while that does."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from ogrom.sources.database.database import Database
from ogrom.sources.database.engine import READS, database_engine
from ogrom.sources.database.statements import listening
from ogrom.sources.schema.backfill import backfill
from ogrom.sources.schema.heartbeat import Heartbeat
from ogrom.sources.schema.pace import Limits, Pace
from ogrom.sources.schema.runner import run
from ogrom.sources.testing import MariaDB

from ..database.test_replica import catch_up, follow, servers
from .conftest import make_people
from .test_backfill import FILLED, LANGUAGE, filled

__all__ = ["servers"]

pytestmark = pytest.mark.slow

ROWS = 203


@pytest.fixture
def database(servers: tuple[MariaDB, MariaDB]) -> Iterator[Database]:
    """People on both servers, in a column that is not filled."""
    writer, reader = servers
    url = writer.database()
    made = Database(
        database_engine(url), database_engine(url.replace(f":{writer.port}/", f":{reader.port}/"))
    )
    make_people(made.writer)
    with made.writer.begin() as connection:
        rows = [{"id": id} for id in range(4, ROWS + 1)]
        connection.execute(text("INSERT INTO people (id, name, number) VALUES (:id, 'Dan', 1)"), rows)
        run(connection, LANGUAGE)
    yield made
    made.dispose()


@pytest.fixture
def replica(servers: tuple[MariaDB, MariaDB], database: Database) -> Iterator[Connection]:
    """A connection to the server that follows."""
    engine = database_engine(f"{servers[1].url}/mysql")
    with engine.connect() as plain:
        connection = plain.execution_options(**{READS: True})
        if connection.exec_driver_sql("SHOW SLAVE STATUS").first() is None:
            follow(connection, servers[0].port)
        catch_up(database, connection)
        yield connection
    engine.dispose()


class Time:
    """A second for each batch, and what is slept."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def moment(self) -> datetime:
        return datetime(2026, 12, 1, tzinfo=UTC) + timedelta(seconds=self.now)


@pytest.mark.parametrize("fault", ["replication stops", "the server stops"])
def test_it_stops_with_the_replica_and_goes_on_with_it(
    servers: tuple[MariaDB, MariaDB], database: Database, replica: Connection, fault: str
) -> None:
    """So the replica never lacks more than the batches of a few seconds."""
    stops: Callable[[], object] = lambda: replica.exec_driver_sql("STOP SLAVE")  # noqa: E731
    starts: Callable[[], object] = lambda: replica.exec_driver_sql("START SLAVE")  # noqa: E731
    if fault == "the server stops":
        stops, starts = servers[1].stop, servers[1].start
    batches, behind, time, lines = 0, list[int](), Time(), list[str]()

    def on_statement(statement: str, parameters: object) -> None:
        nonlocal batches
        if statement.startswith("UPDATE people"):
            batches += 1
            time.sleep(1.0)
            if batches == 5:
                stops()

    def tell(line: str) -> None:
        if not lines:
            behind.append(batches)
            starts()
        lines.append(line)

    limits = Limits(batch=1.0, most_rows=10, patience=float("inf"))
    pace = Pace(
        lambda: None,
        Heartbeat(database.writer, database.reader, FILLED.name, time.moment),
        limits,
        tell=tell,
        clock=time.clock,
        sleep=time.sleep,
    )
    with listening(database.writer, on_statement):
        backfill(database.writer, FILLED, size=pace.size, between=pace.between)
    assert 5 <= behind[0] <= 8
    assert f"replica 127.0.0.1:{servers[1].port} " in lines[0]
    assert batches == 21
    with database.reader.connect() as connection:
        catch_up(database, connection)
        assert filled(connection) == list(range(1, ROWS + 1))
