"""Fixtures for pytest: two databases, an SQLite file and a private MariaDB, filled anew for every test.

A conftest.py imports those that its tests use, with all that these use.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import categories, metadata

from .mariadb import MariaDB

__all__ = ["empty", "mariadb", "mariadb_engine", "migrated", "sources", "store", "url"]

DATABASES = ("sqlite", pytest.param("mariadb", marks=pytest.mark.slow))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A server for all tests."""
    with MariaDB(in_memory=True) as server:
        yield server


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ogrom.db'}"
    server: MariaDB = request.getfixturevalue("mariadb")
    return server.database()


@pytest.fixture
def empty(url: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    engine = database_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def mariadb_engine(mariadb: MariaDB) -> Iterator[Engine]:
    """An engine on an empty database of MariaDB."""
    engine = database_engine(mariadb.database())
    yield engine
    engine.dispose()


@pytest.fixture(scope="session", params=DATABASES)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a migrated database of either kind, one for all tests."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'ogrom.db'}"
    else:
        url = request.getfixturevalue("mariadb").database()
    engine = database_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(migrated: Engine) -> Engine:
    """An engine on a migrated database without a row."""
    delete_all(migrated)
    return migrated


def delete_all(engine: Engine) -> None:
    """Delete every row."""
    with engine.begin() as connection:
        # MySQL checks row by row whether a category is still the parent of another.
        connection.execute(categories.update().values(parent_id=None))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def sources(store: Engine) -> SqlSources:
    """Sources that hold the contracts' CATALOGUE and nothing else."""
    load(store, [CATALOGUE])
    return SqlSources.over(store)
