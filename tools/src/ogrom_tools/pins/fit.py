"""Whether releases fit each other: what each requires of our other projects."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product

from packaging.requirements import Requirement

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.pyproject import short
from ogrom_tools.projects import is_ours
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

Releases = Mapping[str, Release]
"""At most one release of each project, by short name."""


def check_fit(wheelhouse: Wheelhouse, ledger: Ledger, pinned: Releases, wanted: Releases) -> None:
    """See that releases can be pinned together.

    Args:
        wheelhouse: has their wheels.
        ledger: all others that could be pinned.
        pinned: what is pinned now.
        wanted: what is to be pinned, beside or in place of that.

    Raises:
        Failed: they cannot; it says which to pin too, if any would do.
    """
    problems = list(misfits(wheelhouse, {**pinned, **wanted}))
    if problems:
        more = _more(wheelhouse, ledger, pinned, wanted)
        command = " ".join(f"{each.project} {each.version}" for each in (*wanted.values(), *more))
        way_out = f"Pin what fits it too: ./dev pin {command}" if more else "No other releases fit it either."
        raise Failed("\n".join([*problems, way_out]))


def misfits(wheelhouse: Wheelhouse, releases: Releases) -> Iterator[str]:
    """What these releases require of each other and do not get, a sentence each."""
    for release in releases.values():
        for requirement in requirements(wheelhouse, release):
            other = releases.get(short(requirement.name))
            if other is None:
                yield f"{release} requires {requirement}, which is not pinned."
            elif not requirement.specifier.contains(other.number, prereleases=True):
                yield f"{release} requires {requirement}, and {other} does not fit."


@cache
def requirements(wheelhouse: Wheelhouse, release: Release) -> tuple[Requirement, ...]:
    """What a release requires of our projects, whatever its extras add."""
    required = Wheel.read(wheelhouse.wheel(release)).metadata.requires_dist or ()
    ours = (each for each in required if is_ours(each))
    return tuple(each for each in ours if each.marker is None or each.marker.evaluate({"extra": ""}))


def _more(wheelhouse: Wheelhouse, ledger: Ledger, pinned: Releases, wanted: Releases) -> tuple[Release, ...]:
    """The fewest other releases, and of these the newest, with which the wanted ones fit; () if there are none."""
    good = {
        name: [each for each in reversed(ledger.of(name)) if not each.is_yanked]
        for name in sorted({each.project for each in ledger} - wanted.keys())
    }
    for count in range(1, len(good) + 1):
        for names in combinations(good, count):
            for more in product(*map(good.__getitem__, names)):
                together = {**pinned, **wanted, **dict(zip(names, more, strict=True))}
                if not any(misfits(wheelhouse, together)):
                    return more
    return ()
