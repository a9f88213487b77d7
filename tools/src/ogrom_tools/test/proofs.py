"""`./dev prove`: tests that are worth hours, run again and again, with a count of failures (docs/testing.md)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import click

from ogrom_tools.command import Failed, run as run_command
from ogrom_tools.git import Repository
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.pytest_plugins.policy import FRESH
from ogrom_tools.test import debian
from ogrom_tools.test.imports import imports_of
from ogrom_tools.test.running import ended, run
from ogrom_tools.test.suites import BENCH, DOCS, Suite, everything, is_document, select, suites_of

QUOTA, PERIOD = 25_000, 100_000
"""A quarter of a processor: microseconds of it in a period (Linux's admin-guide/cgroup-v2, cpu.max)."""

CGROUP = Path("/sys/fs/cgroup")


@contextmanager
def loaded() -> Iterator[None]:
    """Keep all processors busy with something else."""
    debian.install([] if debian.is_there("stress-ng") else ["stress-ng"], "A busy machine needs")
    with subprocess.Popen(["stress-ng", "--quiet", "--cpu", str(os.cpu_count())]) as stress:
        try:
            yield
        finally:
            stress.terminate()


@contextmanager
def throttled() -> Iterator[None]:
    """Limit this process and all that it starts to a quarter of one processor.

    Raises:
        Failed: this user may not make a cgroup, or the cgroup has no effect.
    """
    base = CGROUP / "cpu" if (CGROUP / "cpu").is_dir() else CGROUP  # version 1, or 2
    before, group = _own(base), base / f"ogrom-{os.getpid()}"
    _as_root(f"mkdir {group}; {_limit(group, base)}; {_join(group)}")
    try:
        if (share := _share()) > 0.4:
            raise Failed(f"prove: a busy program gets {share:.2f} of a processor instead of 0.25.")
        yield
    finally:
        # The shell was in the group, too, and a process that has ended stays in it for a moment.
        leave = f"echo $$ >{before}/cgroup.procs; {_join(before)}"
        _as_root(f"{leave}; timeout 10 sh -c 'until rmdir {group}; do sleep 0.2; done'")


def _as_root(script: str) -> None:
    prefix = debian.as_root()
    if prefix is None:
        raise Failed("prove: only root may limit processor time, and sudo needs a password. Run it as root.")
    run_command(*prefix, "sh", "-ec", script)


def _own(base: Path) -> Path:
    """This process's group."""
    key = "cpu" if base.name == "cpu" else ""
    lines = (line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines())
    return next(base / path.strip("/") for _, names, path in lines if key in names.split(","))


def _join(group: Path) -> str:
    return f"echo {os.getpid()} >{group}/cgroup.procs"


def _limit(group: Path, base: Path) -> str:
    if base.name == "cpu":
        return f"echo {PERIOD} >{group}/cpu.cfs_period_us; echo {QUOTA} >{group}/cpu.cfs_quota_us"
    return f"echo {QUOTA} {PERIOD} >{group}/cpu.max"


def _share() -> float:
    """The share of a processor that a busy program gets."""
    code = "import time\nwhile time.process_time() < 0.3: pass\nprint(time.process_time())"
    begin = time.monotonic()
    used = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    return float(used) / (time.monotonic() - begin)


@dataclass(frozen=True)
class Proof:
    """Suites that are run again and again."""

    what: str
    suites: Callable[[Workspace], tuple[Suite, ...]]
    times: int
    """How often by default."""
    machine: Callable[[], AbstractContextManager[None]] = nullcontext
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables for the suites."""


def _properties(workspace: Workspace) -> tuple[Suite, ...]:
    files = (each for each in select(workspace).files if not is_document(each))
    modules = [each for each in files if any(found.module == "hypothesis" for found in imports_of(each))]
    return suites_of(workspace, modules, "-m", "hypothesis", f"--hypothesis-profile={FRESH}")


def _histories(workspace: Workspace) -> tuple[Suite, ...]:
    faults = select(workspace, ["sources"]).files
    return suites_of(workspace, [each for each in faults if each.parent.name == "faults"])


def _module(project: str, file: str) -> Callable[[Workspace], tuple[Suite, ...]]:
    def suites(workspace: Workspace) -> tuple[Suite, ...]:
        return suites_of(
            workspace, [each for each in select(workspace, [project]).files if each.name == file]
        )

    return suites


def _without_measurements(workspace: Workspace) -> tuple[Suite, ...]:
    """Everything but rehearsals and benches, whose measurements mean nothing on a quarter of a processor."""
    return tuple(
        each for each in everything(workspace) if each.name != BENCH and "rehearsal" not in each.name
    )


PROOFS: Mapping[str, Proof] = {
    "properties": Proof("every property test, each time with new examples", _properties, 50),
    "histories": Proof("writes while their database dies, hangs and refuses", _histories, 50),
    "lost-answers": Proof(
        "two hundred writes whose answers are lost, and that the client repeats",
        _module("api-run", "test_lost_answers.py"),
        5,
        variables={"OGROM_LOST_ANSWERS": "200"},
    ),
    "contract": Proof(
        "the API against its description, with a hundred new requests of each kind each time",
        _module("api-run", "test_schemathesis.py"),
        5,
        variables={"OGROM_TEST_EXAMPLES": "100"},
    ),
    "conformance": Proof(
        "that a written rule explains each difference from Liberator, in ten thousand random runs each time",
        _module("http", "test_conformance.py"),
        10,
        variables={"OGROM_CONFORMANCE_RUNS": "10000"},
    ),
    "requests": Proof(
        "the server against h11, with random requests; `./dev fuzz` is short for it",
        _module("server", "test_fuzz.py"),
        20,
        variables={"OGROM_TEST_EXAMPLES": "50000"},
    ),
    "loaded": Proof("the whole test while all processors are busy", everything, 10, loaded),
    "throttled": Proof(
        "all but rehearsals and benches on a quarter of a processor", _without_measurements, 3, throttled
    ),
}


@click.command()
@click.argument("name", type=click.Choice(list(PROOFS)))
@click.option("--times", type=click.IntRange(1), help="How often; docs/testing.md has the defaults.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(name: str, *, times: int | None, root: Path) -> None:
    """Run a proof that takes hours: properties, histories, or all tests on a slow machine."""
    proof, workspace = PROOFS[name], discover(root)
    debian.ensure(workspace, workspace.projects, BENCH, DOCS)
    runs = times or proof.times
    print(f"{name}: {proof.what}, {runs} times", flush=True)
    os.environ.update(proof.variables)
    with proof.machine():
        failed = sum(not _once(workspace, proof, number) for number in range(1, runs + 1))
    print(f"{name} at {Repository(root).commit()[:12]}: {runs - failed} passed, {failed} failed")
    if failed:
        raise Failed(f"prove: {failed} of {runs} runs failed; their output is above.")


def _once(workspace: Workspace, proof: Proof, number: int) -> bool:
    begin = time.monotonic()
    outcomes = run(workspace.root, proof.suites(workspace), lambda each: print(ended(each), flush=True))
    is_good = not any(each.code for each in outcomes)
    print(
        f"run {number}: {'passed' if is_good else 'failed'} in {time.monotonic() - begin:.0f} s", flush=True
    )
    return is_good


if __name__ == "__main__":
    main(prog_name="./dev prove")
