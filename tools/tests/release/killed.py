"""Run by tests: releases that are killed, by SIGKILL, when a step is done.

For each line `ROOT LIBRARY STEP` that it reads, with tabs between them, it prints an exit code. A child is forked for
each, as importing all this takes as long as a release.
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


for line in sys.stdin:
    root, library, last = line.rstrip("\n").split("\t")
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    with pytest.MonkeyPatch.context() as patch:
        Script().replace(patch)
        Workshop(Path(root)).release(library, steps=Killed(Console(stderr=True)))
    break
