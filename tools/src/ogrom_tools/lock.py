"""Pins what the environments hold: one hashed list for every Python and platform that Ogrom supports."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from uv import find_uv_bin

from ogrom_tools.command import run
from ogrom_tools.progress import say
from ogrom_tools.projects import Workspace, is_ours

OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--custom-compile-command=./dev lock",
    "--exclude-newer=7 days",  # who has stolen a maintainer's key is mostly found within days
)


def lock(workspace: Workspace, options: Sequence[str] = ()) -> None:
    """Write tools/requirements/*.txt anew, keeping the versions that still fit.

    Args:
        workspace: the projects, whose declared dependencies go in.
        options: for `uv pip compile`, such as `--upgrade-package flask`.

    Raises:
        Failed: uv found no versions that fit together.
    """
    folder = workspace.root / "tools" / "requirements"
    runs = external(each for one in workspace.released for each in one.dependencies)
    adds = external(each for one in workspace for each in (*one.dependencies, *one.optional_dependencies))
    for name in ("uv", "dev", "image", "bump2version"):
        _compile(folder, name, [f"{name}.in"], (), options)
    _compile(folder, "test", ["test.in"], [*runs, *adds], options)
    # Peers are measured on the versions that Ogrom runs on.
    _compile(folder, "bench", ["bench.in", "--constraints=test.txt"], (), options)


def external(requirements: Iterable[Requirement]) -> list[str]:
    """The requirements that an index answers for, as lines: all but our own projects."""
    return sorted({str(each) for each in requirements if not is_ours(each)})


def _compile(
    folder: Path, name: str, inputs: Sequence[str], lines: Iterable[str], options: Sequence[str]
) -> None:
    say(f"Pinning {name}.txt ...")
    command = (find_uv_bin(), "pip", "compile", *OPTIONS, *options, *inputs, "-")
    # A wheel that lies on this machine's disk is not what others would get.
    alone = ("env", "-u", "UV_FIND_LINKS", *command, f"--output-file={name}.txt")
    run(*alone, folder=folder, text="\n".join(lines))
