"""What processes use, from the kernel's accounts of them in /proc."""

import os
import time
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
    """The seconds of a processor that these have used, to the nanosecond, and children of theirs that have ended."""
    return sum(map(_processor_seconds, process_ids))


def memory(process_ids: Iterable[int]) -> Memory:
    """What these have in memory now."""
    found = [_memory(each) for each in process_ids]
    return Memory(sum(each.rss for each in found), sum(each.pss for each in found))


def _processor_seconds(process_id: int) -> float:
    text = _account(process_id, "stat")
    if not text:
        return 0.0
    # The name, in parentheses, may have blanks. Behind it are state, parent and group; the 16th and 17th field of all
    # are user and system time of its ended children. Its own are there too, but in hundredths of a second: of a
    # database that is asked for a second that is a tenth of what it uses.
    fields = text.rpartition(")")[2].split()
    children = sum(map(int, fields[13:15])) / _TICKS
    try:
        return time.clock_gettime(_clock(process_id)) + children
    except OSError:
        return sum(map(int, fields[11:13])) / _TICKS + children


def _clock(process_id: int) -> int:
    """The clock of a process's processor time, as clock_getcpuclockid(3) computes it on Linux."""
    return ~process_id << 3 | 2


def _memory(process_id: int) -> Memory:
    lines = _account(process_id, "smaps_rollup").splitlines()
    sizes = {name: int(size) / _KIB_IN_MIB for name, size, *_ in map(str.split, lines[1:])}
    return Memory(sizes.get("Rss:", 0.0), sizes.get("Pss:", 0.0))


def _account(process_id: int, name: str) -> str:
    """What the kernel says; nothing where the process has ended, whose time its parent then has."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process_id}/{name}").read_text(encoding="utf-8", errors="replace")
    return ""
