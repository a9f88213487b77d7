"""`./dev api-diff core`: what changed since the last release, and what the next version must be called."""

import dataclasses
import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.progress import doing
from ogrom_tools.projects import ROOT, Project, Workspace, discover
from ogrom_tools.versions import Level, bumped, demanded
from ogrom_tools.wheelhouse import Wheelhouse

from .findings import Finding, level
from .last import compare_with

COLOURS = {Level.MAJOR: "red", Level.MINOR: "yellow", Level.PATCH: "green", Level.NONE: ""}


@click.command
@click.argument("name", metavar="LIBRARY")
@click.option("--json", "as_json", is_flag=True, help="Print it for machines.")
@click.option("--against", metavar="VERSION", help="Compare with this release instead of the last.")
@click.option("--root", type=click.Path(path_type=Path, exists=True), default=ROOT, hidden=True)
def main(name: str, as_json: bool, against: str | None, root: Path) -> None:
    """Compare the public API of LIBRARY in the work tree with its last release."""
    workspace, ledger = discover(root), Ledger.read(root)
    project = library(workspace, name)
    release = ledger.find(project.name, against) if against else ledger.last(project.name)
    with doing(f"Comparing {project.name} with its release"):
        findings = compare_with(workspace, project, Wheelhouse(workspace), release) if release else ()
    if as_json:
        click.echo(json.dumps(report(project, release, findings), indent=2))
    else:
        _print(project, release, findings)


def library(workspace: Workspace, name: str) -> Project:
    """The library of this name.

    Raises:
        Failed: there is none.
    """
    for each in workspace.libraries:
        if name in {each.name, each.distribution}:
            return each
    known = ", ".join(each.name for each in workspace.libraries)
    raise Failed(f"{name} is no library; the libraries are {known}.")


def report(project: Project, release: Release | None, findings: tuple[Finding, ...]) -> dict[str, object]:
    """The whole result as JSON values; a project that was never released may be released as the tree says."""
    asked = level(findings)
    return {
        "project": project.name,
        "last": release.version if release else None,
        "level": str(asked) if release else None,
        "next": str(next_version(project, release, asked)),
        "findings": [dataclasses.asdict(each) | {"level": str(each.level)} for each in findings],
    }


def next_version(project: Project, release: Release | None, asked: Level) -> str:
    """The lowest version that the next release may have; the last one's where there is nothing to release."""
    if release is None:
        return project.version
    return str(bumped(release.number, demanded(asked, release.number)))


def _print(project: Project, release: Release | None, findings: tuple[Finding, ...]) -> None:
    console = Console()
    if release is None:
        console.print(
            f"{project.name} was never released; its first version is the tree's, {project.version}."
        )
        return
    if not findings:
        console.print(f"{release} and the work tree are the same.")
        return
    # No markup in what comes from code: `list[int]` is none.
    table = Table(Column("Level"), Column("Place, rule and what changed", overflow="fold"), box=None)
    for each in findings:
        what = Text(f"{each.place}: {each.rule}\n{each.text}")
        table.add_row(Text(str(each.level), COLOURS[each.level]), what)
    console.print(table)
    asked = level(findings)
    version = next_version(project, release, asked)
    console.print(
        f"\nSince {release}: [{COLOURS[asked]}]{asked}[/]. The lowest legal next version is {version}."
    )


if __name__ == "__main__":
    main(prog_name="./dev api-diff")
