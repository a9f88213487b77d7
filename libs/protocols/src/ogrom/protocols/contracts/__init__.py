"""What implementing a source protocol means, as pytest suites that every implementation must pass.

Subclass the contract and override its one fixture with a source that holds `CATALOGUE` and nothing else. It must be
fresh for every test, because tests write:

    class TestMyComments(CommentSourceContract):
        @pytest.fixture
        def source(self) -> CommentSource:
            return MyComments.filled_with(CATALOGUE)

A store that has all sources needs one class only:

    class TestMyStore(StoreContract):
        @pytest.fixture
        def sources(self) -> Sources:
            return MySources.filled_with(CATALOGUE)

Needs the extra `contracts`.
"""

import pytest

_SUITES = ("categories", "collages", "comments", "likes", "paging", "products", "search", "users")

# Before the suites are imported, so that a failing assert shows its values to the implementer.
pytest.register_assert_rewrite(*(f"{__name__}.{suite}" for suite in (*_SUITES, "consistency", "idempotency")))

from ..testing import CATALOGUE  # noqa: E402
from .categories import CategorySourceContract  # noqa: E402
from .collages import CollageSourceContract  # noqa: E402
from .comments import CommentSourceContract  # noqa: E402
from .consistency import SourcesContract  # noqa: E402
from .idempotency import IdempotencyContract  # noqa: E402
from .likes import LikeSourceContract  # noqa: E402
from .products import ProductSourceContract  # noqa: E402
from .search import SearchSourceContract  # noqa: E402
from .sources import Sources  # noqa: E402
from .store import StoreContract  # noqa: E402
from .users import UserSourceContract  # noqa: E402

__all__ = [
    "CATALOGUE",
    "CategorySourceContract",
    "CollageSourceContract",
    "CommentSourceContract",
    "IdempotencyContract",
    "LikeSourceContract",
    "ProductSourceContract",
    "SearchSourceContract",
    "Sources",
    "SourcesContract",
    "StoreContract",
    "UserSourceContract",
]
