"""Who goes before: instances that serve, before those that start. In the cloud each has processors of its own."""

import os
import resource
from collections.abc import Sequence

_NICE = 10


def may_be_raised() -> bool:
    """Whether a process may be favoured later, when it was not at first."""
    return os.geteuid() == 0 or resource.getrlimit(resource.RLIMIT_NICE)[0] >= 20


def may_be_shared() -> bool:
    """Whether an engine can surely say how containers share the processors."""
    return os.geteuid() == 0


def lowered() -> Sequence[str]:
    """What begins the command of a process that makes room for those that serve."""
    return ("nice", "-n", str(_NICE)) if may_be_raised() else ()
