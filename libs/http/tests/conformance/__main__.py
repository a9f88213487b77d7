"""`./dev conformance [--json] FILE`, or `--random NUMBER`: exit code 0 if every difference has a reason, else 1."""

import argparse
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from random import Random

import msgspec

from .liberator import random_vector
from .report import judge, summary
from .vectors import Vector, read_vectors


def main() -> int:
    """Judge vectors and print the report."""
    parser = argparse.ArgumentParser(
        prog="conformance", description="Decide runs of Liberator again with Ogrom's engine."
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="JSON Lines, as docs/http.md says")
    parser.add_argument("--random", type=int, metavar="NUMBER", help="runs of a model of Liberator instead")
    parser.add_argument("--seed", type=int, default=0, help="of the random runs; 0 by default")
    parser.add_argument("--json", action="store_true", help="print our run of each vector, one a line")
    arguments = parser.parse_args()
    if (arguments.file is None) == (arguments.random is None):
        parser.error("give a FILE or --random NUMBER")
    try:
        judged = [(vector, judge(vector)) for vector in _vectors(arguments)]
    except (OSError, ValueError) as error:
        sys.stderr.write(f"ogrom: conformance: {error}\n")
        return 2
    if arguments.json:
        sys.stdout.writelines(msgspec.json.encode(verdict.as_json()).decode() + "\n" for _, verdict in judged)
    else:
        sys.stdout.writelines(line + "\n" for line in summary(judged))
    return 1 if any(verdict.unexplained for _, verdict in judged) else 0


def _vectors(arguments: argparse.Namespace) -> Iterable[Vector]:
    if arguments.file is not None:
        return read_vectors(arguments.file)
    random = Random(arguments.seed)
    return islice(iter(lambda: random_vector(random), None), arguments.random)


if __name__ == "__main__":
    sys.exit(main())
