"""Filling an empty database with the demo catalogue."""

from sqlalchemy import Engine

from ogrom.operations.command_line import Failure
from ogrom.sources.demo import catalogue, counts
from ogrom.sources.loading import Loaded, load

from .interrupts import noted_interrupts
from .progress import progress

# A thousand products need some 4 MB until they are stored.
_BATCH = 5_000


def fill(engine: Engine, products: int, *, whole: bool) -> Loaded:
    """Store the demo catalogue.

    Args:
        engine: of the database, its tables up to date and without data.
        products: how many there shall be; users, collages and comments follow.
        whole: one transaction, so that whoever interrupts finds an empty database. Otherwise it is one for
            each batch, and so many batches make a whole, smaller catalogue.

    Ctrl-C is heard after a batch, a second one at once.

    Raises:
        Failure: somebody interrupted.
    """
    total = counts(products).total
    try:
        with noted_interrupts() as look, progress(f"Filling with {products:,} demo products") as tell:

            def stored(records: int) -> None:
                share = records / total
                tell(f"{share * products:,.0f} of {products:,}", share)
                look()

            return load(engine, catalogue(products=products, batch=_BATCH), stored, whole=whole)
    except KeyboardInterrupt:
        raise Failure("demo: interrupted; what is not stored in whole is not stored at all") from None
