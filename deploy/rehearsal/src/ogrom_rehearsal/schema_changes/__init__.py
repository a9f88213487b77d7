"""Versions of a changing schema: a folder of patches for each change, in the order of their names.

The first line of a patch is what the changelog of ogrom-sources says of it.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ogrom.sources.testing import reserved_port
from ogrom_deploy.history import Record
from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_tools.command import Failed, run
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.projects import discover
from ogrom_tools.testing.clone import Clone, throw_away_clone

from ..versions import Runtime, with_schema

FOLDER = Path(__file__).resolve().parent

LIBRARY = "sources"
"""The library that has the schema."""


def patches(change: str) -> tuple[Path, ...]:
    """The patches of a change."""
    return tuple(sorted((FOLDER / change).glob("*.patch")))


def releases(change: str, runtime: Runtime, folder: Path) -> Iterator[Version]:
    """The work tree's service on a release with the first patch, then with the next one too, and so on.

    Args:
        change: the name of its folder.
        runtime: makes the versions.
        folder: keeps the clone in which the train releases them, for as long as the work tree is the same.

    Raises:
        PlatformError: a patch does not fit, or the train refuses it.
    """
    try:
        root = folder / change / Deployable.of(discover()).tree[:12]
        done = root.with_suffix(".commits")
        if not done.exists():
            shutil.rmtree(root.parent, ignore_errors=True)
            done.parent.mkdir(parents=True)
            commits = tuple(_commits(change, root))
            done.write_text("\n".join(commits), encoding="utf-8")  # last: what was stopped is made anew
        for commit in done.read_text(encoding="utf-8").split():
            yield with_schema(runtime.make(commit, discover(root)), runtime)
    except (AssertionError, Failed) as problem:
        raise PlatformError(f"{change}: {problem}") from problem


def _commits(change: str, root: Path) -> Iterator[str]:
    with reserved_port() as port:
        clone = throw_away_clone(root, port)
        known: tuple[str, ...] = ()
        for patch in patches(change):
            said, _, _ = patch.read_text(encoding="utf-8").partition("\n")
            clone.repository("apply", "-p0", "--index", str(patch))
            clone.commit(LIBRARY, said)
            clone.dev("release", LIBRARY, "--pin", "--quick", "--yes", *known)
            commit = clone.repository.commit()
            yield commit
            known = ("--history", str(_history(clone, commit)))


_LAST_PHASE = "from ogrom.sources.testing import phases; print(phases()[-1])"


def _history(clone: Clone, commit: str) -> Path:
    """A deploy's history where a version is live and its backfills are finished: the next one reads what they fill."""
    phase = run(str(clone.root / ".nox" / "test" / "bin" / "python"), "-c", _LAST_PHASE).strip()
    version, now = Version(commit), time.time()
    live = Record(
        "apply", "", "", now, 0.0, version, "", "done", "", "blue", commit, phase=phase, possible=phase
    )
    file = clone.root.with_suffix(".history.json")
    file.write_bytes(msgspec.json.encode([live]))
    return file
