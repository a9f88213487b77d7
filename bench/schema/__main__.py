"""What requests notice while a million rows get an index and a column: `./dev bench schema [--rounds 3]`.

The rows are the comments of a private MariaDB. The service, of two processes as in production, reads and writes them.
Requests come at random times, whatever became of those before (an open loop), at half of what this machine holds,
which is measured first. In each round there is a calm, then nothing for some seconds, which shows what the machine does
by itself, then the index and, in turn with it, a computation in the server that takes a processor as the index does
and uses no table; another calm, and the column. At the end a column is added behind a transaction that stays open for
twenty seconds, and two controls show what would be seen if requests were held up.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console

from bench.measure.options import command, minutes, parser
from bench.measure.report import Report, Table, Target, Verdict, verdicts
from bench.measure.timing import Sample, Spread, ratio
from ogrom_tools.progress import counted

from .phases import (
    BEHIND,
    COLUMN,
    COMPUTED,
    COPY,
    INDEX,
    PLAIN,
    Plan,
    Seen,
    capacity,
    changes,
    extremes,
    session,
)
from .stock import stocked

NAME = "schema"
LIMIT = 1.5
"""The limit of p99 during a change, as a multiple of that before it."""
NOTICED = 3.0
"""That of a control, at least: a measurement that does not notice it proves nothing."""

Found = Mapping[str, Sequence[Seen]]
_WHOLE = Plan(calm=20.0, indexes=4, columns=20, held=20.0)
_QUICK = Plan(calm=2.0, indexes=1, columns=2, held=3.0, warm_up=1.0)
_QUICK_ROWS = 5000
_AROUND = 60.0
_INDEX, _COLUMN = 1.5, 0.5


def times_before(seen: Sequence[Seen]) -> Spread:
    """P99 during a change as a multiple of that before it."""
    return ratio(Sample.of(each.during.p99 for each in seen), Sample.of(each.before.p99 for each in seen))


def table(found: Found, rows: int, rate: float) -> Table:
    """A row for each change."""
    head = (
        "",
        "it takes, s",
        "requests",
        "p50, p99 before, ms",
        "during",
        "p99, x",
        "failed",
        "generator late, p99",
    )
    title = f"{rows:,} rows get an index and a column, at {rate:,.0f} requests a second, open loop"
    return Table(title, head, [_row(name, seen) for name, seen in found.items()])


def _row(name: str, seen: Sequence[Seen]) -> tuple[str, ...]:
    during = [each.during for each in seen]
    before, meanwhile = (
        ", ".join(
            f"{Sample.of(getattr(each, part) for each in some).median * 1e3:.1f}" for part in ("p50", "p99")
        )
        for some in ([each.before for each in seen], during)
    )
    return (
        name,
        f"{Sample.of(each.seconds for each in seen).median:.2f}",
        f"{sum(each.requests for each in during):,}",
        before,
        meanwhile,
        str(times_before(seen)),
        f"{sum(each.failed for each in during):,}",
        f"{max(each.lag for each in during) * 1e3:.1f}",
    )


def goals(found: Found) -> Iterator[Verdict]:
    """Nobody waits for a change and nobody is refused; the controls show that both would be seen."""
    for name in (INDEX, COLUMN, BEHIND):
        target = Target(f"p99 while it adds {name}, x that before", LIMIT, "at most")
        yield Verdict(target, times_before(found[name]).middle)
    failed = sum(each.during.failed for name in (INDEX, COLUMN, BEHIND) for each in found[name])
    yield Verdict(Target("requests that failed meanwhile", 0, "at most"), failed)
    for name in (COPY, PLAIN):
        yield Verdict(Target(f"p99, {name}, x that before", NOTICED), times_before(found[name]).middle)


def notes(found: Found) -> Iterator[str]:
    """What the index costs besides its processor, what failed, and where the generator itself was late."""
    index, computed = (Sample.of(each.during.p99 for each in found[name]) for name in (INDEX, COMPUTED))
    yield f"p99 while it adds an index is {ratio(index, computed)} times that during {COMPUTED}."
    for name, seen in found.items():
        wrong: Counter[int] = sum((Counter(each.during.wrong) for each in seen), Counter())
        if wrong:
            told = ", ".join(f"{number} {status or 'none'}" for status, number in sorted(wrong.items()))
            yield f"{name}: {wrong.total():,} of {sum(each.during.requests for each in seen):,} failed: {told}."
        if not all(each.during.is_on_time for each in seen):
            yield f"{name}: the generator itself was late by more than a quarter of p99; look for what else runs."


def planned(plan: Plan, rounds: int) -> float:
    """About how many seconds it takes."""
    a_round = (
        plan.warm_up + 2 * plan.calm + plan.indexes * (3 * plan.rest + 2 * _INDEX) + plan.columns * _COLUMN
    )
    return _AROUND + rounds * a_round + plan.warm_up + plan.calm + 2 * plan.held


def main(arguments: list[str]) -> None:
    """Measure and report."""
    reader = parser(NAME, __doc__, rounds=3)
    reader.add_argument("--rows", type=int, default=1_000_000, help="comments in the table")
    reader.add_argument("--share", type=float, default=0.5, help="the rate, as a share of what it holds")
    options = reader.parse_args(arguments)
    rows, rounds, plan = (_QUICK_ROWS, 1, _QUICK) if options.quick else (options.rows, options.rounds, _WHOLE)
    console = Console(width=150)
    console.print(f"{NAME}: {rows:,} rows, {rounds} rounds, about {minutes(planned(plan, rounds))}")
    found: dict[str, list[Seen]] = {}
    with TemporaryDirectory() as folder, stocked(rows, Path(folder)) as stock:
        most = capacity(stock, min(plan.calm, 3.0))
        rate = most * options.share
        for number in counted(range(rounds), rounds, "rounds"):
            with session(stock, f"Round {number}", rate, found) as made:
                changes(made, plan)
        with session(stock, "Extremes", rate, found) as made:
            extremes(made, plan)
    told = (
        f"It holds {most:,.0f} requests a second: as many are answered as come, and p99 is at most 0.1 s.",
        *notes(found),
    )
    shown = (table(found, rows, rate), verdicts(goals(found)))
    figures = {"most": most, "rate": rate, "seen": msgspec.to_builtins(found)}
    Report(NAME, command(NAME, arguments), shown, {}, figures, told).publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
