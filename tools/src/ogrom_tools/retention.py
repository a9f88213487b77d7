"""Retention: which installed releases stay on this machine, and which make room."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

NEWEST = 4
"""How many stay in any case: what two sessions at once deploy, and what they deploy it over."""

REST = 3600.0
"""The seconds after its last use for which one stays: a rehearsal may come back to what it does not run now."""

_PROCESSES = Path("/proc")


def make_room(folder: Path, stamp: str) -> Sequence[Path]:
    """Remove the installations that are neither among the newest, nor used of late, nor running.

    Whoever calls it sees to it that nobody makes one meanwhile.

    Args:
        folder: which holds them, a folder each.
        stamp: the file in each that is there once it is whole, and touched whenever somebody wants it.

    Returns:
        What was removed.
    """
    last_used = {each: _last_used(each / stamp) for each in folder.iterdir() if each.is_dir()}
    newest_first = sorted(last_used, key=last_used.__getitem__, reverse=True)
    long_ago = time.time() - REST
    running = "\0".join(_command_lines())
    removed = [
        each for each in newest_first[NEWEST:] if last_used[each] < long_ago and f"{each}/" not in running
    ]
    for each in removed:
        (each / stamp).unlink(missing_ok=True)  # first: half of one is none
        shutil.rmtree(each, ignore_errors=True)
    return removed


def _last_used(stamp: Path) -> float:
    """When it was wanted, in seconds since 1970; before all others, where it never was whole."""
    return stamp.stat().st_mtime if stamp.exists() else 0.0


def _command_lines() -> Iterator[str]:
    """Those of all processes, which name the Python that they run; none where no /proc tells."""
    for each in _PROCESSES.glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended, or is somebody else's
            yield each.read_text(errors="surrogateescape")
