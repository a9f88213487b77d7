"""What HAProxy has counted and what it thinks of each instance, from its table of statistics."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from ogrom_deploy.model import COLOURS, Colour, Health


@dataclass(frozen=True)
class Counters:
    """What HAProxy counted at a frontend or backend since it was started.

    Attributes:
        requests: that it has sent there, or would have.
        errors: responses with a status of 500 or more, HAProxy's own among them.
        refused: connections to instances that could not be made.
        broken: responses that an instance broke off. Where one never came, to the first request of a client's
            connection HAProxy answers itself, one of the errors; else it closes the connection without an answer
            and without a line in its log, and that is one of these.
        client_left: requests that the client itself gave up.
        retried: connections tried once more; always 0, as it is told not to.
    """

    requests: int = 0
    errors: int = 0
    refused: int = 0
    broken: int = 0
    client_left: int = 0
    retried: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True)
class Slot:
    """What HAProxy says of one slot.

    Attributes:
        health: of the instance in it, by HAProxy's own checks; unknown where the slot is out of use.
        in_flight: how many requests it is working on.
        status: HAProxy's own word for it, such as `UP 2/4`.
        cause: what the last check found; empty while all is well.
    """

    health: Health
    in_flight: int
    status: str
    cause: str = ""


@dataclass(frozen=True)
class Statistics:
    """HAProxy's table at one moment.

    Attributes:
        clients: what came in where clients come in.
        counters: what went to each colour, wherever it came in.
        slots: what it thinks of each slot.
    """

    clients: Counters
    counters: Mapping[Colour, Counters]
    slots: Mapping[tuple[Colour, str], Slot]

    @property
    def total(self) -> Counters:
        """Both colours together."""
        return self.counters["blue"] + self.counters["green"]


def statistics(table: str) -> Statistics:
    """Read the answer to `show stat`."""
    counters: dict[Colour, Counters] = {}
    slots: dict[tuple[Colour, str], Slot] = {}
    clients = Counters()
    for row in csv.DictReader(table.removeprefix("# ").splitlines()):
        if (row["pxname"], row["svname"]) == ("live", "FRONTEND"):
            clients = _counters(row)
        for colour in COLOURS:
            if row["pxname"] != colour:
                continue
            if row["svname"] == "BACKEND":
                counters[colour] = _counters(row)
            else:
                slots[colour, row["svname"]] = _slot(row)
    return Statistics(clients, counters, slots)


def _counters(row: Mapping[str, str]) -> Counters:
    names = ("req_tot", "hrsp_5xx", "econ", "srv_abrt", "cli_abrt", "wretr")
    return Counters(*(int(row[each] or 0) for each in names))


def _slot(row: Mapping[str, str]) -> Slot:
    status = row["status"]
    # Fresh from the bench a server counts as up before its first check; `UP` without a fraction has passed several.
    health: Health = (
        "ok"
        if status == "UP"
        else "pending"
        if status.startswith(("UP ", "DRAIN"))
        else "failing"
        if status.startswith("DOWN")
        else "unknown"
    )
    cause = f"{row['check_status']} {row['last_chk']}".strip() if health == "failing" else ""
    return Slot(health, int(row["scur"] or 0), status, cause)
