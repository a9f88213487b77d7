"""The arguments of the programs that serve a peer."""

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Arguments:
    """The arguments of a peer.

    Attributes:
        app: the module of the application.
        store: `memory` or the URL of a database.
        catalogue: what a store in memory holds.
    """

    app: str
    store: str
    catalogue: Path
    port: int
    processes: int
    threads: int


def arguments() -> Arguments:
    """Read the command line."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("app")
    parser.add_argument("--store", required=True)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    return Arguments(**vars(parser.parse_args()))
