"""The database cannot take more: it is full, read-only, or has too many connections."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError, Unavailable
from ogrom.protocols.models import CollageDraft, CommentDraft
from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.database.transactions import run_in_transaction
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import MariaDB

COLLAGE = CATALOGUE.collages[0]
DRAFT = CollageDraft(title="x", author_id=COLLAGE.author_id, placements=COLLAGE.placements)
LONG = CommentDraft(author_id=1, text="x" * 2000)


@pytest.mark.slow
def test_a_full_server_is_unavailable_until_it_has_room(
    url: str,
    engine: Engine,
    admin: Connection,
    connect: Callable[..., Engine],
    soon: Callable[..., Context],
    all_slots_work: Callable[..., bool],
) -> None:
    """Too many connections are told at once, and cost no slot."""
    source = SqlSources.over(engine).users
    others = connect(url, 20)
    held: list[Connection] = []
    admin.execute(text("SET GLOBAL max_connections = 10"))
    try:
        with suppress(Exception):
            held.extend(others.connect() for _ in range(20))
        for _ in range(8):
            with pytest.raises(Unavailable, match="Too many connections"):
                source.user_by_id(soon(), 1)
    finally:
        admin.execute(text("SET GLOBAL max_connections = 100"))
        for connection in held:
            connection.close()
    assert all_slots_work(engine)


@pytest.mark.slow
def test_a_read_only_server_is_unavailable_for_writes(
    url: str, admin: Connection, connect: Callable[..., Engine], soon: Callable[..., Context]
) -> None:
    """The collage stays as it was, and can still be read."""
    # Whom read_only holds off has no right to change it.
    for host in ("localhost", "127.0.0.1"):
        admin.execute(text(f"CREATE USER IF NOT EXISTS plain@'{host}'"))
        admin.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO plain@'{host}'"))
    source = SqlSources.over(connect(url.replace("root@", "plain@"))).collages
    admin.execute(text("SET GLOBAL read_only = 1"))
    try:
        with pytest.raises(Unavailable):
            source.replace_collage(soon(), COLLAGE.id, DRAFT, revision=COLLAGE.revision)
        assert source.collage_by_id(soon(), COLLAGE.id) == COLLAGE
    finally:
        admin.execute(text("SET GLOBAL read_only = 0"))
    assert source.replace_collage(soon(), COLLAGE.id, DRAFT, revision=COLLAGE.revision).title == "x"


def fill(engine: Engine, soon: Callable[..., Context]) -> tuple[int, SourceError]:
    """Store a thousand comments a transaction until one fails; how many are acknowledged, and the error."""
    acknowledged = 0
    row = text(
        "INSERT INTO comments (locale, collage_id, author_id, text, created_at) "
        "SELECT locale, collage_id, 1, :text, created_at FROM comments ORDER BY id LIMIT 1"
    )

    def store(connection: Connection) -> None:
        connection.execute(row, [{"text": LONG.text}] * 1000)

    for _ in range(100):
        try:
            run_in_transaction(engine, "comments", soon(), store)
        except SourceError as error:
            return acknowledged, error
        acknowledged += 1000
    pytest.fail("the disk is never full")


def count(engine: Engine) -> int:
    """How many long comments there are."""
    with engine.connect() as connection:
        found = connection.scalar(
            text("SELECT count(*) FROM comments WHERE text = :text"), {"text": LONG.text}
        )
    assert isinstance(found, int)
    return found


@pytest.mark.slow
def test_a_full_disk_is_unavailable_until_there_is_room(
    server: MariaDB, engine: Engine, soon: Callable[..., Context], all_slots_work: Callable[..., bool]
) -> None:
    """Of a transaction that did not fit nothing is there; what was acknowledged is, and can be read meanwhile."""
    source = SqlSources.over(engine).comments
    with server.full_disk():
        acknowledged, error = fill(engine, soon)
        assert isinstance(error, Unavailable)
        assert count(engine) == acknowledged
    assert source.add_comment(soon(), COLLAGE.id, LONG).text == LONG.text
    assert count(engine) == acknowledged + 1
    assert all_slots_work(engine)


def test_a_full_disk_under_sqlite_is_unavailable_until_there_is_room(
    tmp_path: Path, connect: Callable[..., Engine], soon: Callable[..., Context]
) -> None:
    """As with a server."""
    url = f"sqlite:///{tmp_path / 'ogrom.db'}"
    roomy, engine = connect(url), connect(url)
    migrate(roomy)
    load(roomy, [CATALOGUE])

    @event.listens_for(engine, "connect")
    def limit(connection: object, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 2000")  # type: ignore[attr-defined]

    acknowledged, error = fill(engine, soon)
    assert isinstance(error, Unavailable)
    assert count(engine) == acknowledged
    assert SqlSources.over(roomy).comments.add_comment(soon(), COLLAGE.id, LONG).text == LONG.text
    assert count(engine) == acknowledged + 1
