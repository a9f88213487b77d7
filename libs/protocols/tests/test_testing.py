"""The in-memory sources keep every contract."""

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
from ogrom.protocols.testing import CATALOGUE, MemorySources


class TestMemoryProducts(ProductSourceContract):
    @pytest.fixture
    def source(self) -> ProductSource:
        return MemorySources(CATALOGUE).products


class TestMemoryCategories(CategorySourceContract):
    @pytest.fixture
    def source(self) -> CategorySource:
        return MemorySources(CATALOGUE).categories


class TestMemoryUsers(UserSourceContract):
    @pytest.fixture
    def source(self) -> UserSource:
        return MemorySources(CATALOGUE).users


class TestMemoryCollages(CollageSourceContract):
    @pytest.fixture
    def source(self) -> CollageSource:
        return MemorySources(CATALOGUE).collages


class TestMemoryComments(CommentSourceContract):
    @pytest.fixture
    def source(self) -> CommentSource:
        return MemorySources(CATALOGUE).comments


class TestMemoryLikes(LikeSourceContract):
    @pytest.fixture
    def source(self) -> LikeSource:
        return MemorySources(CATALOGUE).likes


class TestMemorySearch(SearchSourceContract):
    @pytest.fixture
    def source(self) -> SearchSource:
        return MemorySources(CATALOGUE).search


class TestMemorySources(SourcesContract):
    @pytest.fixture
    def sources(self) -> MemorySources:
        return MemorySources(CATALOGUE)
