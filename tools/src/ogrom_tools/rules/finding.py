"""Finding: one change, where it is, and what it asks of the next version."""

from collections.abc import Iterable
from dataclasses import dataclass

from ogrom_tools.versions import Level


@dataclass(frozen=True)
class Finding:
    """One change of what others can use."""

    rule: str
    """The name of its kind: `parameter-removed`."""
    level: Level
    place: str
    """What changed, as its users call it: `ogrom.http.Resource.etag`; or a file or part of the metadata."""
    text: str
    """One sentence: what changed, and whom it concerns."""
    removes: bool = False
    """Whether something goes that others use, without an earlier release that has said so."""


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, those first that ask the most."""
    return tuple(sorted(set(findings), key=lambda each: (-each.level, each.place, each.rule, each.text)))


def level(findings: Iterable[Finding]) -> Level:
    """What they ask of the next version together: as much as the gravest of them."""
    return max((each.level for each in findings), default=Level.NONE)
