"""Tries released wheels of ogrom-sources on a filled database of a phase: each alone, and in pairs."""

import hashlib
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from ogrom.sources.testing import columns
from ogrom_tools.command import Failed, run, uv
from ogrom_tools.environment import Environment
from ogrom_tools.projects import ROOT, Workspace
from ogrom_tools.requirements import pins
from ogrom_tools.schema.databases import Databases
from ogrom_tools.schema.exchange import EDITION, Refused, exchange
from ogrom_tools.schema.lattice import Row
from ogrom_tools.schema.phases import Phase
from ogrom_tools.schema.tried import Tried
from ogrom_tools.wheelhouse import Wheelhouse

PROGRAM = ROOT / "tools" / "programs" / "released_sources.py"
_SECONDS = 300.0
"""How long a side has for an exchange."""


@dataclass(frozen=True)
class Wheels:
    """The contents of an environment: two wheels with what they need, at the versions that all tests run on."""

    root: Path
    paths: tuple[Path, ...]

    @property
    def files(self) -> Sequence[Path]:
        """The wheels, and the pins."""
        return (*self.paths, pins(self.root, "test"))

    def install(self, python: Path) -> None:
        """Install them; nothing of ours is asked of an index, as both are given.

        Raises:
            Failed: they do not run on the pinned versions.
        """
        constraints = f"--constraints={pins(self.root, 'test')}"
        uv("pip", "install", f"--python={python}", constraints, *map(str, self.paths), "pytest")


@dataclass(frozen=True)
class Proof:
    """What came of trying a release on a phase, alone or beside another.

    Attributes:
        phase: the text of the phase.
        release: its version.
        beside: that of the earlier one on the same database; "" for none.
        database: the kind of the database.
        facts: what was tried, and what came of it.
        problem: why it does not serve the phase; "" where it does.
        starts: whether its own migration leaves the phase as it is.
        seconds: how long it took.
    """

    phase: str
    release: str
    beside: str
    database: str
    facts: Mapping[str, Any]
    problem: str
    starts: bool
    seconds: float

    def __str__(self) -> str:
        """What came of it, in a line."""
        does = f"does not serve it: {self.problem}" if self.problem else "serves it"
        if not (self.problem or self.starts):
            does += ", but its own migration does not leave it alone"
        return f"{self.row!s:<56} {does}  {self.seconds:.1f} s"

    @property
    def row(self) -> Row:
        """What the lattice says of it, if it serves."""
        text = json.dumps(self.facts, sort_keys=True)
        return Row(
            phase=self.phase,
            release=self.release,
            beside=self.beside,
            database=self.database,
            starts=self.starts,
            edition=EDITION,
            evidence=hashlib.sha256(text.encode()).hexdigest(),
        )


