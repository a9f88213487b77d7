"""Runs the `console` blocks of documents and compares what they print; tools/README.md shows the form."""

import doctest
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread, Timer
from typing import IO, cast

SECONDS = 600.0
"""How long one command may take, or a background command until it has printed what the block shows."""


@dataclass(frozen=True)
class Step:
    """One command of a block, and what the document says that it prints; nothing stands for anything."""

    command: str
    output: str

    @property
    def is_background(self) -> bool:
        """Whether the command goes on while the next ones run."""
        return self.command.endswith("&")

    def explain(self, printed: str) -> str | None:
        """What is wrong with what was printed; None where it is as the document says."""
        checker = doctest.OutputChecker()
        shown = re.sub(r"^\.\.\.\n", "...", self.output, flags=re.MULTILINE)  # any lines, also none
        lines = printed if printed.endswith("\n") else printed + "\n"  # curl ends where its answer does
        if not self.output or checker.check_output(shown, lines, doctest.ELLIPSIS):
            return None
        return f"$ {self.command}\nthe document shows:\n{self.output}\nit printed:\n{printed}"


def steps(block: str) -> Iterator[Step]:
    """The steps of a block: `$ command`, `> continued`, and the lines of output below."""
    command, output = "", ""
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield Step(command, output)
            command, output = line[2:], ""
        elif line.startswith("> ") and not output:
            command += "\n" + line[2:]
        else:
            output += line + "\n"
    if not command:
        raise ValueError("a console block starts with `$ command`")
    yield Step(command, output)


@dataclass
class Console:
    """Runs steps in one folder; owns the commands in the background until it is closed.

    Attributes:
        folder: where they run.
        variables: of the environment, besides ours.
        running: the commands in the background.
    """

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    _readers: list[Thread] = field(default_factory=list)

    def run(self, step: Step) -> str | None:
        """Run one step; the complaint, if there is one."""
        process = subprocess.Popen(
            ["sh", "-c", step.command.removesuffix("&")],
            cwd=self.folder,
            env={**_environment(), **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        deadline = Timer(SECONDS, _stop, [process])
        deadline.start()
        try:
            return self._await(step, process) if step.is_background else _finish(step, process)
        finally:
            deadline.cancel()
            deadline.join()

    def _await(self, step: Step, process: subprocess.Popen[str]) -> str | None:
        """Read on until the step has printed what the document shows."""
        self.running.append(process)
        stdout = cast("IO[str]", process.stdout)
        printed, complaint = "", step.explain("")
        while complaint and (line := stdout.readline()):
            printed += line
            complaint = step.explain(printed)
        # Somebody must go on reading, or a talkative server stops at a full pipe.
        self._readers.append(Thread(target=_drain, args=[stdout], daemon=True))
        self._readers[-1].start()
        return complaint

    def close(self) -> None:
        """End what still runs."""
        while self.running:
            process = self.running.pop()
            _stop(process)
            process.wait(SECONDS)
        while self._readers:
            self._readers.pop().join(SECONDS)


def _finish(step: Step, process: subprocess.Popen[str]) -> str | None:
    printed, _ = process.communicate()
    if process.returncode:
        return f"$ {step.command}\nexited with {process.returncode} and printed:\n{printed}"
    return step.explain(printed)


def _drain(stream: IO[str]) -> None:
    with stream:
        stream.read()


def _stop(process: subprocess.Popen[str]) -> None:
    """Tell the command to end, and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)


def _environment() -> dict[str, str]:
    """This environment's programs come first, and nothing colours what it prints."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": programs, "NO_COLOR": "1"}
