"""Installs the service as the image has it into a folder of this machine: `python -m ogrom_tools.installation`."""

import os
import sys
from importlib.util import cache_from_source
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ogrom_tools import environment
from ogrom_tools.command import run, uv
from ogrom_tools.deployable import Deployable
from ogrom_tools.environment import locked
from ogrom_tools.pins.released import from_wheels
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.retention import make_room

FOLDER = Path(".nox", "releases")
"""Where they lie in a checkout."""

STAMP = "ogrom-state"
"""The file in each that says what it was made of."""


def install(workspace: Workspace, revision: str | None = None) -> Path:
    """Make an environment with what the image of a revision holds; one that is there already will do.

    It holds wheels only: those that the service pins, and its own. Its Python is this one, and not the image's.
    Installations that nobody has wanted for long make room.

    Args:
        workspace: whose history has the revision.
        revision: the commit, by any name; None for the work tree with its changes.

    Returns:
        The folder `.nox/releases/<label>`; its program is `bin/ogrom-api`.

    Raises:
        Failed: there is no such revision, or something of it cannot be built or installed.
    """
    deployable = Deployable.of(workspace, revision)
    releases = workspace.root / FOLDER
    folder = releases / deployable.label
    stamp, state = folder / STAMP, f"{deployable.tree}\n{sys.version}\n{sys.executable}"
    with locked(releases.with_suffix(".lock")):
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != state:
            _make(deployable, folder)
            stamp.write_text(state, encoding="utf-8")  # last: one that was interrupted is made again
        stamp.touch()
        make_room(releases, STAMP)
    return folder


def _make(deployable: Deployable, folder: Path) -> None:
    with TemporaryDirectory() as name:
        parts = deployable.assemble(Path(name))
        file = Path(name) / "requirements.txt"
        file.write_text(from_wheels(parts.pins, parts.wheels), encoding="utf-8")
        uv("venv", "--clear", "--python", sys.executable, str(folder))
        options = ("--require-hashes", "--only-binary=:all:", f"--requirements={file}")
        python = folder / "bin" / "python"
        environment.install(deployable.workspace.root, python, *options)
    _share_bytecode(folder)
    # What is compiled already is left as it is.
    run(str(python), "-m", "compileall", "-q", "-j", "0", str(folder / "lib"))


def _share_bytecode(folder: Path) -> None:
    """Take the bytecode of another release for each file that is the same one, which uv has linked from its cache.

    Compiling some 2,500 files takes longer than all the rest, and of most commits only the service's own differ.
    """
    stamps = sorted(folder.parent.glob(f"*/{STAMP}"), key=lambda each: each.stat().st_mtime)
    for other in (stamp.parent for stamp in stamps[-1:]):
        for file in folder.rglob("*.py"):
            twin = other / file.relative_to(folder)
            if twin.exists() and twin.samefile(file):
                _link(Path(cache_from_source(str(twin))), Path(cache_from_source(str(file))))


def _link(compiled: Path, target: Path) -> None:
    if compiled.exists():
        target.parent.mkdir(exist_ok=True)
        os.link(compiled, target)


@click.command()
@click.argument("revision", required=False)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(revision: str | None, root: Path) -> None:
    """Install the service as the image of a git REVISION has it, or the work tree, and print the folder."""
    print(install(discover(root), revision))


if __name__ == "__main__":
    main(prog_name="python -m ogrom_tools.installation")