@dataclass(frozen=True)
class Harness:
    """Tries releases on databases of one kind."""

    workspace: Workspace
    databases: Databases
    _filled: dict[Phase, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def alone(self, phase: Phase, one: Tried) -> Proof:
        """Run all contract suites of a release on a phase.

        Raises:
            Failed: it cannot be installed, or its environment is broken.
        """
        begin, (filled, work) = time.monotonic(), self._two(phase)
        before = columns(work)
        said = self._run(one, "contracts", work, filled)
        problem = str(said["problem"]) or _changed(before, columns(work))
        facts = self._facts(phase, before, one) | {"outcomes": said["outcomes"]}
        starts = not problem and self._starts(one, work, filled)
        facts["starts"] = starts
        return self._proof(phase, one, "", facts, problem, starts, begin)

    def beside(self, phase: Phase, one: Tried, other: Tried) -> Proof:
        """Let two releases, the later first, write on one database of a phase, both ways.

        Raises:
            Failed: one cannot be installed, or its environment is broken.
        """
        begin, (_, work) = time.monotonic(), self._two(phase)
        before = columns(work)
        with ExitStack() as stack:
            sides = [stack.enter_context(self._side(each, work)) for each in (one, other)]
            steps, problem = exchange(*sides)
        problem = problem or _changed(before, columns(work))
        facts = self._facts(phase, before, one, other) | {"steps": steps}
        return self._proof(phase, one, other.sources.version, facts, problem, True, begin)

    def _two(self, phase: Phase) -> tuple[str, str]:
        """The filled database of a phase, which stays as it is, and one like it to work on."""
        with self._lock:
            if phase not in self._filled:
                self._filled[phase] = self.databases.filled(phase)
            return self._filled[phase], self.databases.copy(self._filled[phase], phase)

    def _facts(self, phase: Phase, before: Sequence[str], *all_: Tried) -> dict[str, Any]:
        wheels = [release.sha256 for each in all_ for release in (each.sources, each.protocols)]
        return {
            "phase": str(phase),
            "database": self.databases.name,
            "wheels": wheels,
            "columns": list(before),
        }

    def _proof(
        self,
        phase: Phase,
        one: Tried,
        beside: str,
        facts: dict[str, Any],
        problem: str,
        starts: bool,
        begin: float,
    ) -> Proof:
        seconds = time.monotonic() - begin
        version, name = one.sources.version, self.databases.name
        return Proof(str(phase), version, beside, name, facts, problem, starts, seconds)

    def _starts(self, one: Tried, work: str, filled: str) -> bool:
        said = self._run(one, "migrate", work, filled)
        return not said["problem"] and columns(work) == columns(filled)

    def _run(self, one: Tried, *arguments: str) -> Mapping[str, Any]:
        with self._program(one) as (python, program):
            command = ("env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", python, program.name, *arguments)
            lines = run(*command, folder=program.parent).strip().splitlines()
        try:
            found: Mapping[str, Any] = json.loads(
                next(each for each in reversed(lines) if each.startswith("{"))
            )
        except (StopIteration, ValueError) as problem:
            raise Failed(f"{one}: {' '.join(arguments)} said nothing:\n" + "\n".join(lines)) from problem
        return found

    @contextmanager
    def _program(self, one: Tried) -> Iterator[tuple[str, Path]]:
        """The interpreter of a release's environment, and a copy of the program in an empty folder."""
        environment = self.environment(one)
        with tempfile.TemporaryDirectory() as name:
            yield environment.command("python"), Path(shutil.copy(PROGRAM, name))

    def environment(self, one: Tried) -> Environment:
        """The environment of a release, made or brought up to date.

        Raises:
            Failed: it cannot be installed.
        """
        wheels = Wheelhouse(self.workspace).wheels((one.sources, one.protocols))
        contents = Wheels(self.workspace.root, tuple(wheels[each] for each in (one.sources, one.protocols)))
        folder = self.workspace.root / ".nox" / f"sources-{one.sources.version}"
        environment = Environment(folder, contents)
        environment.sync()
        return environment

    @contextmanager
    def _side(self, one: Tried, work: str) -> Iterator["Process"]:
        with (
            self._program(one) as (python, program),
            tempfile.TemporaryFile("w+") as errors,
            subprocess.Popen(
                [python, program.name, "answer", work],
                cwd=program.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            ) as process,
        ):
            give_up = Timer(_SECONDS, process.kill)
            give_up.start()
            try:
                side = Process(str(one), process)
                side.keys = bool(side.line()["keys"])
                yield side
            except EOFError:
                process.wait()
                errors.seek(0)
                raise Failed(f"{one} does not answer: {errors.read().strip()}") from None
            finally:
                give_up.cancel()


class Process:
    """A release that answers calls, a line each."""

    def __init__(self, name: str, process: "subprocess.Popen[str]") -> None:
        self.name, self.keys, self._process = name, False, process

    def begin(self, call: str, *args: Any, key: str | None = None, **kwargs: Any) -> None:
        """Send a call."""
        asked = {"call": call, "args": args, "kwargs": kwargs, "key": key}
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{json.dumps(asked)}\n")
            self._process.stdin.flush()
        except BrokenPipeError as problem:
            raise EOFError from problem

    def end(self) -> Any:
        """What came of it."""
        said = self.line()
        if "error" in said:
            raise Refused(said["error"])
        return said["value"]

    def line(self) -> dict[str, Any]:
        """The next line that it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EOFError
        found: dict[str, Any] = json.loads(line)
        return found


def _changed(before: Sequence[str], after: Sequence[str]) -> str:
    """What of the schema is another than before; "" for nothing."""
    others = sorted({*before} ^ {*after})
    return f"it changed the schema: {', '.join(others)}" if others else ""
