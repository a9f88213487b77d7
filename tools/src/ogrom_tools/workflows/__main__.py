"""`./dev workflows`: scenarios that push to a local repository, run what CI does then, and check the outcome."""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from ogrom_tools.index import differences
from ogrom_tools.ledger import FILE
from ogrom_tools.projects import ROOT
from ogrom_tools.workflows.sandbox import Run, Sandbox

PINS = "pins"
"""The branch of the pull request with the service's new pins."""

RED = 'import pytest\n\n\n@pytest.mark.slow\ndef test_red() -> None:\n    assert not "broken"\n'

_ENOUGH = "--matrix=python:3.11"
# One Python of the matrix, since others may not be installed here.


def a_release_arrives(sandbox: Sandbox) -> Iterator[str]:
    """The index has it, bit for bit, and a branch is pushed on which the service pins it."""
    last = sandbox.ledger.releases[-1]
    sandbox.fall_behind(last)
    sandbox.push()
    run = sandbox.run("ci.yml", _ENOUGH)
    yield from _expected(run)
    yield from differences(sandbox.index, sandbox.ledger)
    if PINS not in sandbox.branches:
        yield f"no branch {PINS} is pushed"
    elif last.version not in sandbox.pins(PINS).get(last.project, ""):
        yield f"{PINS} does not pin {last}"


def a_red_test_stops_it(sandbox: Sandbox) -> Iterator[str]:
    """Nothing is published and no branch is pushed; the test is one that `--quick` leaves to CI."""
    before = sandbox.published
    sandbox.write(f"{sandbox.library}/tests/test_red.py", RED)
    sandbox.push()
    run = sandbox.run("ci.yml", _ENOUGH)
    yield from _expected(
        run, fails=r"(?!the whole).* on Python 3\.11.*"
    )  # act lets all jobs of a matrix fail
    yield from _unchanged(sandbox, before)


def a_line_that_does_not_verify(sandbox: Sandbox) -> Iterator[str]:
    """Nothing is published, although the other lines are good."""
    before, last = sandbox.published, sandbox.ledger.releases[-1]
    text = sandbox.ledger.text.replace(last.sha256, last.sha256[::-1])
    sandbox.write(FILE, text)
    sandbox.push()
    run = sandbox.run("release.yml", event="workflow_dispatch")
    yield from _expected(run, fails="build")
    yield from _unchanged(sandbox, before)


def a_stopped_job_is_repeated(sandbox: Sandbox) -> Iterator[str]:
    """Whatever the stopped job left, the next one completes the index."""
    sandbox.push()
    run = sandbox.run("release.yml", event="workflow_dispatch", until="Publish what the ledger says")
    if run.succeeded or not run.jobs.get("build"):
        yield f"it was not stopped while publishing:\n{run.output[-4000:]}"
    last = sandbox.ledger.releases[-1]
    sandbox.index.write(f"files/{last.artefact}", sandbox.wheel(last))  # as if it had come this far
    run = sandbox.run("release.yml", event="workflow_dispatch")
    yield from _expected(run)
    yield from differences(sandbox.index, sandbox.ledger)


Scenario = Callable[[Sandbox], Iterator[str]]

SCENARIOS: Mapping[str, Scenario] = {
    each.__name__.replace("_", "-"): each
    for each in (
        a_release_arrives,
        a_red_test_stops_it,
        a_line_that_does_not_verify,
        a_stopped_job_is_repeated,
    )
}
"""By the names that `./dev workflows` takes."""


def _expected(run: Run, *, fails: str = "") -> Iterator[str]:
    """What is wrong with the outcome: only the named job should have failed, and those that need it."""
    failed = [name for name, is_good in run.jobs.items() if not is_good and name != "gate"]
    if (
        run.succeeded == bool(fails)
        or (not failed) == bool(fails)
        or not all(re.fullmatch(fails, each) for each in failed)
    ):
        yield f"these have failed: {failed or 'none'}\n{run.output[-4000:]}"


def _unchanged(sandbox: Sandbox, before: frozenset[str]) -> Iterator[str]:
    if sandbox.published != before:
        yield f"the index has changed: {', '.join(sorted(sandbox.published ^ before))}"
    if PINS in sandbox.branches:
        yield f"the branch {PINS} was pushed"


@click.command()
@click.argument("names", metavar="[SCENARIO] ...", nargs=-1, type=click.Choice(sorted(SCENARIOS)))
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(names: tuple[str, ...], root: Path) -> None:
    """Push to a bare repository and run the workflows that this starts: all scenarios, or some."""
    failed = False
    for name in names or SCENARIOS:
        begin = time.monotonic()
        print(f"{name} ...", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            problems = list(SCENARIOS[name](Sandbox.made(Path(folder), root)))
            kept = root / ".ogrom" / "workflows" / name
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            for log in Path(folder).glob("work-*.log"):
                shutil.copy(log, kept)
        failed = failed or bool(problems)
        outcome = "; ".join(problems) or "as expected"
        print(f"{time.monotonic() - begin:6.1f} s  {name}: {outcome}", flush=True)
    if failed:
        print(f"The workflows' output is in {root / '.ogrom' / 'workflows'}.")
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="./dev workflows")
