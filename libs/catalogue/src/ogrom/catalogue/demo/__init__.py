"""A made-up catalogue of fashion, of any size, in several languages, with its pictures.

The same arguments give the same catalogue on every machine; nothing is read but this package's own data.

Example:
    >>> from ogrom.catalogue.demo import catalogue, counts
    >>> counts(2000).collages
    250
    >>> batches = catalogue(products=2000, locales=("de-DE", "en-GB"), batch=500)
    >>> next(batches).products[6].offers["en-GB"].title
    'Cotton shirt dress in pink'
"""

from .languages import LOCALES
from .pictures import picture
from .stream import SEED, Counts, catalogue, counts

__all__ = ["LOCALES", "SEED", "Counts", "catalogue", "counts", "picture"]
