"""Install what the peer on Node needs: `./dev bench peers.fastify --install`."""

import argparse
import sys

from ogrom_tools.test import debian

from .peer import PACKAGES, needed


def main(arguments: list[str]) -> None:
    """Install Debian's packages, and npm's."""
    parser = argparse.ArgumentParser(prog="./dev bench peers.fastify", description=__doc__)
    parser.add_argument("--install", action="store_true", required=True, help="Debian's packages and npm's")
    parser.parse_args(arguments)
    debian.install(needed(), "The peer on Node needs")
    PACKAGES.install()


if __name__ == "__main__":
    main(sys.argv[1:])
