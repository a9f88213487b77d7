"""The SQL sources keep every contract, on SQLite and on MariaDB, from the first phase that they serve."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ogrom.protocols.contracts import Sources, StoreContract
from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.database.engine import database_engine
from ogrom.sources.schema.serves import SERVES
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import fill
from ogrom.sources.testing.fixtures import delete_all


class TestSql(StoreContract):
    """Over either database."""

    @pytest.fixture
    def sources(self, sources: SqlSources) -> Sources:
        return sources


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a database at the first phase that this release serves."""
    url = f"sqlite:///{tmp_path_factory.mktemp('first') / 'ogrom.db'}"
    fill(url, SERVES.needs)
    engine = database_engine(url)
    yield engine
    engine.dispose()


class TestFirstPhase(StoreContract):
    """Where a release is rolled out, nothing of the one before it has been taken away yet."""

    @pytest.fixture
    def sources(self, first: Engine) -> Sources:
        delete_all(first)
        load(first, [CATALOGUE])
        return SqlSources.over(first)
