"""What `./dev test` and `./dev check` run, and how they keep both processors busy."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

from ogrom_tools import wheels
from ogrom_tools.command import run
from ogrom_tools.environment import Environment
from ogrom_tools.projects import Workspace
from ogrom_tools.selection import Selection

# By name: a pyrightconfig.json in any folder above would win.
TYPES = (("mypy",), ("pyright", "--project", "pyproject.toml"))
"""The commands that check types, in the checkout's folder."""

PLUGINS = ("-p", "ogrom_tools.docs", "-p", "ogrom_tools.skips")


def tests(selection: Selection, *options: str) -> Sequence[str]:
    """What Python is told to run these tests."""
    return ("-m", "pytest", *PLUGINS, *options, *map(str, selection.paths))


def run_tests(workspace: Workspace, environment: Environment, selection: Selection, *options: str) -> str:
    """Run these tests beside others, and give what pytest says in the end.

    Raises:
        Failed: one does not pass.
    """
    quietly = ("--quiet", "-p", "no:cacheprovider", *options)
    return run(environment.command("python"), *tests(selection, *quietly), folder=workspace.root).strip()


def types(workspace: Workspace, environment: Environment) -> Iterator[str]:
    """Check types.

    Raises:
        Failed: one is wrong.
    """
    for name, *arguments in TYPES:
        yield run(environment.command(name), *arguments, folder=workspace.root).strip()


def try_wheels(workspace: Workspace) -> Iterator[str]:
    """Build each wheel, and try it alone on another Python where there is one.

    Raises:
        Failed: one does not work.
    """
    built = wheels.build(workspace, workspace.root / ".nox" / "wheels")
    yield from wheels.try_all(workspace, built, wheels.other_python())


@contextmanager
def meanwhile(work: Callable[[], Iterator[str]], tell: Callable[[str], object]) -> Iterator[None]:
    """Do some work while the block runs, which leaves a processor free; its results are told at the end.

    Raises:
        Failed: the work has.
    """
    results: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(lambda: results.extend(work()))
        try:
            yield
        finally:
            wait([done])
            for result in results:
                tell(result)
            done.result()
