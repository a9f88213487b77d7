"""Everything of the comparison, one part after another: `./dev bench [--quick] [--docs docs]`."""

import argparse
import subprocess
import sys
import time

from bench.measure.options import minutes

PARTS = {
    "connections": 420,
    "comparison": 1560,
    "distant": 200,
    "mixed": 140,
    "cold": 280,
    "pythons": 470,
    "growth": 180,
    "edge": 300,
    "day": 10,
}
"""The parts in order, and about how many seconds each takes on a machine that has nothing else to do."""


def main(arguments: list[str]) -> None:
    """Run each part with the same options; one that fails does not keep the others from it."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only to see that all of it works")
    parser.add_argument("--docs", help="write tables and charts into this folder's documents")
    options = parser.parse_args(arguments)
    if not options.quick:
        told = ", ".join(f"{name} {minutes(seconds)}" for name, seconds in PARTS.items())
        print(f"About {minutes(sum(PARTS.values()))}: {told}.", flush=True)
    begin = time.monotonic()
    failed = [
        name
        for name in PARTS
        if subprocess.run((sys.executable, "-m", f"bench.{name}", *arguments), check=False).returncode
    ]
    print(f"Took {minutes(time.monotonic() - begin)}.")
    if failed:
        sys.exit(f"bench: these parts failed, and what they printed says why: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
