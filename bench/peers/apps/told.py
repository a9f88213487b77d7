"""The arguments of an ASGI application, as environment variables: its server imports it in new processes."""

import os
from pathlib import Path

from .arguments import Arguments

_STORE, _CATALOGUE, _THREADS = "BENCH_STORE", "BENCH_CATALOGUE", "BENCH_THREADS"


def tell(given: Arguments) -> None:
    """Set them for all processes that are started from now on."""
    os.environ.update({_STORE: given.store, _CATALOGUE: str(given.catalogue), _THREADS: str(given.threads)})


def told() -> tuple[str, Path, int]:
    """The store, the catalogue, and the number of connections."""
    return os.environ[_STORE], Path(os.environ[_CATALOGUE]), int(os.environ[_THREADS])
