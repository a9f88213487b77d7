"""Two real servers, one of which follows the other: what requests see while it is behind."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError
from ogrom.protocols.models import Comment, CommentDraft
from ogrom.protocols.testing import CATALOGUE, DE
from ogrom.sources.database.database import Database
from ogrom.sources.database.engine import READS, database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import MariaDB

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[MariaDB, MariaDB]]:
    """A server, and one that does what it did."""
    with (
        MariaDB("--log-bin=binlog", "--server-id=1", in_memory=True) as writer,
        MariaDB("--server-id=2", "--read-only", in_memory=True) as reader,
    ):
        yield writer, reader


@pytest.fixture(scope="module")
def database(servers: tuple[MariaDB, MariaDB]) -> Iterator[Database]:
    """The CATALOGUE on both."""
    writer, reader = servers
    url = writer.database()
    made = Database(
        database_engine(url, pool_size=4),
        database_engine(url.replace(f":{writer.port}/", f":{reader.port}/"), pool_size=4),
    )
    following = database_engine(f"{reader.url}/mysql")
    with following.connect() as connection:
        follow(connection, writer.port)
        migrate(made.writer)
        load(made.writer, [CATALOGUE])
        catch_up(made, connection)
    yield made
    made.dispose()
    following.dispose()


@pytest.fixture
def replica(database: Database) -> Iterator[Connection]:
    """A connection to the replica, which follows before and after the test."""
    with database.reader.connect() as connection:
        # The server stops following for nobody who is in a transaction.
        connection.execution_options(**{READS: True})
        yield connection
        connection.exec_driver_sql("START SLAVE")
        catch_up(database, connection)


@pytest.fixture
def sources(database: Database) -> SqlSources:
    return SqlSources.over(database.writer, database.reader)


def follow(replica: Connection, port: int) -> None:
    replica.exec_driver_sql(
        f"CHANGE MASTER TO master_host='127.0.0.1', master_port={port}, master_user='root', "
        "master_use_gtid=slave_pos, master_ssl_verify_server_cert=0, master_connect_retry=1"
    )
    replica.exec_driver_sql("START SLAVE")


def catch_up(database: Database, replica: Connection) -> None:
    """Wait until the replica has done everything that the writer did."""
    with database.writer.connect() as connection:
        position = connection.exec_driver_sql("SELECT @@gtid_binlog_pos").scalar_one()
    assert replica.exec_driver_sql(f"SELECT MASTER_GTID_WAIT('{position}', 60)").scalar_one() == 0


def a_request(seconds: float = 60) -> Context:
    """A Context of its own, with a deadline so many seconds away."""
    return Context(locale=DE, deadline=time.monotonic() + seconds)


def said(sources: SqlSources, ctx: Context) -> Comment:
    return sources.comments.add_comment(ctx, 11, CommentDraft(author_id=1, text="Neu"))


def test_while_the_replica_is_behind_only_the_writing_request_sees_its_write(
    sources: SqlSources, database: Database, replica: Connection
) -> None:
    """When the replica has caught up, everybody does."""
    replica.exec_driver_sql("STOP SLAVE SQL_THREAD")
    writing = a_request()
    added = said(sources, writing)
    assert sources.comments.comment_by_id(writing, added.id) == added
    assert sources.comments.comment_by_id(a_request(), added.id) is None
    replica.exec_driver_sql("START SLAVE SQL_THREAD")
    catch_up(database, replica)
    assert sources.comments.comment_by_id(a_request(), added.id) == added
    assert sources.comments.comment_by_id(writing, added.id) == added


def test_the_replica_takes_no_write(database: Database, replica: Connection) -> None:
    """So every write of this module went to the writer."""
    assert replica.exec_driver_sql("SELECT @@read_only").scalar_one() == 1
    assert database.writer.url != database.reader.url


def test_reads_go_on_while_the_writer_hangs(
    servers: tuple[MariaDB, MariaDB], sources: SqlSources, replica: Connection
) -> None:
    """A write ends at its deadline meanwhile."""
    servers[0].pause()
    try:
        assert sources.comments.comment_by_id(a_request(), 21) is not None
        with pytest.raises(SourceError):
            said(sources, a_request(0.5))
        assert sources.comments.comment_by_id(a_request(), 21) is not None
    finally:
        servers[0].resume()


def test_reads_go_on_while_the_writer_is_down(
    servers: tuple[MariaDB, MariaDB], sources: SqlSources, replica: Connection
) -> None:
    """And when it is back, writes do too."""
    servers[0].stop()
    try:
        assert sources.comments.comment_by_id(a_request(), 21) is not None
        with pytest.raises(SourceError):
            said(sources, a_request())
    finally:
        servers[0].start()
    assert said(sources, a_request()).text == "Neu"
