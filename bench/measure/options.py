"""What every part of `./dev bench` can be told."""

import argparse
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

Named = TypeVar("Named")


def parser(name: str, description: str | None, *, rounds: int, seconds: int) -> argparse.ArgumentParser:
    """Reads `--quick`, `--rounds`, `--seconds` and `--docs`.

    Args:
        name: of the part.
        description: for `--help`.
        rounds: how many, where nobody says it.
        seconds: of a load in a round, where nobody says it.
    """
    made = argparse.ArgumentParser(prog=f"./dev bench {name}", description=description)
    made.add_argument("--quick", action="store_true", help="only to see that it works, in a minute")
    made.add_argument("--rounds", type=_positive, default=rounds, help="how often each thing is measured")
    made.add_argument("--seconds", type=_positive, default=seconds, help="of a load, in each round; whole")
    made.add_argument("--docs", type=Path, help="write tables and charts into this folder's performance.md")
    return made


def command(name: str, arguments: Sequence[str]) -> str:
    """The command that repeats a run, without the place where it writes, which is nobody's affair."""
    kept, skip = [], False
    for each in arguments:
        if skip or each == "--docs":
            skip = not skip
        elif not each.startswith("--docs="):
            kept.append(each)
    return shlex.join(("./dev", "bench", *filter(None, (name,)), *kept))


def chosen(named: Mapping[str, Named], wanted: str | None, standard: Iterable[str]) -> Mapping[str, Named]:
    """Those of the names between commas, or the standard ones as far as they are there; in the order of all.

    Raises:
        SystemExit: a name is unknown.
    """
    names = {*wanted.split(",")} if wanted else {*standard} & named.keys()
    if unknown := names - named.keys():
        raise SystemExit(f"bench: unknown: {', '.join(sorted(unknown))}; there are {', '.join(named)}")
    return {name: each for name, each in named.items() if name in names}


def minutes(seconds: float) -> str:
    """A length of time as people say it."""
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not above 0")
    return number
