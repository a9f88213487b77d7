"""What a demand needs: instances, connections and the database's processors."""

from dataclasses import dataclass

from .demand import Demand


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
