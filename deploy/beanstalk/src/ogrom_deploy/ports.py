"""Ports: what the deploy program needs from a platform and from a store."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from .model import Colour, Figures, Fleet, Probe, Version, Weights


class PlatformError(Exception):
    """The platform refused or failed; the message says what to do about it."""


class Platform(Protocol):
    """Two environments behind one balancer. Orders return at once; `observe` tells what has become of them.

    Every order may be given twice: the second time it changes nothing. Each raises a PlatformError where the
    platform does not take it, and what is observed afterwards is true in any case.
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
        """Want so many instances in an environment, 0 for none; those that are surplus drain first."""
        ...

    def probe(self, colour: Colour, paths: Sequence[str]) -> Sequence[Probe]:
        """Send a GET for each path to an environment by its own address, where no client comes by.

        Consecutive requests go to the instances in turn, so a round for n instances has n times the paths.
        """
        ...

    def shift(self, weights: Weights) -> None:
        """Divide new requests so from now on; those under way stay where they are. It holds on return."""
        ...

    def figures(self, colour: Colour, since: float) -> Figures:
        """What clients got from an environment since a moment on the platform's clock."""
        ...

    def now(self) -> float:
        """The platform's clock, in seconds."""
        ...

    def wait(self, seconds: float) -> None:
        """Let so much time go by on the platform's clock."""
        ...


class Conflict(Exception):
    """Somebody else has changed the record meanwhile."""


class Store(Protocol):
    """Small records by name, shared by everybody who deploys: a lock, the history."""

    def read(self, name: str) -> tuple[bytes, str] | None:
        """The record and its tag, which changes whenever the record does; None where there is none."""
        ...

    def write(self, name: str, content: bytes, *, tag: str | None) -> str:
        """Write a record and give its new tag.

        Args:
            name: of the record, such as `lock.json` or `history/2026-11-25T13:46:22Z-d045097a.json`.
            content: of it.
            tag: of the record that is replaced; None where there must be none yet.

        Raises:
            Conflict: there is another record than the tag says.
        """
        ...

    def delete(self, name: str, *, tag: str) -> None:
        """Remove a record.

        Raises:
            Conflict: there is another record than the tag says.
        """
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so, in ascending order."""
        ...
