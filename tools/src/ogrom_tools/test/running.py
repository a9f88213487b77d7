"""Runs suites side by side: two more than there are processors, since each waits for much of its time."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from ogrom_tools.progress import say

from .suites import REPORTS, Suite

DEADLINE = 3600
"""Seconds after which a suite is ended: it hangs, or the machine is too slow to say anything."""


@dataclass(frozen=True)
class Outcome:
    """What became of a suite."""

    suite: Suite
    code: int
    """What it exited with; 0 is well."""
    output: str
    seconds: float
    processor: float
    """Seconds of processor time, its children's included."""


def run(root: Path, suites: Iterable[Suite], tell: Callable[[Outcome], object]) -> tuple[Outcome, ...]:
    """Run suites side by side, begun in this order.

    Args:
        root: the checkout.
        suites: what to run.
        tell: called as each ends.

    Returns:
        What became of them, in their order.
    """
    _empty(root / REPORTS)
    with ThreadPoolExecutor((os.cpu_count() or 1) + 2) as pool:
        running = [pool.submit(_run, root, each) for each in suites]
        for each in as_completed(running):
            tell(each.result())
    return tuple(each.result() for each in running)


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()


def _run(root: Path, suite: Suite) -> Outcome:
    begin = time.monotonic()
    say(f"{suite.name} ...")
    path = root / suite.log
    with path.open("wb") as log:
        process = subprocess.Popen(
            command(suite.command), cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        end = Timer(DEADLINE, process.kill)
        end.start()
        _, status, usage = os.wait4(process.pid, 0)
        end.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen has not waited itself
    output = path.read_text(encoding="utf-8", errors="replace")
    used = usage.ru_utime + usage.ru_stime
    return Outcome(suite, process.returncode, output, time.monotonic() - begin, used)


def command(words: Iterable[str]) -> list[str]:
    """What is started for a command whose program is one of this environment."""
    name, *arguments = words
    return [str(Path(sys.executable).with_name(name)), *arguments]
