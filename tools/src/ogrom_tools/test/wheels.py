"""`./dev wheels`: builds each project's wheel and tests it alone, in an empty environment."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
from uv import find_uv_bin

from ogrom_tools.command import Failed, poetry, run, uv
from ogrom_tools.pins.pyproject import read
from ogrom_tools.pins.released import exported, released_wheels
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, Project, Workspace, discover, is_ours
from ogrom_tools.requirements import overlaid, parse, pins
from ogrom_tools.test import debian

Wheels = Mapping[Project, Path]

QUICK = ("-m", "not slow and not hypothesis")
"""The tests that need no server; more examples of a property would prove nothing about a wheel."""


def build(workspace: Workspace, folder: Path) -> Wheels:
    """Build all released projects in parallel, with Poetry.

    Raises:
        Failed: Poetry failed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ThreadPoolExecutor() as pool:
        built = pool.map(lambda each: build_one(each, folder / each.name), workspace.released)
        return dict(zip(workspace.released, built, strict=True))


def build_one(project: Project, folder: Path) -> Path:
    """Build one project with Poetry.

    Raises:
        Failed: Poetry failed.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / project.name
        copy_tracked(project.folder, copy)
        poetry("build", "--format=wheel", f"--output={folder}", f"--directory={copy}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def copy_tracked(source: Path, target: Path) -> None:
    """Copy what git tracks or would add, so that no ignored file gets into a wheel."""
    names = run("git", "-C", str(source), "ls-files", "-z", "-co", "--exclude-standard")
    for name in filter(None, names.split("\0")):
        if (source / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)


@click.command()
@click.argument("names", nargs=-1, metavar="[PROJECT ...]")
def main(names: tuple[str, ...]) -> None:
    """Build each wheel and test it alone in an empty environment, on a second Python if there is one."""
    workspace = discover(ROOT)
    chosen = [each for each in workspace.released if each.name in names or not names]
    debian.ensure(workspace, chosen)
    say("Building each wheel and testing it alone: a minute or two each ...")
    wheels = build(workspace, workspace.root / ".nox" / "wheels")
    for result in try_all(workspace, wheels, other_python(), chosen):
        print(result, flush=True)


def try_all(
    workspace: Workspace, wheels: Wheels, python: str, projects: Iterable[Project] | None = None
) -> Iterator[str]:
    """Test wheels one after the other, and yield a line for each that works.

    Other runs test the work tree. This one proves that each wheel holds and requires all that it needs, on another
    Python, for which the tests that need no server suffice.

    Args:
        workspace: the projects.
        wheels: of all projects: a library is tested with the other wheels, a service with the releases that it pins.
        python: the interpreter.
        projects: which to test; None for all.

    Raises:
        Failed: some do not work; raised at the end, with every problem.
    """
    problems = []
    for each in wheels if projects is None else projects:
        try:
            yield f"{wheels[each].name} on {python}: {_try(workspace, each, wheels, python)}"
        except Failed as problem:
            problems.append(f"{wheels[each].name}: {problem}")
    if problems:
        raise Failed("\n\n".join(problems))


def _try(workspace: Workspace, project: Project, wheels: Wheels, python: str) -> str:
    if read(project):
        return on_releases(workspace, project, wheels[project], python, *QUICK).run()
    constraints = pins(workspace.root, "test").read_text(encoding="utf-8")
    return WheelTest(workspace, project, wheels, python, constraints, QUICK).run()


def on_releases(
    workspace: Workspace, service: Project, wheel: Path, python: str, *options: str
) -> "WheelTest":
    """The test of a service's wheel on the releases that it pins, and on everything else that it locks.

    Args:
        workspace: whose history holds the releases.
        service: the project.
        wheel: the service's.
        python: the path of the interpreter.
        options: more for pytest.

    Raises:
        Failed: a release cannot be rebuilt.
    """
    released = released_wheels(workspace, read(service))
    wheels = {service: wheel, **{workspace[name]: path for name, path in released.items()}}
    others = parse(pins(workspace.root, "test").read_text(encoding="utf-8"))
    locked = overlaid((pin for pin in exported(service) if not pin.is_ours), others)
    constraints = "\n".join(pin.text for pin in locked)
    return WheelTest(workspace, service, wheels, python, constraints, options)


@dataclass(frozen=True)
class WheelTest:
    """One wheel in an empty environment: does it install, import and pass its own tests?"""

    workspace: Workspace
    project: Project
    wheels: Wheels
    """The wheel, and those of our others that it may be installed with."""
    python: str
    """The path of the interpreter."""
    constraints: str
    """The versions of other packages, as the text of a requirements.txt."""
    options: tuple[str, ...] = ()
    """More of pytest's options."""

    def run(self, then: Callable[[Path], Iterable[str]] = lambda programs: ()) -> str:
        """Run the test, and return the last line of pytest's output.

        Args:
            then: what to do next with the folder of the environment's programs; what it tells is returned, too.

        Raises:
            Failed: the wheel does not install, import or pass its tests.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            uv("venv", "--python", self.python, str(folder / "venv"))
            self._install_alone(folder)
            told = self._test(folder) if self.project.has_tests else "it has no tests"
            return "; ".join([told, *then(folder / "venv" / "bin")])

    def _install_alone(self, folder: Path) -> None:
        """Install it without extras; our other wheels come from this build, never from an index."""
        needs = self._needs(tests=False)
        self._install(folder, *(str(self.wheels[each]) for each in (self.project, *needs)))
        imports = "; ".join(f"import {package}" for package in self.project.packages)
        run(str(folder / "venv/bin/python"), "-I", "-c", imports)

    def _test(self, folder: Path) -> str:
        needs = self._needs(tests=True)
        others = [str(each) for each in self.project.test_dependencies if not is_ours(each)]
        extras = f"[{','.join(self.project.extras)}]" if self.project.extras else ""
        wheels = [f"{each.distribution} @ {self.wheels[each].as_uri()}" for each in needs]
        itself = f"{self.project.distribution}{extras} @ {self.wheels[self.project].as_uri()}"
        self._install(folder, "pytest", *others, *wheels, itself)
        # A copy, since a test beside the sources might import those instead of the wheel.
        copy_tracked(self.project.tests, folder / "tests")
        return _last_line(run(*self._pytest(folder), folder=folder))

    def _pytest(self, folder: Path) -> Sequence[str]:
        root = self.workspace.root
        return (
            "env",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD=",  # only the project's own test dependencies are installed
            "PYTHONDONTWRITEBYTECODE=",  # or every program that a test starts compiles all its imports
            f"PYTHONPATH={root / 'tools' / 'src'}",
            *(str(folder / "venv/bin/python"), "-m", "pytest", "--quiet", "tests"),
            *("-p", "ogrom_tools.pytest_plugins.leftovers", "-p", "ogrom_tools.pytest_plugins.policy"),
            *("-p", "no:cacheprovider"),
            *("--rootdir", str(folder), "-c", str(root / "pyproject.toml"), *self.options),
        )

    def _needs(self, *, tests: bool) -> Sequence[Project]:
        """What the work tree says that it needs, as far as there are wheels: a release may need less."""
        return [each for each in self.workspace.needs(self.project, tests=tests) if each in self.wheels]

    def _install(self, folder: Path, *requirements: str) -> None:
        constraints = folder / "constraints.txt"
        constraints.write_text(self.constraints, encoding="utf-8")
        uv("pip", "install", f"--python={folder / 'venv'}", f"--constraints={constraints}", *requirements)


def other_python() -> str:
    """Another Python than the running one, so that two are tested; the running one if there is no other."""
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        return run(find_uv_bin(), "python", "find", "--no-project", f">=3.11,<3.15,!={this}.*").strip()
    except Failed:
        return sys.executable


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


if __name__ == "__main__":
    main(prog_name="./dev wheels")
