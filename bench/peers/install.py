"""Installs what the peers in Clojure and on Node need: `./dev bench peers.install [clojure] [fastify]`."""

import sys

from bench.measure.options import plain_parser
from ogrom_tools.test import debian

from .clojure import peer as clojure
from .fastify import peer as fastify

NAMES = ("clojure", "fastify")


def main(arguments: list[str]) -> None:
    """Install Debian's packages, and npm's."""
    parser = plain_parser("peers.install", __doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only for these: {', '.join(NAMES)}")
    names = parser.parse_args(arguments).names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(
            f"no such peer to install for: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}"
        )
    if "clojure" in names:
        debian.install(clojure.needed(), "The peer in Clojure needs")
    if "fastify" in names:
        debian.install(fastify.needed(), "The peer on Node needs")
        fastify.PACKAGES.install()


if __name__ == "__main__":
    main(sys.argv[1:])
