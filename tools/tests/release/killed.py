"""Run by a test: a release that is killed, by SIGKILL, when a step of this name is done.

Usage: killed.py ROOT LIBRARY STEP
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ogrom_tools.release.steps import Steps
from ogrom_tools.release.testing import Script, Workshop


class Killed(Steps):
    """Steps that end with the whole process."""

    def run(self, name: str, step: Any, *args: Any, **kwargs: Any) -> Any:
        result = super().run(name, step, *args, **kwargs)
        if name.startswith(last):
            os.kill(os.getpid(), signal.SIGKILL)
        return result


root, library, last = sys.argv[1:]
with pytest.MonkeyPatch.context() as patch:
    Script().replace(patch)
    Workshop(Path(root)).release(library, steps=Killed(Console()))
