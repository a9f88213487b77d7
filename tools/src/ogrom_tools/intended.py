"""Which releases an environment must hold, as the indexes say; an installer that takes others tests nothing.

With `lowest`, each direct dependency is at its lower bound, which proves that the bound is true. With
`highest`, it is at the newest release in its range.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from uv import find_uv_bin

from ogrom_tools.command import Failed, run
from ogrom_tools.projects import is_ours

Versions = Mapping[str, Version]
"""Canonical names and versions."""

RESOLUTIONS = {"lowest": "lowest-direct", "highest": "highest"}
"""Our names for what uv calls its resolution strategies."""

NO_OTHER_INDEX = tuple(
    word for name in ("INDEX", "EXTRA_INDEX_URL", "INDEX_URL", "FIND_LINKS") for word in ("-u", f"UV_{name}")
)

BOUNDS = frozenset({">=", "==", "~="})


def intended(requirements: Iterable[Requirement], python: str, resolution: str, index_url: str) -> Versions:
    """What the requirements mean on this Python.

    Ours are looked for on our index alone, so that nothing is installed from a stranger who has taken one of
    our names, and the newest of them is meant whatever another package says of it. The newest release of
    others is the newest that fits all the rest.

    Args:
        requirements: what is wanted directly.
        python: such as `3.13`.
        resolution: `lowest` or `highest`.
        index_url: our index.

    Raises:
        Failed: an index has no release that fits.
    """
    wanted = tuple(requirements)
    ours = tuple(filter(is_ours, wanted))
    others = tuple(each for each in wanted if not is_ours(each))
    options = (f"--python-version={python}", f"--resolution={RESOLUTIONS[resolution]}")
    found = _ours(ours, options, index_url)
    if not others:
        return found
    if resolution == "lowest":
        return found | _asked(others, ("--no-deps", *options))
    together = _asked(wanted, options, (f"UV_INDEX={first(index_url)}",))
    names = {canonicalize_name(each.name) for each in wanted}
    return {name: version for name, version in together.items() if name in names} | found


def first(index_url: str) -> str:
    """The value of UV_INDEX with which our index is asked before all others; uv takes a name from one only."""
    return f"{index_url} {os.environ.get('UV_INDEX', '')}".strip()


def _ours(requirements: Sequence[Requirement], options: Sequence[str], index_url: str) -> dict[str, Version]:
    alone = (*NO_OTHER_INDEX, f"UV_DEFAULT_INDEX={index_url}")
    try:
        return _asked(requirements, ("--no-deps", *options), alone)
    except Failed as problem:
        hint = "Our index lacks a release that fits. Make one (./dev release), or mend what is required."
        raise Failed(f"{problem}\n{hint}") from problem


def _asked(
    requirements: Sequence[Requirement], options: Sequence[str], variables: Sequence[str] = ()
) -> dict[str, Version]:
    """What uv finds for the requirements, and for what they require where it may look for that."""
    if not requirements:
        return {}
    ask = ("pip", "compile", "--quiet", "--no-header", "--no-annotate", *options, "-")
    lines = "\n".join(map(str, requirements))
    printed = run("env", *variables, find_uv_bin(), *ask, text=lines)
    return dict(map(_pinned, map(Requirement, printed.splitlines())))


def _pinned(requirement: Requirement) -> tuple[str, Version]:
    (pin,) = requirement.specifier
    return canonicalize_name(requirement.name), Version(pin.version)


def differences(wanted: Versions, installed: Versions) -> Iterator[str]:
    """A sentence for each version that is not the intended one."""
    for name, version in sorted(wanted.items()):
        found = installed.get(name, "none")
        if found != version:
            yield f"{name}: {found} is installed, and {version} should be; another package may hold it there"


def untrue_bounds(requirements: Iterable[Requirement], lowest: Versions) -> Iterator[str]:
    """A sentence for each requirement that names no release as its lower bound.

    Args:
        requirements: what is declared.
        lowest: the lowest releases that there are for them.
    """
    for each in sorted(requirements, key=attrgetter("name")):
        release = lowest.get(canonicalize_name(each.name))
        bounds = {Version(one.version) for one in each.specifier if one.operator in BOUNDS}
        if release is not None and release not in bounds:
            yield f"{each}: its lower bound is no release, the lowest is {release}; write >={release}"
