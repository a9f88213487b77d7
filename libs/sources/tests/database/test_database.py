"""A request reads from the reader until it needs the writer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ogrom.protocols.context import Context
from ogrom.protocols.contracts import SourcesContract
from ogrom.protocols.errors import Conflict, SourceError, Unavailable
from ogrom.protocols.models import CommentDraft
from ogrom.protocols.testing import CATALOGUE, DE
from ogrom.sources.database.database import Database
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.wrappers import Cache, cached

REMARK = CommentDraft(author_id=1, text="Neu")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Two stores that both hold the CATALOGUE; what is written to the one never comes to the other."""
    writer, reader = (database_engine(f"sqlite:///{tmp_path}/{name}.db") for name in ("writer", "reader"))
    made = Database(writer, reader)
    for engine in (made.writer, made.reader):
        migrate(engine)
        load(engine, [CATALOGUE])
    yield made
    made.dispose()


@pytest.fixture
def lagging(database: Database) -> SqlSources:
    """Sources whose reader stays behind for ever."""
    return SqlSources.over(database.writer, database.reader)


class TestBehindAReplica(SourcesContract):
    """The contract holds where each request that reads has written before."""

    @pytest.fixture
    def sources(self, lagging: SqlSources) -> SqlSources:
        return lagging


class TestBehindAReplicaAndACache(SourcesContract):
    """So it does where answers from memory stand before the replica's."""

    @pytest.fixture
    def sources(self, lagging: SqlSources) -> SqlSources:
        cache = Cache(size=1000)
        return SqlSources(
            **{name: cached(source, name, cache, ttl=300) for name, source in vars(lagging).items()}
        )


def test_who_has_not_written_reads_from_the_reader(lagging: SqlSources) -> None:
    """Otherwise the replica would be of no use; and who must know the latest asks the writer."""
    added = lagging.comments.add_comment(Context(locale=DE), 11, REMARK)
    assert lagging.comments.comment_by_id(Context(locale=DE), added.id) is None
    assert lagging.comments.comment_by_id(Context(locale=DE, fresh=True), added.id) == added


def test_after_a_write_that_failed_the_writer_is_read(lagging: SqlSources) -> None:
    """So that a request that met a Conflict sees what it conflicts with."""
    lagging.collages.delete_collage(Context(locale=DE), 11, revision=1)
    late = Context(locale=DE)
    assert lagging.collages.collage_by_id(late, 11) is not None
    with pytest.raises(Conflict):
        lagging.collages.delete_collage(late, 11, revision=1)
    assert lagging.collages.collage_by_id(late, 11) is None


@pytest.fixture
def unreachable() -> Engine:
    """An engine on a server that is not there."""
    return database_engine("mysql://nobody@127.0.0.1:1/nowhere")


def test_without_the_writer_there_are_reads(database: Database, unreachable: Engine) -> None:
    """But no writes, and no reads that must know the latest."""
    sources = SqlSources.over(unreachable, database.reader)
    assert sources.comments.comment_by_id(Context(locale=DE), 21) is not None
    ctx = Context(locale=DE)
    with pytest.raises(Unavailable):
        sources.comments.add_comment(ctx, 11, REMARK)
    with pytest.raises(SourceError):
        sources.comments.comment_by_id(ctx, 21)


def test_without_the_reader_there_are_writes_only(database: Database, unreachable: Engine) -> None:
    """The writer is not made to bear all reads as well: see docs/decisions/readers.md."""
    sources = SqlSources.over(database.writer, unreachable)
    with pytest.raises(Unavailable):
        sources.comments.comment_by_id(Context(locale=DE), 21)
    ctx = Context(locale=DE)
    added = sources.comments.add_comment(ctx, 11, REMARK)
    assert sources.comments.comment_by_id(ctx, added.id) == added


def test_one_engine_does_both(database: Database) -> None:
    """Where no reader is named."""
    assert Database.over(database.writer) == Database(database.writer, database.writer)


def test_another_request_does_not_bring_back_what_was_before(lagging: SqlSources) -> None:
    """What it has read from the replica is in memory then, but not for the request that wrote."""
    comments = cached(lagging.comments, "comments", Cache(size=1000), ttl=300)
    mine, other = Context(locale=DE), Context(locale=DE)
    comments.delete_comment(mine, 21)
    assert comments.comment_by_id(other, 21) is not None
    assert comments.comment_by_id(mine, 21) is None
