"""The in-memory sources keep every contract."""

import pytest

from ogrom.protocols.contracts import Sources, StoreContract
from ogrom.protocols.testing import CATALOGUE, MemorySources


class TestMemory(StoreContract):
    """Of a store that ends with the test."""

    @pytest.fixture
    def sources(self) -> Sources:
        return MemorySources(CATALOGUE)
