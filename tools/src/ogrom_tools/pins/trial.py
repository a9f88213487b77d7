"""Tries what is pinned: the service's wheel on released wheels only, in an empty environment."""

import sys
import tempfile
from pathlib import Path

from ogrom_tools.pins.pinning import Pinning
from ogrom_tools.projects import discover
from ogrom_tools.wheels import build_one, on_releases

QUICK = ("-m", "not slow", "-W", "default::DeprecationWarning")
"""Which of the service's tests are run; what a release deprecates is no error, since it still works."""


def tested(pinning: Pinning) -> str:
    """Run the service's quick tests; their last line.

    Raises:
        Failed: some fail, or something cannot be installed.
    """
    with tempfile.TemporaryDirectory() as name:
        workspace = discover(pinning.workspace.root)
        service = workspace[pinning.service.name]
        wheel = build_one(service, Path(name))
        return on_releases(workspace, service, wheel, sys.executable, *QUICK).run()
