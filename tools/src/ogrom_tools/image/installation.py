"""Installs the service as its image has it into a folder of this machine.

`python -m ogrom_tools.image.installation [REVISION]` prints the folder.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ogrom_tools import environment
from ogrom_tools.command import run, uv
from ogrom_tools.environment import locked
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.pins.released import from_wheels
from ogrom_tools.projects import ROOT, Workspace, discover

FOLDER = Path(".nox", "releases")
"""Where a checkout keeps installations."""

STAMP = "ogrom-state"
"""The file in each installation that says what it was made of."""

NEWEST = 4
"""How many installations always stay: what two sessions at once deploy, and what they deploy it over."""

REST = 3600.0
"""How many seconds after its last use an installation stays: a rehearsal may come back to it."""

_PROCESSES = Path("/proc")


def install(workspace: Workspace, revision: str | None = None) -> Path:
    """Make an environment with what the image of a revision holds, unless there is one already.

    It holds wheels only: the service's own and those that it pins. Its Python is the running one, not the image's.
    Installations that have not been used for long are removed.

    Args:
        workspace: whose history has the revision.
        revision: the commit, by any name; None for the work tree with its changes.

    Returns:
        The folder `.nox/releases/<label>`; its program is `bin/ogrom-api`.

    Raises:
        Failed: there is no such revision, or something cannot be built or installed.
    """
    deployable = Deployable.of(workspace, revision)
    releases = workspace.root / FOLDER
    folder = releases / deployable.label
    stamp, state = folder / STAMP, f"{deployable.tree}\n{sys.version}\n{sys.executable}"
    with locked(releases.with_suffix(".lock")):
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != state:
            _make(deployable, folder)
            stamp.write_text(state, encoding="utf-8")  # last: an interrupted installation is made again
        stamp.touch()
        make_room(releases, STAMP)
    return folder


def _make(deployable: Deployable, folder: Path) -> None:
    with TemporaryDirectory() as name:
        bundle = deployable.assemble(Path(name))
        file = Path(name) / "requirements.txt"
        file.write_text(from_wheels(bundle.pins, bundle.wheels), encoding="utf-8")
        uv("venv", "--clear", "--python", sys.executable, str(folder))
        options = ("--require-hashes", "--only-binary=:all:", f"--requirements={file}")
        python = folder / "bin" / "python"
        environment.install(deployable.workspace.root, python, *options)
    _share_bytecode(folder)
    # This skips what is compiled already.
    run(str(python), "-m", "compileall", "-q", "-j", "0", str(folder / "lib"))


def _share_bytecode(folder: Path) -> None:
    """Link the bytecode of another installation for each file that both have, which uv has linked from its cache.

    Compiling some 2,500 files takes longer than everything else, and most commits change the service's files only.
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


def make_room(folder: Path, stamp: str) -> Sequence[Path]:
    """Remove the installations that are neither among the newest, nor used lately, nor running.

    The caller makes sure that nobody installs anything meanwhile.

    Args:
        folder: which holds the installations.
        stamp: the file that a complete installation has, touched at each use.

    Returns:
        What was removed.
    """
    last_used = {each: _last_used(each / stamp) for each in folder.iterdir() if each.is_dir()}
    newest_first = sorted(last_used, key=last_used.__getitem__, reverse=True)
    long_ago = time.time() - REST
    running = "\0".join(_command_lines())
    removed = [
        each for each in newest_first[NEWEST:] if last_used[each] < long_ago and f"{each}/" not in running
    ]
    for each in removed:
        (each / stamp).unlink(missing_ok=True)  # first: what is half removed is not an installation
        shutil.rmtree(each, ignore_errors=True)
    return removed


def _last_used(stamp: Path) -> float:
    """The time of the last use, in seconds since 1970; 0 if the installation was never complete."""
    return stamp.stat().st_mtime if stamp.exists() else 0.0


def _command_lines() -> Iterator[str]:
    """The command lines of all processes, which name the Python that they run; none where there is no /proc."""
    for each in _PROCESSES.glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended, or belongs to another user
            yield each.read_text(errors="surrogateescape")


@click.command()
@click.argument("revision", required=False)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(revision: str | None, root: Path) -> None:
    """Install the service as the image of a git REVISION has it, or the work tree, and print the folder."""
    print(install(discover(root), revision))


if __name__ == "__main__":
    main(prog_name="python -m ogrom_tools.image.installation")
