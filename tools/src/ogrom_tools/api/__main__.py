"""`./dev api-diff`: what changed since the last release, and which version must come next."""

import json
from pathlib import Path

import click

from ogrom_rules import Report
from ogrom_tools.api.comparison import compare_with
from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, Project, Workspace, discover
from ogrom_tools.wheelhouse import Wheelhouse


@click.command
@click.argument("name", metavar="LIBRARY")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--against", metavar="VERSION", help="Compare with this release instead of the last.")
@click.option("--root", type=click.Path(path_type=Path, exists=True), default=ROOT, hidden=True)
def main(name: str, as_json: bool, against: str | None, root: Path) -> None:
    """Compare the public API of LIBRARY in the work tree with its last release."""
    workspace, ledger = discover(root), Ledger.read(root)
    project = library(workspace, name)
    release = ledger.find(project.name, against) if against else ledger.last(project.name)
    if release is None:
        _print_unreleased(project, as_json=as_json)
        return
    say(f"Comparing {project.name} with its release ...")
    findings = compare_with(workspace, project, Wheelhouse(workspace), release)
    report = Report(project.name, release.number, findings)
    print(json.dumps(report.json, indent=2) if as_json else report)


def library(workspace: Workspace, name: str) -> Project:
    """The library with this name.

    Raises:
        Failed: there is none.
    """
    for each in workspace.train:
        if name in {each.name, each.distribution}:
            return each
    known = ", ".join(each.name for each in workspace.train)
    raise Failed(f"{name} is not a library; the libraries are {known}.")


def _print_unreleased(project: Project, *, as_json: bool) -> None:
    if as_json:
        known = {"project": project.name, "last": None, "level": None, "next": project.version}
        print(json.dumps({**known, "findings": []}, indent=2))
    else:
        print(f"{project.name} was never released; its first version will be {project.version}.")


if __name__ == "__main__":
    main(prog_name="./dev api-diff")
