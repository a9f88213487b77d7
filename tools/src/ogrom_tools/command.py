"""Runs other programs."""

import subprocess
import sysconfig
from pathlib import Path

from uv import find_uv_bin

WORKBENCH = Path(__file__).resolve().parents[3] / ".venv"
"""The environment that `dev` makes, the only one that has Poetry."""


# `find_uv_bin` uses it, and in Python 3.11 the first call is not safe in two threads at once.
sysconfig.get_config_vars()


class Failed(SystemExit):
    """What went wrong, for a person to fix; uncaught, it ends the program without a traceback."""


def run(*command: str, folder: Path | None = None, text: str = "") -> str:
    """Run a command and return its output, on both streams.

    Args:
        command: the program and its arguments.
        folder: where to run it.
        text: its input.

    Raises:
        Failed: it did not succeed; the text is the command and its output.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise Failed(f"$ {' '.join(command)}\n{done.stdout}exited with {done.returncode}")
    return done.stdout


def run_bytes(*command: str) -> bytes:
    """Run a command and return the bytes on its stdout.

    Raises:
        Failed: it did not succeed.
    """
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        output = (done.stdout + done.stderr).decode(errors="replace")
        raise Failed(f"$ {' '.join(command)}\n{output}exited with {done.returncode}")
    return done.stdout


def uv(*arguments: str) -> str:
    """Run the workbench's uv, quiet unless it fails.

    Raises:
        Failed: uv failed.
    """
    return run(find_uv_bin(), "--quiet", *arguments)


def poetry(*arguments: str, cache: Path | None = None, epoch: int | None = None) -> str:
    """Run the workbench's Poetry.

    Args:
        arguments: the command and its options.
        cache: the folder of its cache; by default the user's.
        epoch: the SOURCE_DATE_EPOCH of what it builds, in seconds since 1970.

    Raises:
        Failed: Poetry failed.
    """
    # No environment of its own, since ours show what a project forgot to declare.
    variables = ["POETRY_VIRTUALENVS_CREATE=false"]
    variables += [f"POETRY_CACHE_DIR={cache}"] if cache else []
    variables += [f"SOURCE_DATE_EPOCH={epoch}"] if epoch else []
    return run("env", *variables, str(WORKBENCH / "bin" / "poetry"), "--no-interaction", *arguments)
