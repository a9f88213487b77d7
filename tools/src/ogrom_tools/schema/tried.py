"""The releases of ogrom-sources that are proved, each with the protocols that it was released on."""

from collections.abc import Iterable
from dataclasses import dataclass

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import is_ours
from ogrom_tools.schema.field import Field
from ogrom_tools.schema.lattice import PROJECT
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

PROTOCOLS = "protocols"
"""The library that has the contract suites."""


@dataclass(frozen=True)
class Tried:
    """A release of sources, and the protocols beside it in its environment."""

    sources: Release
    protocols: Release

    def __str__(self) -> str:
        """`sources 4.1.0`."""
        return str(self.sources)


def to_prove(ledger: Ledger, field: Field, more: Iterable[str] = ()) -> tuple[Release, ...]:
    """What is in the field, the last release of each major, and more versions; by version.

    Raises:
        Failed: there is no such release.
    """
    named = {ledger.find(PROJECT, each).version for each in more}
    good = [each for each in ledger.of(PROJECT) if not (each.is_yanked or each.number.is_prerelease)]
    last = {each.number.major: each.version for each in good}
    wanted = {*field.releases, *last.values(), *named}
    return tuple(each for each in ledger.of(PROJECT) if each.version in wanted)


def tried(wheelhouse: Wheelhouse, ledger: Ledger, releases: Iterable[Release]) -> tuple[Tried, ...]:
    """Each release with the last protocols that were released before it and that it allows.

    Later ones change nothing in that, so what was proved can be proved again.

    Raises:
        Failed: it allows none of them, or a wheel cannot be rebuilt.
    """
    return tuple(_tried(wheelhouse, ledger, each) for each in releases)


def _tried(wheelhouse: Wheelhouse, ledger: Ledger, release: Release) -> Tried:
    requires = Wheel.read(wheelhouse.wheel(release)).metadata.requires_dist or []
    allowed = [each.specifier for each in requires if is_ours(each) and each.name.endswith(PROTOCOLS)]
    before = ledger.releases[: ledger.releases.index(release)]
    for each in reversed(before):
        if each.project == PROTOCOLS and all(each.number in specifier for specifier in allowed):
            return Tried(release, each)
    raise Failed(f"{release} allows none of the protocols that were released before it.")
