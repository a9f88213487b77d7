"""All contracts, for a store that has all sources."""

from .categories import CategorySourceContract
from .collages import CollageSourceContract
from .comments import CommentSourceContract
from .consistency import SourcesContract
from .idempotency import IdempotencyContract
from .likes import LikeSourceContract
from .products import ProductSourceContract
from .search import SearchSourceContract
from .users import UserSourceContract


class StoreContract:
    """Give a fixture `sources`: all of one store, fresh for every test, which holds `CATALOGUE` and nothing else."""

    class TestProducts(ProductSourceContract):
        """Its products."""

    class TestCategories(CategorySourceContract):
        """Its categories."""

    class TestUsers(UserSourceContract):
        """Its users."""

    class TestCollages(CollageSourceContract):
        """Its collages."""

    class TestComments(CommentSourceContract):
        """Its comments."""

    class TestLikes(LikeSourceContract):
        """Its likes."""

    class TestSearch(SearchSourceContract):
        """Its search."""

    class TestConsistency(SourcesContract):
        """What one of them writes, the others see."""

    class TestIdempotency(IdempotencyContract):
        """What has a key is written once."""
