"""The last job of CI, and the only one that a pull request must pass: have all the others done their work?

Which jobs there are depends on what has changed, so none of them can be required by name; and a required job
that a filter has left out would be waited for forever.
"""

import json
from collections.abc import Mapping
from typing import Any

from ogrom_tools.command import Failed

PLAN = "plan"
"""The job that decides what the others have to do; its output `any` says whether that is anything."""


def check(needs: str) -> None:
    """Check GitHub's account of the jobs, `toJSON(needs)`.

    Raises:
        Failed: one has failed, was cancelled, or was skipped though there was something to do.
    """
    if not needs:
        raise Failed("gate: NEEDS is empty; in a workflow it is ${{ toJSON(needs) }}.")
    jobs: Mapping[str, Any] = json.loads(needs)
    if PLAN not in jobs:
        raise Failed(f"gate: the job {PLAN!r} is missing in `needs`, so nobody knows what had to be done.")
    good = {"success"} if jobs[PLAN]["outputs"].get("any") != "false" else {"success", "skipped"}
    results = {name: job["result"] for name, job in jobs.items()}
    if not good.issuperset(results.values()):
        table = "\n".join(f"  {name}: {result}" for name, result in results.items())
        raise Failed(f"gate: not all has been done, and done well:\n{table}")
