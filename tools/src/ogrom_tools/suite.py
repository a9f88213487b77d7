"""Runs a project's tests by its tox.ini: a wheel of it, in a new environment, on released dependencies only."""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from ogrom_tools.command import Failed, run as run_command
from ogrom_tools.intended import Versions, differences, first, intended, untrue_bounds
from ogrom_tools.projects import Project, is_ours

QUICK = ("-m", "not slow", "tests")
"""What pytest is told for the tests that need no server."""


@dataclass(frozen=True)
class Outcome:
    """What became of one environment of tox."""

    environment: str
    """Its name: `py313-lowest`."""
    installed: Versions
    summary: str
    """The last line of the tests."""
    failed: bool
    skipped: bool
    """Its Python is not on this machine."""

    @property
    def python(self) -> str:
        """The version of Python: `3.13`."""
        digits = self.environment.removeprefix("py").partition("-")[0]
        return f"{digits[0]}.{digits[1:]}"

    @property
    def resolution(self) -> str:
        """`lowest` or `highest`."""
        return self.environment.partition("-")[2]

    @classmethod
    def parse(cls, environment: str, result: Mapping[str, Any]) -> Self:
        """Read what tox's journal says of an environment."""
        installed = dict(map(_installed, result.get("installed_packages", ())))
        lines = "".join(each["output"] for each in result.get("test", ())).strip().splitlines()
        state = result["result"]
        return cls(environment, installed, _summary(lines), not state["success"], state["skipped"])


def run(
    folder: Path,
    wheel: Path,
    index_url: str,
    *,
    resolution: str = "highest",
    quick: bool = False,
    python: str | None = None,
) -> str:
    """Run the tests in a project's folder against a wheel of it.

    Args:
        folder: the project, with its tox.ini and tests; an export of a release will do. tox keeps its
            environment in it, as `.tox`.
        wheel: what is tested, in place of the folder's sources.
        index_url: our index, asked before the ordinary one.
        resolution: `lowest` or `highest`, of the releases that it may run on.
        quick: whether to leave out the tests that start servers or take seconds.
        python: such as `3.13`; None for the one that runs this.

    Returns:
        The tests' last line: `321 passed in 3.87s`.

    Raises:
        Failed: the tests did, or the versions that should have been installed were not.
    """
    version = python or this_python()
    environment = f"py{version.replace('.', '')}-{resolution}"
    project = Project(folder)
    ours = tuple(filter(is_ours, requirements(project)))
    meant = intended(ours, version, resolution, index_url)
    with tempfile.TemporaryDirectory() as name:
        journal = Path(name) / "journal.json"
        options = ("-e", environment, "--skip-missing-interpreters=false", f"--installpkg={wheel}")
        run_command(*tox(folder, index_url, journal), *options, *(("--", *QUICK) if quick else ()))
        (outcome,) = outcomes(journal)
    if problems := tuple(deviations(outcome, ours, meant)):
        raise Failed("\n".join(problems))
    return outcome.summary


def this_python() -> str:
    """The version of the Python that runs this: `3.13`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def tox(folder: Path, index_url: str, journal: Path) -> Sequence[str]:
    """The command that runs the environments of a project; more options of tox may follow.

    Args:
        folder: where its tox.ini is.
        index_url: our index, asked before the ordinary one.
        journal: the file that tox writes its results to.
    """
    variables = ("env", "-u", "TOXENV", f"UV_INDEX={first(index_url)}", "UV_PYTHON_DOWNLOADS=never")
    command = (sys.executable, "-m", "tox", "run", "-c", str(folder / "tox.ini"))
    return (*variables, *command, f"--result-json={journal}")


def outcomes(journal: Path) -> tuple[Outcome, ...]:
    """What tox's journal says of each environment that it was to run."""
    results: dict[str, Any] = json.loads(journal.read_text(encoding="utf-8"))["testenvs"]
    # Those it only knows of have no result; the one that builds the wheel has none either.
    return tuple(Outcome.parse(name, result) for name, result in results.items() if "result" in result)


def requirements(project: Project) -> tuple[Requirement, ...]:
    """What an environment of its tox.ini must hold: what it runs on, the extras named there, and `deps`."""
    return project.dependencies + project.tested_extras + project.test_dependencies


def deviations(outcome: Outcome, wanted: Iterable[Requirement], meant: Versions) -> Iterator[str]:
    """A sentence for each requirement that was tested at another release than intended.

    Args:
        outcome: what was tested.
        wanted: the requirements.
        meant: the releases that are intended for them.
    """
    bounds = untrue_bounds(wanted, meant) if outcome.resolution == "lowest" else ()
    for sentence in (*differences(meant, outcome.installed), *bounds):
        yield f"{outcome.environment}: {sentence}"


def _installed(line: str) -> tuple[str, Version]:
    """A line of `uv pip freeze`: `flask==3.1.0`, or the wheel itself, `ogrom-http @ file:///...whl`."""
    name, _, version = line.partition("==")
    if version:
        return canonicalize_name(name), Version(version)
    return parse_wheel_filename(line.rpartition("/")[2])[:2]


def _summary(lines: Sequence[str]) -> str:
    return lines[-1].strip("= ") if lines else ""
