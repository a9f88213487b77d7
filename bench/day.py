"""A day of the fleet: `./dev bench day` lets the template's autoscaling policy follow the load behind the edge.

It uses the results of `./dev bench edge`: which share of the requests comes through, and what each costs.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from rich.console import Console

from bench.measure.options import command, parser
from bench.measure.report import Report
from bench.scaling.demand import HOURS, Demand
from bench.scaling.fleet import Fleet, Minute, unserved
from bench.scaling.pictures import sizes_over_a_day
from ogrom_deploy import templates
from ogrom_deploy.options import read_options
from ogrom_rehearsal.autoscaling import ScalingPolicy, scaling_policy

from .edge import DOCUMENT
from .measure.report import FOLDER, Table
from .scaling.fleet import Costs, Machines, needs
from .scaling.replay import Day

_SPOT = 20.25
_SPOT_MINUTES = 15.0
_SPOT_TIMES = 3.0
_STARTING_MINUTES = 4
_TIMES = (1, 10, 100)


@dataclass(frozen=True)
class Case:
    """A day to follow.

    Attributes:
        title: for people.
        times: the visitors, as a multiple of the talk's.
        demand: the rate of clients' requests at an hour, as a multiple of an average day's.
        policy: of the autoscaling.
    """

    title: str
    times: float
    demand: Callable[[float], float]
    policy: ScalingPolicy


def usual(hour: float) -> float:
    """An average day."""
    return 1.0


def spot(hour: float) -> float:
    """The busiest day, with the shop on television at a quarter past eight in the evening."""
    shown = _SPOT <= hour < _SPOT + _SPOT_MINUTES / 60
    return Demand().busiest * (_SPOT_TIMES if shown else 1.0)


def cases(template: ScalingPolicy) -> Sequence[Case]:
    """The days to follow."""
    larger = replace(template, up=8, down=-2, minimum=8, maximum=80)
    return (
        Case("10 million visitors: an average day", 1, usual, template),
        Case("10 million: the busiest day, and a spot", 1, spot, template),
        Case("1,000 million: the same, by the template", 100, spot, template),
        Case("1,000 million: the same, in larger steps", 100, spot, larger),
    )


def followed(case: Case, day: Day) -> Sequence[Minute]:
    """The minutes of a day."""
    more = Demand().times(case.times)
    # At a higher rate the cache answers a larger share; that is left out, to be on the safe side.
    parts = [day.overall(more.rate(hour + 0.5)) for hour in range(HOURS)]

    def through(hour: float) -> float:
        rate = more.rate(hour) * case.demand(hour)
        return rate * (1 - parts[int(hour) % HOURS])

    return Fleet(Machines().processors / day.api, _STARTING_MINUTES, case.policy).day(through)


def by_size(day: Day) -> Table:
    """What the busiest hour needs, by the number of visitors."""
    rows = []
    for times in _TIMES:
        demand, machines = Demand().times(times), Machines()
        through = 1 - day.overall(demand.peak)
        found = needs(demand, Costs(day.api, day.database, through), machines)
        rows.append(
            (
                f"{demand.visitors / 1e6:,.0f} million",
                f"{found.clients:,.0f}",
                f"{found.service:,.0f}",
                f"{found.instances:,.1f}",
                f"{found.connections:,.0f}",
                f"{found.databases:,.2f}",
            )
        )
    head = ("visitors a month", "clients, /s", "come through, /s", "instances", "connections", "databases")
    return Table("What the busiest hour of the busiest day needs", head, rows)


def by_day(days: Sequence[tuple[Case, Sequence[Minute]]]) -> Table:
    """How the policy follows each day."""
    rows = [
        (
            case.title,
            f"{min(each.ready for each in minutes)} to {max(each.ready for each in minutes)}",
            f"{sum(each.ready for each in minutes) / 60:,.0f}",
            f"{max(each.busy for each in minutes):.0%}",
            f"{sum(each.busy > 1 for each in minutes)}",
            f"{unserved(minutes):.2%}",
        )
        for case, minutes in days
    ]
    head = (
        "day",
        "instances",
        "instance hours",
        "busiest minute",
        "minutes above 100 %",
        "not served in time",
    )
    return Table("How the autoscaling policy follows a day", head, rows)


def measured_day(folder: Path = FOLDER) -> Day:
    """The results of `./dev bench edge`.

    Raises:
        SystemExit: there are none.
    """
    path = folder / "edge.json"
    if not path.exists():
        sys.exit(f"{path} is missing: run ./dev bench edge first")
    return msgspec.convert(json.loads(path.read_text(encoding="utf-8"))["figures"], Day)


def main(arguments: list[str]) -> None:
    """Simulate and report."""
    options = parser("day", __doc__).parse_args(arguments)
    day = measured_day()
    template = scaling_policy(read_options(templates.read("environment")))
    days = [(case, followed(case, day)) for case in cases(template)]
    report = Report(
        "day",
        command("day", arguments),
        (by_size(day), by_day(days)),
        {"day": sizes_over_a_day([(case.title, minutes) for case, minutes in days[1:]])},
        [{"day": case.title, "minutes": msgspec.to_builtins(minutes)} for case, minutes in days],
    )
    report.publish(Console(width=120), options.docs, document=DOCUMENT)


if __name__ == "__main__":
    main(sys.argv[1:])
