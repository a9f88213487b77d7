"""What processes use, from the kernel's accounts of them in /proc."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_KIB_IN_MIB = 1024.0


@dataclass(frozen=True)
class Memory:
    """The memory of some processes together, in MiB.

    Attributes:
        rss: resident, where a page that two share counts twice.
        pss: resident, where a page that several share counts by parts; what they need together.
    """

    rss: float
    pss: float


def processor_seconds(process_ids: Iterable[int]) -> float:
    """The seconds of a processor that these have used, and children of theirs that have ended."""
    return sum(map(_processor_seconds, process_ids))


def memory(process_ids: Iterable[int]) -> Memory:
    """What these have in memory now."""
    found = [_memory(each) for each in process_ids]
    return Memory(sum(each.rss for each in found), sum(each.pss for each in found))


def _processor_seconds(process_id: int) -> float:
    text = _account(process_id, "stat")
    if not text:
        return 0.0
    # The name, in parentheses, may have blanks. Behind it are state, parent and group; from the 14th field of all:
    # user and system time, of it and of its ended children.
    fields = text.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _memory(process_id: int) -> Memory:
    lines = _account(process_id, "smaps_rollup").splitlines()
    sizes = {name: int(size) / _KIB_IN_MIB for name, size, *_ in map(str.split, lines[1:])}
    return Memory(sizes.get("Rss:", 0.0), sizes.get("Pss:", 0.0))


def _account(process_id: int, name: str) -> str:
    """What the kernel says; nothing where the process has ended, whose time its parent then has."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process_id}/{name}").read_text(encoding="utf-8", errors="replace")
    return ""
