"""How much processor time instances use, from the kernel's account of their process groups.

A container's processes are this machine's, too, and its first one leads a group.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from .instances import Instance

_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(instances: Iterable[Instance]) -> dict[str, float]:
    """How many seconds of a processor each instance has used, with its workers, by the instance's name."""
    groups = {group: each.id for each in instances if (group := each.group)}
    used = dict.fromkeys(groups.values(), 0.0)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it has ended meanwhile
        # The name, in parentheses, may have blanks. Behind it: state, parent, group; then user and system time.
        fields = text.rpartition(")")[2].split()
        if (group := int(fields[2])) in groups:
            used[groups[group]] += (int(fields[11]) + int(fields[12])) / _TICKS
    return used
