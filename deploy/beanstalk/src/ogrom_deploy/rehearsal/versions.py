"""The two versions of a rehearsal: what is in the work tree, and what was there before."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError


def previous() -> str:
    """The revision that the work tree is deployed over: the last commit, or the one before where nothing is new."""
    changed = _output("git", "status", "--porcelain", "--untracked-files=no")
    return "HEAD" if changed else "HEAD~1"


def installed(revision: str | None) -> Version:
    """Install the service as a revision has it, or the work tree; what is installed already will do.

    Raises:
        PlatformError: it cannot be installed.
    """
    arguments = () if revision is None else (revision,)
    return at(Path(tool("image.installation", *arguments).splitlines()[-1]))


def at(folder: Path) -> Version:
    """An installation, which is called as its folder is."""
    return Version(folder.name, str(folder.resolve()))


def program(version: Version) -> Sequence[str]:
    """The command of an installation's `ogrom-api`."""
    return (str(Path(version.artefact) / "bin" / "ogrom-api"),)


def tool(name: str, *arguments: str) -> str:
    """What a program of the repository's tools prints.

    Args:
        name: its module in `ogrom_tools`, of which we import nothing.
        arguments: of the program.

    Raises:
        PlatformError: it failed.
    """
    return _output(sys.executable, "-m", f"ogrom_tools.{name}", *arguments)


def _output(*command: str) -> str:
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise PlatformError(f"`{' '.join(command)}` failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()
