"""`./dev tox`: a project's tests by its tox.ini: its wheel, in new environments, on released dependencies only.

An environment of tox.ini has one of two resolutions. With `lowest`, each direct dependency is at its lower bound, which
proves that the bound is true; with `highest`, each is at the newest release in its range. An installer that chooses
other releases proves nothing, so what was installed is compared with what the indexes offer.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

import click
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version
from uv import find_uv_bin

from ogrom_tools import index
from ogrom_tools.command import Failed, run as run_command
from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, Project, Workspace, discover, is_ours
from ogrom_tools.wheelhouse import Wheelhouse

Versions = Mapping[str, Version]
"""Versions by canonical name."""

RESOLUTIONS = {"lowest": "lowest-direct", "highest": "highest"}
"""Our names for uv's resolution strategies."""

NO_OTHER_INDEX = tuple(
    word for name in ("INDEX", "EXTRA_INDEX_URL", "INDEX_URL", "FIND_LINKS") for word in ("-u", f"UV_{name}")
)

BOUNDS = frozenset({">=", "==", "~="})

QUICK = ("-m", "not slow", "tests")
"""The pytest arguments that leave out tests which start servers or take seconds."""


@dataclass(frozen=True)
class ToxResult:
    """How one tox environment ended."""

    environment: str
    """Its name: `py313-lowest`."""
    installed: Versions
    summary: str
    """The last line of pytest's output."""
    failed: bool
    skipped: bool
    """Whether its Python is missing on this machine."""

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
        """Read tox's journal of one environment."""
        installed = dict(map(_installed, result.get("installed_packages", ())))
        lines = "".join(each["output"] for each in result.get("test", ())).strip().splitlines()
        summary = lines[-1].strip("= ") if lines else ""
        state = result["result"]
        return cls(environment, installed, summary, not state["success"], state["skipped"])


def run(
    folder: Path,
    wheel: Path,
    index_url: str,
    *,
    resolution: str = "highest",
    quick: bool = False,
    python: str | None = None,
) -> str:
    """Run the tests in a project's folder against a wheel of it, in one tox environment.

    Args:
        folder: the project, with its tox.ini and tests; an exported release will do. tox keeps its environment
            there, in `.tox`.
        wheel: what to test instead of the folder's sources.
        index_url: our index, which is asked before the ordinary one.
        resolution: `lowest` or `highest`.
        quick: whether to leave out tests that start servers or take seconds.
        python: such as `3.13`; None for the running Python.

    Returns:
        The last line of pytest's output: `321 passed in 3.87s`.

    Raises:
        Failed: a test failed, or other versions were installed than intended.
    """
    version = python or this_python()
    environment = f"py{version.replace('.', '')}-{resolution}"
    project = Project(folder)
    ours = tuple(filter(is_ours, requirements(project)))
    wanted = resolve(ours, version, resolution, index_url)
    with tempfile.TemporaryDirectory() as name:
        journal = Path(name) / "journal.json"
        options = ("-e", environment, "--skip-missing-interpreters=false", f"--installpkg={wheel}")
        run_command(*tox_command(folder, index_url, journal), *options, *(("--", *QUICK) if quick else ()))
        (result,) = results(journal)
    if deviating := tuple(deviations(result, ours, wanted)):
        raise Failed("\n".join(deviating))
    return result.summary


def run_environments(project: Project, index_url: str, options: Sequence[str] = ()) -> tuple[ToxResult, ...]:
    """Run all environments of a project's tox.ini, with tox's own output.

    Args:
        project: whose work tree is tested.
        index_url: our index.
        options: for `tox run`, such as `-e py313-lowest -- -k etag`.

    Raises:
        Failed: our index lacks a dependency, which is checked before anything is installed; or no environment ran.
    """
    for resolution in RESOLUTIONS:
        resolve(filter(is_ours, requirements(project)), this_python(), resolution, index_url)
    with tempfile.TemporaryDirectory() as name:
        journal = Path(name) / "journal.json"
        done = subprocess.run([*tox_command(project.folder, index_url, journal), *options], check=False)
        # With wrong options tox writes no journal.
        found = results(journal) if journal.exists() else ()
    if found and all(each.skipped for each in found):
        raise Failed("Nothing was tested: none of these Pythons is installed.")
    if done.returncode and not any(each.failed for each in found):
        raise Failed(f"tox exited with {done.returncode} before it had run anything.")
    return found


