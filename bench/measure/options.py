"""The options that the benches share."""

import argparse
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Named = TypeVar("Named")


def plain_parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """A parser without options, for `./dev bench NAME --help`."""
    return argparse.ArgumentParser(
        prog=f"./dev bench {name}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def parser(
    name: str, description: str | None, *, rounds: int = 0, seconds: int = 0
) -> argparse.ArgumentParser:
    """A parser for `--quick` and `--docs`, and for `--rounds` and `--seconds` if they have defaults."""
    made = plain_parser(name, description)
    made.add_argument("--quick", action="store_true", help="only check that it works, in about a minute")
    made.add_argument("--docs", type=Path, help="write tables and charts into the documents in this folder")
    if rounds:
        made.add_argument("--rounds", type=_positive, default=rounds, help="how often each thing is measured")
    if seconds:
        made.add_argument("--seconds", type=_positive, default=seconds, help="of a load in each round; whole")
    return made


def command(name: str, arguments: Sequence[str]) -> str:
    """The command that repeats a run, without the private path after `--docs`."""
    kept, skip = [], False
    for each in arguments:
        if skip or each == "--docs":
            skip = not skip
        elif not each.startswith("--docs="):
            kept.append(each)
    return shlex.join(("./dev", "bench", *filter(None, (name,)), *kept))


def chosen(named: Mapping[str, Named], wanted: str | None, standard: Iterable[str]) -> Mapping[str, Named]:
    """Those whose names are wanted, separated by commas, or the standard ones that exist; in the order of `named`.

    Raises:
        SystemExit: a name is unknown.
    """
    names = {*wanted.split(",")} if wanted else {*standard} & named.keys()
    if unknown := names - named.keys():
        raise SystemExit(f"bench: unknown: {', '.join(sorted(unknown))}; there are {', '.join(named)}")
    return {name: each for name, each in named.items() if name in names}


def minutes(seconds: float) -> str:
    """A duration for people: `48 s` or `20 min`."""
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not above 0")
    return number
