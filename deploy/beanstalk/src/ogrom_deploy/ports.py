"""Ports: what the deploy program needs from a platform and from a store."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from .model import COLOURS, Colour, Figures, Fleet, Probe, Task, TaskReport, Version, Weights


class PlatformError(Exception):
    """The platform refused or failed; the message says what to do about it."""


def check_weights(weights: Weights) -> None:
    """Check that both environments share all of the traffic.

    Raises:
        PlatformError: the weights are not two shares that add up to 100.
    """
    if set(weights) != set(COLOURS) or sum(weights.values()) != 100 or min(weights.values()) < 0:
        raise PlatformError(f"weights are shares of blue and green that add up to 100, not {dict(weights)}")


class Platform(Protocol):
    """Two environments behind one balancer. Orders return at once; `observe` shows their progress.

    Every order may be given twice: the second time it changes nothing. Each raises PlatformError if the platform
    does not take it; what is observed afterwards is true in any case.
    """

    def observe(self) -> Fleet:
        """Both environments and the weights, as they are now."""
        ...

    def publish(self, version: Version) -> None:
        """Make a version known, so that it can be deployed."""
        ...

    def deploy(self, colour: Colour, version: Version) -> None:
        """Put a version on every instance of an environment, all at once, so only on one without traffic."""
        ...

    def scale(self, colour: Colour, instances: int) -> None:
        """Set the number of instances of an environment, 0 for none; surplus ones drain first."""
        ...

    def probe(self, colour: Colour, paths: Sequence[str]) -> Sequence[Probe]:
        """Send a GET for each path to an environment, by its own address, which clients do not use.

        Consecutive requests go to the instances in turn, so a round over n instances repeats each path n times.
        """
        ...

    def shift(self, weights: Weights) -> None:
        """Divide new requests by these weights, as soon as it returns; requests under way stay where they are."""
        ...

    def figures(self, colour: Colour, since: float) -> Figures:
        """What clients got from an environment since a time on the platform's clock."""
        ...

    def now(self) -> float:
        """The platform's clock, in seconds."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait so many seconds on the platform's clock."""
        ...


class Tasks(Protocol):
    """What is done to the database, by one task at a time and a backfill beside it.

    Orders return at once, and may be given twice: what is running runs on. Each raises PlatformError if the platform
    does not take it.
    """

    def run(self, task: Task) -> None:
        """Start a task on the idle side, or start it again if it has ended."""
        ...

    def report(self, task: Task) -> TaskReport | None:
        """How the last run of a task goes; None if nothing is known of any."""
        ...

    def snapshot(self) -> float | None:
        """When the newest snapshot of the database was taken, on the platform's clock; None if there is none."""
        ...


class Conflict(Exception):
    """Somebody else has changed the record."""


class Store(Protocol):
    """Small records by name, shared by everybody who deploys: the lock and the history.

    Each call raises PlatformError if the store does not answer.
    """

    def read(self, name: str) -> tuple[bytes, str] | None:
        """The record and its tag, which changes whenever the record does; None if there is none."""
        ...

    def write(self, name: str, content: bytes, *, tag: str | None) -> str:
        """Write a record and return its new tag.

        Args:
            name: of the record, such as `lock.json` or `history/2026-11-25T13:46:22Z-d045097a.json`.
            content: its bytes.
            tag: of the record that is replaced; None if there must be none yet.

        Raises:
            Conflict: the tag is not that of the current record.
        """
        ...

    def delete(self, name: str, *, tag: str) -> None:
        """Remove a record.

        Raises:
            Conflict: the tag is not that of the current record.
        """
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names with this prefix, in ascending order."""
        ...
