"""The second witness: whether HAProxy counted what the load generator counted."""

from collections.abc import Iterable
from dataclasses import dataclass

from ogrom_deploy.load import Shot, Tally

from .counters import Counters
from .journal import Entry
from .outcome import Check

# What HAProxy cannot know of: that an answer was not the right one.
_UNSEEN = ("status", "wrong")


@dataclass(frozen=True)
class Account:
    """What HAProxy saw of clients in a while.

    Attributes:
        requests: how many it counted.
        failed: how many of them failed, or were given up by the client.
        counters: what it counted at its backends meanwhile, the deploy program's own requests included.
    """

    requests: int
    failed: int
    counters: Counters

    @classmethod
    def of(cls, entries: Iterable[Entry], clients: Counters, counters: Counters) -> "Account":
        """Of the log, where only clients' requests count, and of what was counted but closed without a line in it."""
        logged = [each for each in entries if each.frontend == "live"]
        failed = sum(each.failed or each.ended_by != "--" for each in logged)
        return cls(clients.requests, failed + clients.requests - len(logged), counters)


def lost(shot: Shot) -> bool:
    """Whether a request failed in a way that a balancer sees, too."""
    return bool(shot.fault) and (shot.fault not in _UNSEEN or shot.status >= 500)


def agree(tally: Tally, seen: Account) -> Check:
    """Whether both counted the same requests and the same losses."""
    sent = sum(each.fault != "refused" for each in tally.shots) + tally.planned - len(tally.shots)
    ours = sum(map(lost, tally.shots)) + tally.planned - len(tally.shots)
    found = f"{sent} requests and {ours} lost; HAProxy: {seen.requests} and {seen.failed}"
    return Check(
        "HAProxy counts as the load generator does", (sent, ours) == (seen.requests, seen.failed), found
    )


def unhurt(seen: Account) -> Check:
    """Whether HAProxy had no trouble with any instance, not even with requests of the deploy program's own."""
    c = seen.counters
    found = f"{c.errors} 5xx, {c.refused} refused, {c.broken} broken, {c.retried} retried"
    return Check(
        "HAProxy had no trouble with an instance", not (c.errors or c.refused or c.broken or c.retried), found
    )
