"""`./dev tox core`: a library on every Python that is here, with the lowest and the highest releases it runs on."""

import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import click
from packaging.utils import canonicalize_name
from rich.console import Console
from rich.table import Table

from ogrom_tools import index, suite
from ogrom_tools.command import Failed
from ogrom_tools.intended import RESOLUTIONS, intended
from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, Project, Workspace, discover, is_ours
from ogrom_tools.suite import Outcome
from ogrom_tools.wheelhouse import Wheelhouse


def run(project: Project, index_url: str, options: Sequence[str] = ()) -> tuple[Outcome, ...]:
    """Run all environments of a project's tox.ini, and show tox at work.

    Args:
        project: the work tree of it is what is tested.
        index_url: our index.
        options: for `tox run`, such as `-e py313-lowest -- -k etag`.

    Raises:
        Failed: our index lacks what the project runs on, which is said before anything is installed; or no
            environment was run.
    """
    for resolution in RESOLUTIONS:
        intended(filter(is_ours, suite.requirements(project)), suite.this_python(), resolution, index_url)
    with tempfile.TemporaryDirectory() as name:
        journal = Path(name) / "journal.json"
        done = subprocess.run([*suite.tox(project.folder, index_url, journal), *options], check=False)
        # It writes none where the options are wrong.
        found = suite.outcomes(journal) if journal.exists() else ()
    if found and all(each.skipped for each in found):
        raise Failed("Nothing was tested: none of these Pythons is here.")
    if done.returncode and not any(each.failed for each in found):
        raise Failed(f"tox exited with {done.returncode} before it had run anything.")
    return found


def problems(project: Project, found: Iterable[Outcome], index_url: str) -> tuple[str, ...]:
    """What failed, and what was tested at other releases than intended."""
    wanted = suite.requirements(project)
    sentences = []
    for each in found:
        if each.failed:
            sentences.append(f"{each.environment}: {each.summary or 'could not be made'}")
        elif not each.skipped:
            meant = intended(wanted, each.python, each.resolution, index_url)
            sentences += suite.deviations(each, wanted, meant)
    return tuple(sentences)


def table(project: Project, found: Iterable[Outcome]) -> Table:
    """The environments, what became of the tests, and the releases of the direct dependencies."""
    names = {canonicalize_name(each.name) for each in suite.requirements(project)}
    shown = Table("environment", "tests", "with", title=project.distribution)
    for each in found:
        tests = "this Python is not here" if each.skipped else each.summary
        versions = (f"{name} {each.installed[name]}" for name in sorted(names & each.installed.keys()))
        shown.add_row(each.environment, tests, ", ".join(versions))
    return shown


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("name", metavar="PROJECT")
@click.argument(
    "options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF TOX] [-- OPTIONS OF PYTEST]"
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(name: str, options: tuple[str, ...], root: Path) -> None:
    """Test a project on each Python that is here, with the lowest and the highest releases it runs on."""
    workspace = discover(root)
    projects = {each.name: each for each in workspace.released}
    if name not in projects:
        raise Failed(f"No library or service is called {name!r}; there are {', '.join(sorted(projects))}.")
    project = projects[name]
    say("Making our index, and asking which releases are intended ...")
    with _our_index(workspace) as url:
        found = run(project, url, options)
        wrong = problems(project, found, url)
    Console(soft_wrap=True).print(table(project, found))
    if wrong:
        raise Failed("\n".join(wrong))


def _our_index(workspace: Workspace) -> AbstractContextManager[str]:
    ledger = Ledger.read(workspace.root)
    return index.serving(index.local(workspace, Wheelhouse(workspace), ledger))


if __name__ == "__main__":
    main(prog_name="./dev tox")
