"""Which projects a change touches, with everything that depends on them: CI's matrix is made of it."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.projects import ROOT, Project, Workspace, discover

EVERYTHING = frozenset({".ci", ".github", "bench", "deploy", "docs", "tools"})
"""The folders that concern every project, as the files of the root do."""

NOTHING = "0" * 40
"""What GitHub calls the commit before a branch's first: all is new."""


def affected(workspace: Workspace, paths: Iterable[str]) -> tuple[Project, ...]:
    """The projects that these paths touch and those that depend on them, in order.

    Args:
        workspace: the projects.
        paths: from the root, of files that are new, changed or gone.

    Raises:
        Failed: a path lies where nobody would test it.
    """
    touched = frozenset(each for path in paths for each in _touched(workspace, path))
    return tuple(each for each in workspace if touched & _seen_by(workspace, each))


def _touched(workspace: Workspace, path: str) -> tuple[Project, ...]:
    file = workspace.root / path
    top, *below = Path(path).parts
    if not below or top in EVERYTHING:
        return workspace.projects
    if inside := tuple(each for each in workspace if file.is_relative_to(each.folder)):
        return inside
    if not file.exists():
        # Of a project that is gone nobody can say any more who needed it.
        return workspace.projects
    raise Failed(
        f"affected: {path} lies in no project, so no test would see it change. Move it into a project, "
        f"or add its folder {top!r} to EVERYTHING in {Path(__file__).name}."
    )


def _seen_by(workspace: Workspace, project: Project) -> frozenset[Project]:
    """All whose change can change what the project's tests say."""
    if not project.is_released:
        # The tools' tests look after the whole house.
        return frozenset(workspace)
    return frozenset((project, *workspace.needs(project, tests=True)))


def affected_since(workspace: Workspace, ref: str) -> tuple[Project, ...]:
    """The projects that differ from where HEAD left this commit or branch, with those that depend on them.

    Raises:
        Failed: the history here does not reach so far, or a path lies in no project.
    """
    if ref == NOTHING:
        return workspace.projects
    return affected(workspace, Repository(workspace.root).changes(ref))


@click.command()
@click.option("--since", "ref", required=True, metavar="REF", help="Compare with where HEAD left this.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of names.")
@click.option("--github", is_flag=True, help="Add `projects` and `any` to a GitHub step's outputs.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(ref: str, *, as_json: bool, github: bool, root: Path) -> None:
    """Show the projects touched since REF, with everything that depends on them."""
    workspace = discover(root)
    found = affected_since(workspace, ref)
    names = json.dumps([each.name for each in found])
    if github:
        _tell_github(f"projects={names}", f"any={json.dumps(bool(found))}")
    elif as_json:
        print(names)
    else:
        Console().print(_table(workspace, found) if found else f"Nothing has changed since {ref}.")


def _tell_github(*lines: str) -> None:
    path = os.environ.get("GITHUB_OUTPUT")
    if not path:
        raise Failed("affected: --github is for a step of a workflow, where GITHUB_OUTPUT names a file.")
    with Path(path).open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    print(*lines, sep="\n")


def _table(workspace: Workspace, found: Iterable[Project]) -> Table:
    table = Table("project", "depends on", box=None, header_style="dim")
    for each in found:
        needs = workspace.needs(each, tests=True) if each.is_released else workspace.projects
        table.add_row(each.name, ", ".join(need.name for need in needs if need != each))
    return table


if __name__ == "__main__":
    main(prog_name="./dev affected")
