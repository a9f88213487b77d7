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
        needed: instances that would be fully busy with them.
        ready: instances that serve.
        ordered: instances that serve or are starting.
        busy: the share of the serving instances' processors that the demand needs; above 1.0 requests wait, and soon
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
    """Instances, and the policy that scales them.

    Attributes:
        capacity: requests a second that fill all processors of one.
        starting: minutes from the order of an instance until it serves.
        policy: of the autoscaling.
    """

    capacity: float
    starting: int
    policy: ScalingPolicy

    def day(self, demand: Callable[[float], float]) -> Sequence[Minute]:
        """A day from midnight on, with requests a second by the hour; the simulation starts two hours earlier."""
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
            # CloudWatch never sees a processor more than fully busy.
            samples = [*samples[-10:], Sample(60.0 * minute, 100 * min(busy, 1.0))]
            now = 60.0 * (minute + 1)
            wanted = decide(self.policy, samples, ordered, now, changed)
            if wanted > ordered:
                starts += [minute + self.starting] * (wanted - ordered)
            elif wanted < ordered:
                # Starting instances are removed first.
                gone = ordered - wanted
                spared = min(gone, len(starts))
                starts = starts[: len(starts) - spared]
                ready -= gone - spared
            if wanted != ordered:
                changed, ordered = now, wanted
            yield Minute(minute, asked, asked / self.capacity, ready, ordered, busy)


def unserved(minutes: Sequence[Minute]) -> float:
    """The share of a day's requests that found no free processor."""
    over = sum(each.demand * (1 - 1 / each.busy) for each in minutes if each.busy > 1)
    return over / sum(each.demand for each in minutes)


@dataclass(frozen=True)
class Costs:
    """What a request costs, and the share that comes through.

    Attributes:
        api: processor seconds of the service for a request.
        database: processor seconds of its database.
        through: the share of the clients' requests that comes through the edge.
    """

    api: float
    database: float
    through: float


@dataclass(frozen=True)
class Machines:
    """The machines to rent.

    Attributes:
        processors: of an instance, with one process of the service on each.
        connections: of a process to the database: one for each thread, and one more.
        full: the share of its processors that an instance should use in the busiest hour; the rest is for an instance
            that dies, a deployment, and the minutes until new instances serve.
        database_processors: of the database's server.
        database_full: the share of them that should be used.
    """

    processors: int = 2
    connections: int = 9
    full: float = 0.5
    database_processors: int = 8
    database_full: float = 0.5


@dataclass(frozen=True)
class Needs:
    """What a demand needs in the busiest hour of the busiest day.

    Attributes:
        clients: requests a second that clients send.
        service: requests a second that come through.
        instances: of the service; a fraction of one too.
        connections: of all instances to the database.
        databases: servers of the database; a fraction of one too.
    """

    clients: float
    service: float
    instances: float
    connections: float
    databases: float


def needs(demand: Demand, costs: Costs, machines: Machines) -> Needs:
    """What a demand needs in its busiest hour, at these costs of a request and on these machines."""
    service = demand.peak * costs.through
    instances = service * costs.api / (machines.processors * machines.full)
    return Needs(
        demand.peak,
        service,
        instances,
        -(-instances // 1) * machines.processors * machines.connections,
        service * costs.database / (machines.database_processors * machines.database_full),
    )
