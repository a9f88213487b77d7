"""The pinned and hashed packages in tools/requirements: reading them, and writing them again (`./dev lock`)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from uv import find_uv_bin

from ogrom_tools.command import run
from ogrom_tools.progress import say
from ogrom_tools.projects import PREFIX, Workspace, is_ours

PIN = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;\\]+)(?:.*\\\n)*.*$", re.MULTILINE)

OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--custom-compile-command=./dev lock",
    "--exclude-newer=7 days",  # a release made with a stolen key is mostly found within days
)


@dataclass(frozen=True)
class Pin:
    """One version of one package."""

    name: str
    version: str
    text: str
    """All its lines: the version, environment markers, hashes."""

    @property
    def is_ours(self) -> bool:
        """Whether its name has our prefix."""
        return self.name.startswith(PREFIX)

    @property
    def is_hashed(self) -> bool:
        """Whether it has a hash."""
        return "--hash=" in self.text


def parse(text: str) -> Iterator[Pin]:
    """The pins of a requirements.txt; a package may have several, for different environments."""
    for found in PIN.finditer(text):
        yield Pin(canonicalize_name(found["name"]), found["version"], found[0])


def overlaid(first: Iterable[Pin], second: Iterable[Pin]) -> tuple[Pin, ...]:
    """The first pins, and those second pins whose packages the first lack."""
    kept = tuple(first)
    names = {pin.name for pin in kept}
    return (*kept, *(pin for pin in second if pin.name not in names))


def pins(root: Path, name: str) -> Path:
    """The file of pinned requirements with this name."""
    return root / "tools" / "requirements" / f"{name}.txt"


def lock(workspace: Workspace, options: Sequence[str] = ()) -> None:
    """Write tools/requirements/*.txt again, keeping the versions that still fit.

    Args:
        workspace: the projects whose declared dependencies go in.
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
    """The requirements that a public index must meet, as lines: all but our own projects."""
    return sorted({str(each) for each in requirements if not is_ours(each)})


def _compile(
    folder: Path, name: str, inputs: Sequence[str], lines: Iterable[str], options: Sequence[str]
) -> None:
    say(f"Pinning {name}.txt ...")
    command = (find_uv_bin(), "pip", "compile", *OPTIONS, *options, *inputs, "-")
    # Others do not have the wheels on this machine's disk.
    alone = ("env", "-u", "UV_FIND_LINKS", *command, f"--output-file={name}.txt")
    run(*alone, folder=folder, text="\n".join(lines))
