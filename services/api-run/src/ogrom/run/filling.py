"""Filling an empty database with the demo catalogue."""

from sqlalchemy import Engine

from ogrom.sources.demo import catalogue, counts
from ogrom.sources.loading import load

from .failures import Failure
from .progress import progress_bar


def fill(engine: Engine, products: int, *, batch: int) -> None:
    """Store the demo catalogue.

    Each batch is one transaction, and so many batches make a whole, smaller catalogue. Whoever interrupts
    finds that one; with a single batch, an empty database.

    Args:
        engine: of the database, its tables up to date and without data.
        products: how many there shall be; users, collages and comments follow.
        batch: how many of them are stored in one transaction; a thousand need some 4 MB.

    Raises:
        Failure: somebody interrupted.
    """
    total = counts(products).total
    try:
        with progress_bar(f"Filling with {products} demo products", total) as progress:
            load(engine, catalogue(products=products, batch=batch), progress)
    except KeyboardInterrupt:
        raise Failure("demo: interrupted; what is not stored in whole is not stored at all") from None
