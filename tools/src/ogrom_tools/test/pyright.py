"""Runs pyright over the files that changed since its last clean run, and over all files that import those.

Pyright keeps nothing between runs, and checking everything takes half a minute of processor time.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from ogrom_tools.projects import ROOT, discover
from ogrom_tools.test.imports import Imports
from ogrom_tools.test.running import command

CONFIGURATION = "pyproject.toml"
NOTE = Path(".nox") / "pyright.json"
PYRIGHT = ("pyright", "--project", CONFIGURATION)
"""The configuration by name, since a pyrightconfig.json in any parent folder would win."""


@dataclass(frozen=True)
class Seen:
    """The hashes of everything that pyright reads.

    Attributes:
        common: what affects every file: the configuration, the environment, and the list of files.
        files: each file's content.
    """

    common: str
    files: Mapping[str, str]

    @classmethod
    def now(cls, root: Path, environment: Path) -> Self:
        """Hash a checkout.

        Args:
            root: the checkout's folder.
            environment: a file that says what is installed.
        """
        files = {str(each.relative_to(root)): _hash(each.read_bytes()) for each in _files(root)}
        settings = ((root / CONFIGURATION).read_bytes(), environment.read_bytes())
        return cls(_hash(*settings, *map(str.encode, files)), files)

    @classmethod
    def read(cls, note: Path) -> Self:
        """Read what `write` noted; empty without a note."""
        try:
            return cls(**json.loads(note.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls("", {})

    def write(self, note: Path) -> None:
        """Keep it for a later run."""
        new = note.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)), encoding="utf-8")
        new.replace(note)

    def changed(self, before: Self) -> frozenset[str] | None:
        """The files that differ; None if all have to be checked."""
        if self.common != before.common:
            return None
        return frozenset(file for file, content in self.files.items() if content != before.files[file])


def _hash(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """The files that the configuration has pyright check."""
    table = tomllib.loads((root / CONFIGURATION).read_text(encoding="utf-8"))["tool"]["pyright"]
    left_out = [root / each for each in table.get("exclude", ())]
    for path in (root / each for each in table["include"]):
        for file in sorted(path.rglob("*.py")) if path.is_dir() else (path,):
            hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
            if not hidden and not any(file.is_relative_to(each) for each in left_out):
                yield file


def changed_or_importing(
    root: Path, imports: Imports, files: Iterable[str], changed: frozenset[str]
) -> list[str]:
    """The files that have changed or import one that has, directly or not."""
    paths = {root / each for each in changed}
    return [each for each in files if each in changed or paths & imports.behind(root / each)]


def check(root: Path, environment: Path) -> int:
    """Run pyright in a checkout, and keep what it read if it finds nothing.

    Args:
        root: the checkout's folder.
        environment: a file that says what is installed.

    Returns:
        Pyright's exit code.
    """
    note, now = root / NOTE, Seen.now(root, environment)
    changed = now.changed(Seen.read(note))
    files = (
        [*now.files]
        if changed is None
        else changed_or_importing(root, Imports.of(discover(root)), now.files, changed)
    )
    print(f"{len(files)} of {len(now.files)} files have changed, or import what has", flush=True)
    if not files:
        return 0
    done = subprocess.run(command((*PYRIGHT, *files)), cwd=root, check=False)
    if done.returncode == 0:
        now.write(note)
    return done.returncode


if __name__ == "__main__":
    sys.exit(check(ROOT, Path(sys.prefix) / "ogrom-state"))
