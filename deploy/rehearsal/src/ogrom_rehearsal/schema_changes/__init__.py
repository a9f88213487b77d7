"""Versions of a changing schema: a folder of patches for each change, in the order of their names.

The first line of a patch is what the changelog of ogrom-sources says of it.
"""

from collections.abc import Iterator
from pathlib import Path

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_tools.command import Failed
from ogrom_tools.testing.clone import throw_away_clone

from ..versions import Runtime

FOLDER = Path(__file__).resolve().parent

LIBRARY = "sources"
"""The library that has the schema."""


def patches(change: str) -> tuple[Path, ...]:
    """The patches of a change."""
    return tuple(sorted((FOLDER / change).glob("*.patch")))


def releases(change: str, runtime: Runtime, folder: Path, port: int) -> Iterator[Version]:
    """The work tree's service on a release with the first patch, then with the next one too, and so on.

    Args:
        change: the name of its folder.
        runtime: makes the versions.
        folder: where the clone goes in which they are released; what is installed is in it.
        port: a free one.

    Raises:
        PlatformError: a patch does not fit, or the train refuses it.
    """
    try:
        clone = throw_away_clone(folder, port)
        for patch in patches(change):
            said, _, _ = patch.read_text(encoding="utf-8").partition("\n")
            clone.repository("apply", "-p0", "--index", str(patch))
            clone.commit(LIBRARY, said)
            clone.dev("release", LIBRARY, "--pin", "--quick", "--yes")
            yield runtime.make("HEAD", clone.workspace)
    except (AssertionError, Failed) as problem:
        raise PlatformError(f"{change}: {problem}") from problem
