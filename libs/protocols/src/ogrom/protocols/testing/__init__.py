"""An in-memory store that implements every protocol, and a small catalogue to fill it with, for tests.

sources = MemorySources(CATALOGUE)
sources.products.product_by_id(Context(locale=DE), 1)
"""

from .catalogue import CATALOGUE, DE, GB
from .sources import MemorySources

__all__ = ["CATALOGUE", "DE", "GB", "MemorySources"]
