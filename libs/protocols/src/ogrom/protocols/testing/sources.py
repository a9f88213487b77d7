"""MemorySources: every source over one in-memory store."""

from ..catalogue import Catalogue
from .collages import MemoryCollages
from .comments import MemoryComments, MemoryLikes
from .outcomes import MemoryOutcomes
from .products import MemoryCategories, MemoryProducts, MemoryUsers
from .search import MemorySearch
from .store import Store


class MemorySources:
    """Sources that implement all protocols and hold their data in memory; safe in threads.

    What one source writes the others see, as if a database stood behind them.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Fill a new store.

        Args:
            catalogue: the records to begin with; it must have everything that its records refer to.
        """
        store = Store(catalogue)
        self.products = MemoryProducts(store)
        self.categories = MemoryCategories(store)
        self.users = MemoryUsers(store)
        self.collages = MemoryCollages(store)
        self.comments = MemoryComments(store)
        self.likes = MemoryLikes(store)
        self.search = MemorySearch(store)
        self.outcomes = MemoryOutcomes(store)
