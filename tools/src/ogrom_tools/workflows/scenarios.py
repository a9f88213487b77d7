"""The scenarios: each pushes something, runs what that starts, and tells what is not as it must be."""

import re
from collections.abc import Callable, Iterator, Mapping

from ogrom_tools.index import differences
from ogrom_tools.ledger import FILE

from .stage import Run, Stage

PINS = "pins"
"""The branch of the pull request that moves the service's pins."""

RED = 'import pytest\n\n\n@pytest.mark.slow\ndef test_red() -> None:\n    assert not "broken"\n'

_ENOUGH = "--matrix=python:3.11"
# One Python of the matrix: others may not be on this machine.


def a_release_arrives(stage: Stage) -> Iterator[str]:
    """It is in the index, bit for bit, and a branch is pushed on which the service pins it."""
    last = stage.ledger.releases[-1]
    stage.fall_behind(last)
    stage.push()
    run = stage.run("ci.yml", _ENOUGH)
    yield from _expected(run)
    yield from differences(stage.index, stage.ledger)
    if PINS not in stage.branches:
        yield f"no branch {PINS} is pushed"
    elif last.version not in stage.pins(PINS).get(last.project, ""):
        yield f"{PINS} does not pin {last}"


def a_red_test_stops_it(stage: Stage) -> Iterator[str]:
    """Nothing is published and no branch is pushed; it is one of the tests that `--quick` leaves to CI."""
    before = stage.held
    stage.write(f"{stage.library}/tests/test_red.py", RED)
    stage.push()
    run = stage.run("ci.yml", _ENOUGH)
    yield from _expected(run, fails=r"(?!the whole).* on Python 3\.11.*")  # of a matrix, act lets all fail
    yield from _unchanged(stage, before)


def a_line_that_does_not_verify(stage: Stage) -> Iterator[str]:
    """It publishes nothing, though the others are good."""
    before, last = stage.held, stage.ledger.releases[-1]
    text = stage.ledger.text.replace(last.sha256, last.sha256[::-1])
    stage.write(FILE, text)
    stage.push()
    run = stage.run("release.yml", event="workflow_dispatch")
    yield from _expected(run, fails="build")
    yield from _unchanged(stage, before)


def a_stopped_job_is_repeated(stage: Stage) -> Iterator[str]:
    """Whatever it has left, the next one brings the index up."""
    stage.push()
    run = stage.run("release.yml", event="workflow_dispatch", until="Publish what the ledger says")
    if run.succeeded or not run.jobs.get("build"):
        yield f"it was not stopped while it published:\n{run.output[-4000:]}"
    last = stage.ledger.releases[-1]
    stage.index.write(f"files/{last.artefact}", stage.wheel(last))  # so far it had come, say
    run = stage.run("release.yml", event="workflow_dispatch")
    yield from _expected(run)
    yield from differences(stage.index, stage.ledger)


Scenario = Callable[[Stage], Iterator[str]]

SCENARIOS: Mapping[str, Scenario] = {
    each.__name__.replace("_", "-"): each
    for each in (
        a_release_arrives,
        a_red_test_stops_it,
        a_line_that_does_not_verify,
        a_stopped_job_is_repeated,
    )
}
"""By the names that `./dev workflows` knows."""


def _expected(run: Run, *, fails: str = "") -> Iterator[str]:
    """What is wrong with how it ended: just the job had to fail whose name is said, and those that wait for it."""
    failed = [name for name, is_good in run.jobs.items() if not is_good and name != "gate"]
    if (
        run.succeeded == bool(fails)
        or (not failed) == bool(fails)
        or not all(re.fullmatch(fails, each) for each in failed)
    ):
        yield f"these have failed: {failed or 'none'}\n{run.output[-4000:]}"


def _unchanged(stage: Stage, before: frozenset[str]) -> Iterator[str]:
    if stage.held != before:
        yield f"the index was changed: {', '.join(sorted(stage.held ^ before))}"
    if PINS in stage.branches:
        yield f"the branch {PINS} was pushed"
