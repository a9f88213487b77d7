"""Builds the wheel of each project and proves that it works alone, in an empty environment."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from ogrom_tools.command import Failed, poetry, run, uv
from ogrom_tools.environment import pins
from ogrom_tools.projects import Project, Workspace

Wheels = Mapping[Project, Path]


def build(workspace: Workspace, folder: Path) -> Wheels:
    """Build all released projects side by side, by Poetry.

    Raises:
        Failed: Poetry could not.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ThreadPoolExecutor() as pool:
        built = pool.map(lambda each: _build(each, folder / each.name), workspace.released)
        return dict(zip(workspace.released, built, strict=True))


def _build(project: Project, folder: Path) -> Path:
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / project.name
        copy_tracked(project.folder, copy)
        poetry("build", "--format=wheel", f"--output={folder}", f"--directory={copy}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def copy_tracked(source: Path, target: Path) -> None:
    """Copy what git knows or would add, so that no ignored file gets into a wheel."""
    names = run("git", "-C", str(source), "ls-files", "-z", "-co", "--exclude-standard")
    for name in filter(None, names.split("\0")):
        if (source / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)


def try_all(workspace: Workspace, wheels: Wheels, python: str) -> Iterator[str]:
    """Try each wheel, side by side; a line of result for each that works.

    Raises:
        Failed: some do not; it comes last and tells of all of them.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        trials = {
            wheel.name: pool.submit(Trial(workspace, project, wheels, python).run)
            for project, wheel in wheels.items()
        }
    problems = {name: trial.exception() for name, trial in trials.items()}
    yield from (
        f"{name} on {python}: {trial.result()}" for name, trial in trials.items() if not problems[name]
    )
    if any(problems.values()):
        raise Failed("\n\n".join(f"{name}: {text}" for name, text in problems.items() if text))


@dataclass(frozen=True)
class Trial:
    """One wheel in an empty environment: does it install, import and pass its own tests?"""

    workspace: Workspace
    project: Project
    wheels: Wheels
    python: str
    """The path of the interpreter to try it on."""

    def run(self) -> str:
        """Try it; the tests' last line.

        Raises:
            Failed: something of it does not work.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            uv("venv", "--python", self.python, str(folder / "venv"))
            self._install_alone(folder)
            return self._test(folder) if self.project.has_tests else "it has no tests"

    def _install_alone(self, folder: Path) -> None:
        """Without extras, and with the other projects' wheels from beside it, never from an index."""
        needs = self.workspace.needs(self.project)
        self._install(folder, *(str(self.wheels[each]) for each in (self.project, *needs)))
        imports = "; ".join(f"import {package}" for package in self.project.packages)
        run(str(folder / "venv/bin/python"), "-I", "-c", imports)

    def _test(self, folder: Path) -> str:
        needs = self.workspace.needs(self.project, tests=True)
        ours = {each.distribution for each in needs}
        others = [str(each) for each in self.project.test_dependencies if each.name not in ours]
        extras = f"[{','.join(self.project.extras)}]" if self.project.extras else ""
        wheels = [f"{each.distribution} @ {self.wheels[each].as_uri()}" for each in needs]
        itself = f"{self.project.distribution}{extras} @ {self.wheels[self.project].as_uri()}"
        self._install(folder, "pytest", *others, *wheels, itself)
        # A copy elsewhere: beside the sources, a test might import those and not the wheel.
        copy_tracked(self.project.tests, folder / "tests")
        return _last_line(run(*self._pytest(folder), folder=folder))

    def _pytest(self, folder: Path) -> Sequence[str]:
        root = self.workspace.root
        return (
            "env",
            f"PYTHONPATH={root / 'tools' / 'src'}",
            *(str(folder / "venv/bin/python"), "-m", "pytest", "--quiet", "tests"),
            *("-p", "ogrom_tools.skips", "-p", "no:cacheprovider"),
            *("--rootdir", str(folder), "-c", str(root / "pyproject.toml")),
        )

    def _install(self, folder: Path, *requirements: str) -> None:
        constraints = f"--constraints={pins(self.workspace.root, 'test')}"
        uv("pip", "install", f"--python={folder / 'venv'}", constraints, *requirements)


def other_python() -> str:
    """Another Python than this one where there is one, so that two are tested; else this one."""
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        return run(find_uv_bin(), "python", "find", "--no-project", f">=3.11,<3.15,!={this}.*").strip()
    except Failed:
        return sys.executable


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
