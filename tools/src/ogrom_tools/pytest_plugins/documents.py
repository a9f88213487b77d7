"""A pytest plugin: the `python` and `console` blocks of Markdown documents are tests; tools/README.md shows how.

The blocks of one document share a namespace, a console and a store, from top to bottom; what somebody has written into
the checkout's store is not in it. The ports 18000 to 18999 become free ones, since the documents of two checkouts may
run at once.
"""

import doctest
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread, Timer
from typing import IO, Any, cast

from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.region import Lexeme
from sybil.typing import Evaluator

from ogrom_tools.projects import ROOT

SECONDS = 600.0
"""How long a command may take; a background command, until it has printed what the block shows."""

CONSOLE = "console"
STORE = "console store"  # with a space, so that no block of Python can use the name
PORTS = "console ports"
_PORT = re.compile(r"\b18[0-9]{3}\b")


@dataclass(frozen=True)
class Step:
    """One command of a block and the output that the document shows; no output stands for any."""

    command: str
    output: str

    @property
    def is_background(self) -> bool:
        """Whether the command runs on during the next ones."""
        return self.command.endswith("&")

    def explain(self, printed: str) -> str | None:
        """How the printed output differs from the document; None if it does not."""
        checker = doctest.OutputChecker()
        shown = re.sub(r"^\.\.\.\n", "...", self.output, flags=re.MULTILINE)  # any lines, or none
        lines = printed if printed.endswith("\n") else printed + "\n"  # curl adds no newline
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
    """Runs steps in one folder; owns the background commands until it is closed.

    Attributes:
        folder: where they run.
        variables: additions to the environment.
        running: the background commands.
    """

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    _readers: list[Thread] = field(default_factory=list)

    def run(self, step: Step) -> str | None:
        """Run one step, and return what is wrong, if anything."""
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
        """Read until the step has printed what the document shows."""
        self.running.append(process)
        stdout = cast("IO[str]", process.stdout)
        printed, complaint = "", step.explain("")
        while complaint and (line := stdout.readline()):
            printed += line
            complaint = step.explain(printed)
        # Someone must read on, or a talkative server blocks on a full pipe.
        self._readers.append(Thread(target=_drain, args=[stdout], daemon=True))
        self._readers[-1].start()
        return complaint

    def close(self) -> None:
        """Stop the background commands."""
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
    """Terminate the command and everything that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)


def _environment() -> dict[str, str]:
    """This environment's programs come first, and output has no colours."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": programs, "NO_COLOR": "1"}


class Ports(ExitStack):
    """Free ports in place of those that a document shows; reserved for it until closed."""

    def __init__(self) -> None:
        """Reserve none yet."""
        super().__init__()
        self._taken: dict[str, str] = {}

    def put(self, text: str) -> str:
        """Replace the ports in a text, each always by the same one."""
        return _PORT.sub(lambda match: self._free(match[0]), text)

    def _free(self, shown: str) -> str:
        if shown not in self._taken:
            from ogrom.sources.testing import (
                reserved_port,  # brings a database's driver to every run of pytest
            )

            self._taken[shown] = str(self.enter_context(reserved_port()))
        return self._taken[shown]


def evaluate(example: Example) -> str | None:
    """Run a console block, and return the first complaint."""
    console: Console = example.namespace[CONSOLE]
    text = example.namespace[PORTS].put(example.parsed)
    return next(filter(None, map(console.run, steps(text))), None)


class PythonParser(PythonCodeBlockParser):
    """Python whose ports are free ones, as in console blocks."""

    def __call__(self, document: Document) -> Iterator[Region]:
        """The blocks and examples of a document."""
        for region in super().__call__(document):
            region.evaluator = partial(_with_free_ports, cast("Evaluator", region.evaluator))
            yield region


def _with_free_ports(evaluator: Evaluator, example: Example) -> str | None:
    free = example.namespace[PORTS].put
    if isinstance(example.parsed, doctest.Example):
        example.parsed.source, example.parsed.want = free(example.parsed.source), free(example.parsed.want)
    else:
        example.parsed = Lexeme(free(example.parsed), example.parsed.offset, example.parsed.line_offset)
    return evaluator(example)


def _open(namespace: dict[str, Any]) -> None:
    store = namespace[STORE] = TemporaryDirectory()
    url = f"sqlite:///{store.name}/ogrom.sqlite3"
    namespace[CONSOLE] = Console(ROOT, {"OGROM_DATABASE_URL": url})
    namespace[PORTS] = Ports()


def _close(namespace: dict[str, Any]) -> None:
    namespace[CONSOLE].close()
    namespace[PORTS].close()
    namespace[STORE].cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonParser(), CodeBlockParser(CONSOLE, evaluate), SkipParser()],
    pattern="*.md",
    path="/",
    setup=_open,
    teardown=_close,
).pytest()
