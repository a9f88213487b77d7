"""Are the peers right? `./dev bench peers.check [NAME ...]`: before anything is measured, and for trying a new one.

Each is started over both stores, with one process and with two, and asked for what its group claims.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.database import exported, stocked

from . import MEMORY, PEERS, Peer
from .claims import CLAIMS, faults
from .running import PeerFailed, running

_SHOWN = 5


class WrongPeer(RuntimeError):
    """A peer does not do what it claims."""


def require(peer: Peer, url: str, catalogue: Path) -> None:
    """Refuse to measure a peer that is wrong.

    Args:
        peer: what runs.
        url: where.
        catalogue: what `bench.database.exported` wrote.

    Raises:
        WrongPeer: what is wrong with it.
    """
    if found := faults(url, peer.group, catalogue):
        raise WrongPeer(f"{peer.name} is not measured: {'; '.join(found[:_SHOWN])}")


def checked(peer: Peer, store: str, catalogue: Path, processes: int) -> tuple[str, ...]:
    """What is wrong with a peer, started for it.

    Args:
        peer: what to start.
        store: MEMORY or the URL of a database.
        catalogue: what `bench.database.exported` wrote.
        processes: how many serve.
    """
    try:
        with running(peer, store, catalogue, processes) as started:
            # A JVM is one process, and uses every processor.
            if peer.group != "jvm" and len(started.process_ids) < processes:
                return (f"{len(started.process_ids)} processes, not {processes}",)
            return faults(started.url, peer.group, catalogue)
    except PeerFailed as error:
        return (str(error),)


def main(arguments: Sequence[str]) -> int:
    """Check them, and print a table.

    Returns:
        1 where one is wrong.
    """
    parser = argparse.ArgumentParser(prog="./dev bench peers.check", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a peer; all, where none is named")
    names = parser.parse_args(arguments).names or list(PEERS)
    if unknown := set(names) - set(PEERS):
        parser.error(f"no peer is called {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    console, wrong = Console(width=110), False
    table = Table("peer", "group", "memory", "memory, 2 processes", "MariaDB", "MariaDB, 2 processes")
    with tempfile.TemporaryDirectory() as folder, stocked() as url:
        catalogue = exported(url, Path(folder))
        for name in names:
            peer, cells = PEERS[name], []
            for store, processes in ((MEMORY, 1), (MEMORY, 2), (url, 1), (url, 2)):
                found = checked(peer, store, catalogue, processes)
                wrong |= bool(found)
                cells.append(f"{len(found)} wrong" if found else "right")
                for fault in found[:_SHOWN]:
                    console.print(f"{name}: {fault}", markup=False)
            table.add_row(name, f"{peer.group}: {len(CLAIMS[peer.group])} claims", *cells)
    console.print(table)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
