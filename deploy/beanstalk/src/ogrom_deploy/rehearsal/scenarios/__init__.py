"""The scenarios of a rehearsal, each a module with what happens and what must hold."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from ..outcome import Outcome
from ..stage import Stage
from . import (
    autoscaling,
    bad_version,
    blue_green,
    controls,
    database_restart,
    downloads,
    failing_version,
    killed,
    long_requests,
    rollback,
    rolling,
    slow_version,
)

Scenario: TypeAlias = Callable[[Stage], Outcome]

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "blue-green": blue_green.play,
        "rolling": rolling.play,
        "rollback": rollback.play,
        "bad-version": bad_version.play,
        "slow-version": slow_version.play,
        "failing-version": failing_version.play,
        "instance-killed": killed.play,
        "database-restart": database_restart.play,
        "long-requests": long_requests.play,
        "downloads": downloads.play,
        "autoscaling": autoscaling.play,
        "naive-kill": controls.naive_kill,
        "no-drain": controls.no_drain,
    }
)
"""By name, in the order in which they are played; the last ones must lose requests."""

SHORT = ("blue-green", "rollback", "naive-kill", "no-drain")
"""What `--short` plays."""
