"""Run the program alone: `./dev bench peers.clojure [--port 18080] [--store memory]`; `--install` what it needs first.

It serves the demo, of a private MariaDB: from that, or from memory what Ogrom answers from it.
"""

import argparse
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.database import export_catalogue, seeded_database
from bench.peers.peer import MEMORY
from ogrom_tools.test import debian

from .peer import command, missing, needed


def main(arguments: list[str]) -> None:
    """Install, or serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./dev bench peers.clojure", description=__doc__)
    parser.add_argument(
        "--install", action="store_true", help="install Debian's packages, and do nothing else"
    )
    parser.add_argument("--port", type=int, default=18080)
    parser.add_argument("--store", choices=(MEMORY, "mariadb"), default=MEMORY)
    options = parser.parse_args(arguments)
    if options.install:
        debian.install(needed(), "The peer in Clojure needs")
    elif problem := missing():
        parser.error(f"missing are {problem}")
    else:
        serve(options.store, options.port)


def serve(store: str, port: int) -> None:
    """Serve from a seeded_database database, or from what Ogrom answers from it."""
    with ExitStack() as stack:
        url = stack.enter_context(seeded_database())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        where = MEMORY if store == MEMORY else url
        serving = command(where, export_catalogue(url, folder), port, processes=1, threads=8)
        sys.stdout.write(f"Clojure serves {store} on http://127.0.0.1:{port}/v1/de-DE/products/7\n")
        sys.stdout.flush()
        process = subprocess.Popen(serving)
        try:
            process.wait()
        except KeyboardInterrupt:
            process.wait()  # the terminal has told it too


if __name__ == "__main__":
    main(sys.argv[1:])
