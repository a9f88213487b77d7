"""`./dev gate`: CI's last job, the only one that a pull request must pass, checks that all others did their work.

Which jobs run depends on what has changed, so none of them can be required by name: GitHub would wait forever for a
required job that a filter left out.
"""

import json
from collections.abc import Mapping
from typing import Any

from ogrom_tools.command import Failed

PLAN = "plan"
"""The job that decides what the others do; its output `any` says whether there is anything to do."""


def check(needs: str) -> None:
    """Check the results of the other jobs.

    Args:
        needs: GitHub's `toJSON(needs)`.

    Raises:
        Failed: a job failed, was cancelled, or was skipped although there was something to do.
    """
    if not needs:
        raise Failed("gate: NEEDS is empty; in a workflow it is ${{ toJSON(needs) }}.")
    jobs: Mapping[str, Any] = json.loads(needs)
    if PLAN not in jobs:
        raise Failed(f"gate: `needs` lacks the job {PLAN!r}, so it is unknown what had to be done.")
    good = {"success"} if jobs[PLAN]["outputs"].get("any") != "false" else {"success", "skipped"}
    results = {name: job["result"] for name, job in jobs.items()}
    if not good.issuperset(results.values()):
        table = "\n".join(f"  {name}: {result}" for name, result in results.items())
        raise Failed(f"gate: not every job succeeded:\n{table}")
