"""A day of a fleet: the template's autoscaling policy, minute by minute; and what a demand needs at its peak."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ogrom_rehearsal.autoscaling import Sample, ScalingPolicy, decide

from .demand import Demand

MINUTES = 24 * 60
_SETTLED = 120


@dataclass(frozen=True)
class Minute:
    """One minute.

    Attributes:
        minute: since midnight.
        demand: requests a second that come to the service.
        needed: instances that would be wholly busy with them.
        ready: instances that serve.
        ordered: instances that there are to be; those that start are among them.
        busy: the part of the serving instances' processors that the demand needs; above 1.0 requests wait, and soon
            are refused.
    """

    minute: int
    demand: float
    needed: float
    ready: int
    ordered: int
    busy: float


@dataclass(frozen=True)
class Fleet:
    """What instances are.

    Attributes:
        capacity: requests a second that one answers when all of its processors are busy.
        starting: minutes from the order of an instance until it serves.
        policy: by which there are more or fewer.
    """

    capacity: float
    starting: int
    policy: ScalingPolicy

    def day(self, demand: Callable[[float], float]) -> Sequence[Minute]:
        """A day from midnight on, after the two hours before it.

        Args:
            demand: requests a second that come to the service, by the hour of the day.
        """
        return [each for each in self._minutes(demand) if each.minute >= 0]

    def _minutes(self, demand: Callable[[float], float]) -> Iterator[Minute]:
        samples: list[Sample] = []
        starts: list[int] = []
        half_busy = round(demand(-_SETTLED / 60) / (0.5 * self.capacity))
        ordered = ready = min(max(self.policy.minimum, half_busy), self.policy.maximum)
        changed: float | None = None
        for minute in range(-_SETTLED, MINUTES):
            ready += starts.count(minute)
            starts = [each for each in starts if each > minute]
            asked = demand(minute / 60)
            busy = asked / (ready * self.capacity)
            # A processor is never more than wholly busy, and CloudWatch sees no more than that.
            samples = [*samples[-10:], Sample(60.0 * minute, 100 * min(busy, 1.0))]
            now = 60.0 * (minute + 1)
            wanted = decide(self.policy, samples, ordered, now, changed)
            if wanted > ordered:
                starts += [minute + self.starting] * (wanted - ordered)
            elif wanted < ordered:
                # Those that start go first.
                gone = ordered - wanted
                spared = min(gone, len(starts))
                starts = starts[: len(starts) - spared]
                ready -= gone - spared
            if wanted != ordered:
                changed, ordered = now, wanted
            yield Minute(minute, asked, asked / self.capacity, ready, ordered, busy)


def unserved(minutes: Sequence[Minute]) -> float:
    """The part of a day's requests for which there was no processor when they came."""
    over = sum(each.demand * (1 - 1 / each.busy) for each in minutes if each.busy > 1)
    return over / sum(each.demand for each in minutes)


@dataclass(frozen=True)
class Costs:
    """What a request costs, and what comes through.

    Attributes:
        api: the seconds of a processor that the service needs for a request.
        database: the same for its database.
        through: the part of the clients' requests that comes through the edge.
    """

    api: float
    database: float
    through: float


@dataclass(frozen=True)
class Machines:
    """What there is to be had.

    Attributes:
        processors: of an instance, with a process of the service each.
        connections: of a process to the database: one for each thread, and one more.
        full: the part of its processors that an instance is to use in the busiest hour; the rest is for an instance
            that dies, a deploy, and the minutes until new ones serve.
        database_processors: of the database's server.
        database_full: the part of them that is to be used.
        most_connections: that the database takes.
    """

    processors: int = 2
    connections: int = 9
    full: float = 0.5
    database_processors: int = 8
    database_full: float = 0.5
    most_connections: int = 5000


@dataclass(frozen=True)
class Needs:
    """What a demand needs in the busiest hour of the busiest day; all but the rates in whole or broken pieces.

    Attributes:
        clients: requests a second that clients send.
        service: requests a second that come through.
        instances: of the service.
        connections: of all of them to the database.
        databases: servers of the database that would be used as far as they may be.
    """

    clients: float
    service: float
    instances: float
    connections: float
    databases: float


def needs(demand: Demand, costs: Costs, machines: Machines) -> Needs:
    """What a demand needs.

    Args:
        demand: who comes.
        costs: of a request, at this demand.
        machines: that there are to be had.
    """
    service = demand.peak * costs.through
    instances = service * costs.api / (machines.processors * machines.full)
    return Needs(
        demand.peak,
        service,
        instances,
        -(-instances // 1) * machines.processors * machines.connections,
        service * costs.database / (machines.database_processors * machines.database_full),
    )
