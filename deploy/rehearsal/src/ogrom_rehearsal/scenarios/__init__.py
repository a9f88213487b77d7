"""The scenarios of a rehearsal: what happens in each, and what must hold."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import TestBed

from . import autoscaling, bad_versions, controls, deploys, failures, schema, slow_requests

Scenario: TypeAlias = Callable[[TestBed], ScenarioResult]

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "blue-green": deploys.blue_green,
        "rolling": deploys.rolling,
        "rollback": deploys.rollback,
        "bad-version": bad_versions.bad_version,
        "slow-version": bad_versions.slow_version,
        "failing-version": bad_versions.failing_version,
        "instance-killed": failures.instance_killed,
        "database-restart": failures.database_restart,
        "long-requests": slow_requests.long_requests,
        "downloads": slow_requests.downloads,
        "autoscaling": autoscaling.autoscaling,
        "add-column": schema.add_column,
        "rename-column": schema.rename_column,
        "split-table": schema.split_table,
        "add-index": schema.add_index,
        "stopped-half-way": schema.stopped_half_way,
        "naive-kill": controls.naive_kill,
        "no-drain": controls.no_drain,
        "careless-writes": controls.careless_writes,
        "contract-too-early": schema.contract_too_early,
    }
)
"""By name, in the order in which they run; the last ones must lose requests or writes."""

SHORT = ("blue-green", "rollback", "naive-kill", "no-drain", "careless-writes")
"""What `--short` runs."""
