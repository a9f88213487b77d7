"""Stores of a chosen size, each open twice: by Ogrom's sources, and by a connection of the raw driver."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mysql.connector.connection_cext import CMySQLConnection
from mysql.connector.pooling import MySQLConnectionPool
from sqlalchemy import Engine, make_url, text

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Offer, ProductRecord
from ogrom.protocols.models import Collage, Comment, Money, Placement, User
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.category_offers import list_in_categories
from ogrom.sources.sql.loading import rows_of
from ogrom.sources.sql.rows import insert_rows
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import metadata

LOCALE = "de-DE"
CATEGORIES = 50
"""The first is the root, with all products in it or below it; the others are leaves."""
COMMENTS_OF_A_COLLAGE = 8

_BATCH = 10_000
_START = datetime(2015, 1, 1, tzinfo=UTC)


def batches(rows: int) -> Iterator[Catalogue]:
    """The batches of a store with `rows` products and `rows` comments."""
    yield Catalogue(
        categories=tuple(
            CategoryRecord(
                id=n, parent_id=1 if n > 1 else None, names={LOCALE: f"Category {n}"}, updated_at=_START
            )
            for n in range(1, CATEGORIES + 1)
        )
    )
    for start in range(0, rows, _BATCH):
        yield _batch(range(start + 1, min(start + _BATCH, rows) + 1))


def _batch(ids: range) -> Catalogue:
    tenths = [n for n in ids if n % 10 == 1]
    firsts = [n for n in ids if n % COMMENTS_OF_A_COLLAGE == 1]
    return Catalogue(
        products=tuple(map(_product, ids)),
        users=tuple(
            User(id=_user(n), name=f"User {n}", avatar_url=f"/{n}.svg", revision=1, created_at=_time(n))
            for n in tenths
        ),
        collages=tuple(map(_collage, firsts)),
        comments=tuple(map(_comment, ids)),
    )


def _time(n: int) -> datetime:
    return _START + timedelta(seconds=n)


def _user(n: int) -> int:
    return (n - 1) // 10 + 1


def collage_of(n: int) -> int:
    """The collage that comment `n` is about."""
    return (n - 1) // COMMENTS_OF_A_COLLAGE + 1


def _product(n: int) -> ProductRecord:
    offer = Offer(title=f"Red linen dress number {n}", price=Money(amount=4999, currency="EUR"))
    return ProductRecord(
        id=n,
        brand=f"Brand {n % 40}",
        category_id=n % CATEGORIES + 1,
        image_url=f"/demo/images/{n}.svg",
        offers={LOCALE: offer},
        updated_at=_time(n),
    )


def _collage(n: int) -> Collage:
    placed = (Placement(product_id=n, x=0.1, y=0.1, width=0.5, height=0.5),)
    return Collage(
        id=collage_of(n),
        locale=LOCALE,
        author_id=_user(n),
        title=f"Collage {n}",
        placements=placed,
        revision=1,
        created_at=_time(n),
        updated_at=_time(n),
    )


def _comment(n: int) -> Comment:
    return Comment(
        id=n,
        locale=LOCALE,
        collage_id=collage_of(n),
        author_id=_user(n),
        text=f"What a dress, number {n}!",
        created_at=_time(n),
    )


@dataclass(frozen=True)
class Store:
    """A database with `rows` products and `rows` comments.

    Attributes:
        driver: an open connection of the raw driver, to compare with.
        mark: the driver's placeholder.
        moment: makes an aware datetime of the driver's value.
        pool: the connector's own; None if there is none.
    """

    name: str
    rows: int
    engine: Engine
    sources: SqlSources
    driver: Any
    mark: str
    moment: Callable[[Any], datetime]
    pool: Any = None

    def rows_of(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The raw driver's rows for a statement whose placeholders are `?`."""
        return self._rows_of(self.driver, sql, values)

    def pooled_rows_of(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The same, on a connection from the connector's pool."""
        connection = self.pool.get_connection()
        rows = self._rows_of(connection, sql, values)
        connection.close()
        return rows

    def _rows_of(self, driver: Any, sql: str, values: Sequence[Any]) -> list[Any]:
        cursor = driver.cursor()
        cursor.execute(sql.replace("?", self.mark), values)
        rows: list[Any] = cursor.fetchall()
        cursor.close()
        return rows

    def close(self) -> None:
        """Close all connections."""
        self.driver.close()
        self.engine.dispose()


def filled(url: str, rows: int, say: Callable[[str], None]) -> Store:
    """Fill an empty database, and open it twice."""
    engine = database_engine(url)
    migrate(engine)
    start = time.perf_counter()
    stored = sum(_store(engine, batch) for batch in batches(rows))
    seconds = time.perf_counter() - start
    name = engine.dialect.name
    say(f"{name}: {stored:,} rows in {seconds:.0f} s, {stored / seconds:,.0f} rows/s")
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            analyze = f"ANALYZE {'' if name == 'sqlite' else 'TABLE '}{table.name}"
            connection.execute(text(analyze)).close()
    sources, parts = SqlSources.over(engine), make_url(url)
    if name == "sqlite":
        assert parts.database is not None
        driver = sqlite3.connect(parts.database, isolation_level=None)
        return Store("SQLite", rows, engine, sources, driver, "?", _of_text)
    server: dict[str, Any] = {
        "host": parts.host,
        "port": parts.port,
        "user": parts.username,
        "database": parts.database,
    }
    options = {**server, "autocommit": True, "time_zone": "+00:00"}
    pool = MySQLConnectionPool(pool_name=f"bench-{parts.database}", pool_size=8, **options)
    raw = CMySQLConnection(**options)
    return Store("MariaDB", rows, engine, sources, raw, "%s", _of_datetime, pool)


def _store(engine: Engine, batch: Catalogue) -> int:
    """Store a batch, without the words for search, which is not measured here; returns the number of rows."""
    stored = 0
    with engine.begin() as connection:
        for table, rows in rows_of(batch):
            insert_rows(connection, table, rows)
            stored += len(rows)
        stored += list_in_categories(connection, [product.id for product in batch.products])
    return stored


def _of_text(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _of_datetime(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)
