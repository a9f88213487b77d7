"""The benchmarks: `./dev bench` runs the first nine below, in an hour; `./dev bench NAME` runs one."""

import argparse
import subprocess
import sys
import time

from bench.measure.options import minutes

BENCHES = {
    "connections": "throughput and cost of a request from 1 to 256 connections, beside the peers",
    "comparison": "throughput, latency, processor time and memory, warm, beside the peers",
    "distant": "what a round trip of 1 ms to MariaDB changes, beside the peers",
    "mixed": "latency by id beside lists and searches, at a fixed rate",
    "cold": "the first ten seconds after a start, beside the peers",
    "pythons": "all contenders in Python, on Debian's Python too",
    "growth": "what a request costs with more routes, locales, rows, links and bytes",
    "edge": "what a cache in front saves, and what other requests cost: a day through Varnish",
    "day": "how autoscaling follows such a day, and what it needs; uses the results of edge",
    "http": "what deciding a request costs, beside a view written by hand",
    "sources": "what a call of a source costs, beside the raw driver",
    "schema": "what requests notice while a million rows get an index and a column",
    "batch": "a screen in one round trip, and in several, 50 ms away",
    "serve": "memory of processes, time to start, and the effect of the warm-up",
    "access": "what it costs to verify tokens, count requests and add security headers",
    "watching": "what log, metrics and traces cost a request",
    "crowd": "how soon health is answered while clients take all that they can",
    "peers.check": "whether each peer gives the right responses",
    "peers.install": "installs what the peers in Clojure and on Node need",
}
"""Every bench, and what it measures or does."""

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
"""What `./dev bench` runs, in this order, and about how many seconds each takes on an idle machine."""


def main(arguments: list[str]) -> None:
    """Run each part with the same options; if one fails, the others still run."""
    names = "\n".join(f"  {name:<14} {told}" for name, told in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        usage="./dev bench [NAME] [--quick] [--docs FOLDER]",
        description=__doc__,
        epilog=f"names:\n{names}\n\n`./dev bench NAME --help` shows the options of one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="only check that all of them work")
    parser.add_argument(
        "--docs", metavar="FOLDER", help="write tables and charts into the documents in this folder"
    )
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
        sys.exit(f"bench: these parts failed; see their messages above: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
