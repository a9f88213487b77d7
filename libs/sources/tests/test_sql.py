"""The SQL sources keep every contract, on SQLite and on MariaDB."""

import pytest

from ogrom.protocols.contracts import (
    CategorySourceContract,
    CollageSourceContract,
    CommentSourceContract,
    LikeSourceContract,
    ProductSourceContract,
    SearchSourceContract,
    SourcesContract,
    UserSourceContract,
)
from ogrom.protocols.sources import (
    CategorySource,
    CollageSource,
    CommentSource,
    LikeSource,
    ProductSource,
    SearchSource,
    UserSource,
)
from ogrom.sources.sql import SqlSources


class TestSqlProducts(ProductSourceContract):
    @pytest.fixture
    def source(self, sources: SqlSources) -> ProductSource:
        return sources.products


class TestSqlCategories(CategorySourceContract):
    @pytest.fixture
    def source(self, sources: SqlSources) -> CategorySource:
        return sources.categories


class TestSqlUsers(UserSourceContract):
    @pytest.fixture
    def source(self, sources: SqlSources) -> UserSource:
        return sources.users


class TestSqlCollages(CollageSourceContract):
    @pytest.fixture
    def source(self, sources: SqlSources) -> CollageSource:
        return sources.collages


class TestSqlComments(CommentSourceContract):
    @pytest.fixture
    def source(self, sources: SqlSources) -> CommentSource:
        return sources.comments


class TestSqlLikes(LikeSourceContract):
    @pytest.fixture
    def source(self, sources: SqlSources) -> LikeSource:
        return sources.likes


class TestSqlSearch(SearchSourceContract):
    @pytest.fixture
    def source(self, sources: SqlSources) -> SearchSource:
        return sources.search


class TestSqlSources(SourcesContract):
    """`sources` is the fixture of conftest.py."""

    @pytest.fixture
    def sources(self, sources: SqlSources) -> SqlSources:
        return sources
