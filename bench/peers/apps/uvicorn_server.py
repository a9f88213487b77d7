"""Serves an ASGI application with uvicorn at its fastest: uvloop, httptools, no access log.

With several processes uvicorn spawns workers that import the application anew; so the store is told by environment
variables, which `told` reads.
"""

import os
from pathlib import Path

import uvicorn

from .arguments import arguments

_STORE, _CATALOGUE, _THREADS = "BENCH_STORE", "BENCH_CATALOGUE", "BENCH_THREADS"


def told() -> tuple[str, Path, int]:
    """The store, the catalogue, and how many connections to have."""
    return os.environ[_STORE], Path(os.environ[_CATALOGUE]), int(os.environ[_THREADS])


def main() -> None:
    """Serve."""
    given = arguments()
    os.environ.update({_STORE: given.store, _CATALOGUE: str(given.catalogue), _THREADS: str(given.threads)})
    uvicorn.run(
        f"{given.app}:application",
        factory=True,
        port=given.port,
        workers=given.processes if given.processes > 1 else None,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
    )


if __name__ == "__main__":
    main()
