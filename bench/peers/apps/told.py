"""What an application on an event loop is told, by environment variables: its server imports it in new processes."""

import os
from pathlib import Path

from .arguments import Arguments

_STORE, _CATALOGUE, _THREADS = "BENCH_STORE", "BENCH_CATALOGUE", "BENCH_THREADS"


def tell(given: Arguments) -> None:
    """Tell it to all processes that are started from now on."""
    os.environ.update({_STORE: given.store, _CATALOGUE: str(given.catalogue), _THREADS: str(given.threads)})


def told() -> tuple[str, Path, int]:
    """The store, the catalogue, and how many connections to have."""
    return os.environ[_STORE], Path(os.environ[_CATALOGUE]), int(os.environ[_THREADS])
