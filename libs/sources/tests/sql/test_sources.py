"""The SQL sources keep every contract, on SQLite and on MariaDB."""

import pytest

from ogrom.protocols.contracts import Sources, StoreContract
from ogrom.sources.sql.sources import SqlSources


class TestSql(StoreContract):
    """Over either database."""

    @pytest.fixture
    def sources(self, sources: SqlSources) -> Sources:
        return sources
