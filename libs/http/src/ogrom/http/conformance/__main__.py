"""`python -m ogrom.http.conformance [--json] FILE`: exit code 0 if every difference has a reason, else 1."""

import argparse
import sys
from pathlib import Path

import msgspec

from .report import judge, summary
from .vectors import read_vectors


def main() -> int:
    """Run the vectors of a file and print what they show."""
    parser = argparse.ArgumentParser(
        prog="ogrom.http.conformance", description="Run recorded runs of Liberator through Ogrom's engine."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON Lines; docs/http.md tells the form")
    parser.add_argument("--json", action="store_true", help="print our outcome of each vector, one line each")
    arguments = parser.parse_args()
    try:
        judged = [(vector, judge(vector)) for vector in read_vectors(arguments.file)]
    except (OSError, ValueError) as error:
        sys.stderr.write(f"ogrom: conformance: {error}\n")
        return 2
    if arguments.json:
        sys.stdout.writelines(msgspec.json.encode(verdict.as_json()).decode() + "\n" for _, verdict in judged)
    else:
        sys.stdout.writelines(line + "\n" for line in summary(judged))
    return 1 if any(verdict.unexplained for _, verdict in judged) else 0


if __name__ == "__main__":
    sys.exit(main())