def this_python() -> str:
    """The version of the running Python: `3.13`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def tox_command(folder: Path, index_url: str, journal: Path) -> Sequence[str]:
    """The command that runs a project's environments; more tox options may follow.

    Args:
        folder: where its tox.ini is.
        index_url: our index, which is asked before the ordinary one.
        journal: the file that tox writes its results to.
    """
    variables = ("env", "-u", "TOXENV", f"UV_INDEX={_ours_first(index_url)}", "UV_PYTHON_DOWNLOADS=never")
    command = (sys.executable, "-m", "tox", "run", "-c", str(folder / "tox.ini"))
    return (*variables, *command, f"--result-json={journal}")


def results(journal: Path) -> tuple[ToxResult, ...]:
    """The results in tox's journal."""
    found: dict[str, Any] = json.loads(journal.read_text(encoding="utf-8"))["testenvs"]
    # Environments that did not run have no result, nor has the one that builds the wheel.
    return tuple(ToxResult.parse(name, result) for name, result in found.items() if "result" in result)


def requirements(project: Project) -> tuple[Requirement, ...]:
    """What a tox environment must hold: the dependencies, the extras named in tox.ini, and its `deps`."""
    return project.dependencies + project.tested_extras + project.test_dependencies


def deviations(result: ToxResult, wanted: Iterable[Requirement], releases: Versions) -> Iterator[str]:
    """A sentence for each requirement that was tested with another release than intended.

    Args:
        result: what was tested.
        wanted: the requirements.
        releases: the releases intended for them.
    """
    bounds = untrue_bounds(wanted, releases) if result.resolution == "lowest" else ()
    for sentence in (*differences(releases, result.installed), *bounds):
        yield f"{result.environment}: {sentence}"


def resolve(requirements: Iterable[Requirement], python: str, resolution: str, index_url: str) -> Versions:
    """The releases that the requirements should get on this Python.

    Our own projects are looked up on our index only: nobody can slip in a package under one of our names, and the
    newest release is chosen whatever other packages say about it. The others get the newest releases that fit together.

    Args:
        requirements: the direct requirements.
        python: such as `3.13`.
        resolution: `lowest` or `highest`.
        index_url: our index.

    Raises:
        Failed: an index has no release that fits.
    """
    wanted = tuple(requirements)
    ours = tuple(filter(is_ours, wanted))
    others = tuple(each for each in wanted if not is_ours(each))
    options = (f"--python-version={python}", f"--resolution={RESOLUTIONS[resolution]}")
    found = _resolve_ours(ours, options, index_url)
    if not others:
        return found
    if resolution == "lowest":
        return found | _compile(others, ("--no-deps", *options))
    together = _compile(wanted, options, (f"UV_INDEX={_ours_first(index_url)}",))
    names = {canonicalize_name(each.name) for each in wanted}
    return {name: version for name, version in together.items() if name in names} | found


def _ours_first(index_url: str) -> str:
    """The UV_INDEX that asks our index before all others; uv takes a name from one index only."""
    return f"{index_url} {os.environ.get('UV_INDEX', '')}".strip()


def _resolve_ours(
    requirements: Sequence[Requirement], options: Sequence[str], index_url: str
) -> dict[str, Version]:
    alone = (*NO_OTHER_INDEX, f"UV_DEFAULT_INDEX={index_url}")
    try:
        return _compile(requirements, ("--no-deps", *options), alone)
    except Failed as problem:
        hint = "Our index lacks a release that fits. Release one (./dev release), or change the requirement."
        raise Failed(f"{problem}\n{hint}") from problem


def _compile(
    requirements: Sequence[Requirement], options: Sequence[str], variables: Sequence[str] = ()
) -> dict[str, Version]:
    """The versions that uv chooses for the requirements, and for theirs unless the options say `--no-deps`."""
    if not requirements:
        return {}
    command = ("pip", "compile", "--quiet", "--no-header", "--no-annotate", *options, "-")
    lines = "\n".join(map(str, requirements))
    printed = run_command("env", *variables, find_uv_bin(), *command, text=lines)
    return dict(map(_pinned, map(Requirement, printed.splitlines())))


def _pinned(requirement: Requirement) -> tuple[str, Version]:
    (pin,) = requirement.specifier
    return canonicalize_name(requirement.name), Version(pin.version)


def _installed(line: str) -> tuple[str, Version]:
    """A line of `uv pip freeze`: `flask==3.1.0`, or the wheel itself, `ogrom-http @ file:///...whl`."""
    name, _, version = line.partition("==")
    if version:
        return canonicalize_name(name), Version(version)
    return parse_wheel_filename(line.rpartition("/")[2])[:2]


def differences(wanted: Versions, installed: Versions) -> Iterator[str]:
    """A sentence for each version that is not the intended one."""
    for name, version in sorted(wanted.items()):
        found = installed.get(name, "none")
        if found != version:
            yield f"{name}: {found} is installed, and {version} should be; another package may require it"


def untrue_bounds(requirements: Iterable[Requirement], lowest: Versions) -> Iterator[str]:
    """A sentence for each requirement whose lower bound is not a release.

    Args:
        requirements: what is declared.
        lowest: the lowest releases that exist for them.
    """
    for each in sorted(requirements, key=attrgetter("name")):
        release = lowest.get(canonicalize_name(each.name))
        bounds = {Version(one.version) for one in each.specifier if one.operator in BOUNDS}
        if release is not None and release not in bounds:
            yield f"{each}: its lower bound is not a release; the lowest is {release}; write >={release}"


def problems(project: Project, found: Iterable[ToxResult], index_url: str) -> tuple[str, ...]:
    """What failed, and what was tested with other releases than intended."""
    wanted = requirements(project)
    sentences = []
    for each in found:
        if each.failed:
            sentences.append(f"{each.environment}: {each.summary or 'it could not be made'}")
        elif not each.skipped:
            releases = resolve(wanted, each.python, each.resolution, index_url)
            sentences += deviations(each, wanted, releases)
    return tuple(sentences)


def lines(project: Project, found: Iterable[ToxResult]) -> Iterator[str]:
    """Each environment with its test results and the releases of the direct dependencies."""
    names = {canonicalize_name(each.name) for each in requirements(project)}
    for each in found:
        versions = (f"{name} {each.installed[name]}" for name in sorted(names & each.installed.keys()))
        tests = (
            "this Python is not installed" if each.skipped else f"{each.summary}, with {', '.join(versions)}"
        )
        yield f"{each.environment}: {tests}"


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("name", metavar="PROJECT")
@click.argument(
    "options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF TOX] [-- OPTIONS OF PYTEST]"
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(name: str, options: tuple[str, ...], root: Path) -> None:
    """Test a project on each installed Python, with the lowest and the highest releases that it allows."""
    workspace = discover(root)
    projects = {each.name: each for each in workspace.released}
    if name not in projects:
        raise Failed(f"No library or service is called {name!r}; there are {', '.join(sorted(projects))}.")
    project = projects[name]
    say("Making our index, and resolving the intended releases ...")
    with _our_index(workspace) as url:
        found = run_environments(project, url, options)
        wrong = problems(project, found, url)
    print(*lines(project, found), sep="\n")
    if wrong:
        raise Failed("\n".join(wrong))


def _our_index(workspace: Workspace) -> AbstractContextManager[str]:
    ledger = Ledger.read(workspace.root)
    return index.serving(index.local(workspace, Wheelhouse(workspace), ledger))


if __name__ == "__main__":
    main(prog_name="./dev tox")
