"""Builds a wheel from git's history, the same bytes each time, and keeps those of the releases, and npm's tarballs."""

import io
import json
import os
import shutil
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from packaging.metadata import Metadata
from uv import find_uv_bin

from ogrom_tools.artefact import Artefact, digest
from ogrom_tools.command import WORKBENCH, Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import NPM, WHEEL, Release
from ogrom_tools.npm import tarball
from ogrom_tools.progress import counted, say
from ogrom_tools.projects import Workspace


@dataclass(frozen=True)
class Wheel(Artefact):
    """A wheel's file and what it is known by."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """The wheel in this file.

        Raises:
            Failed: it is no wheel.
        """
        record = _member(path, "RECORD")
        return cls(path, digest(path.read_bytes()), digest(record))

    @property
    def metadata(self) -> Metadata:
        """What it says about itself: name, version, what it requires."""
        return Metadata.from_email(self.metadata_bytes)

    @property
    def metadata_bytes(self) -> bytes:
        """Its METADATA file."""
        return _member(self.path, "METADATA")


FEW = 4
"""As many wheels are built side by side, each in a clean environment, in the time that one process needs for all."""

TOGETHER = """
import json, os, sys
from poetry.core.masonry.api import build_wheel
for line in sys.stdin:
    source, os.environ["SOURCE_DATE_EPOCH"], output = json.loads(line)
    os.chdir(source)
    build_wheel(output)
"""


@dataclass(frozen=True)
class Wheelhouse:
    """The releases' wheels and tarballs in .ogrom/wheels, each looked at again whenever it is asked for."""

    workspace: Workspace
    builds: bool = True
    """Whether what is not here is built, and not missed."""

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.workspace.root / ".ogrom" / "wheels"

    def wheel(self, release: Release) -> Path:
        """The wheel of a release, bit for bit; built from history if it is not there or not right.

        Raises:
            Failed: history does not hold it, or gives other bytes.
        """
        return self.wheels([release])[release]

    def wheels(self, releases: Iterable[Release]) -> Mapping[Release, Path]:
        """The wheels of these releases, built side by side.

        Raises:
            Failed: as for one.
        """
        kept = {each: self._place(each) for each in releases}
        lacking = [each for each, path in kept.items() if not _holds(path, each)]
        if lacking and not self.builds:
            raise Failed(
                f"These are not built, or not right: {', '.join(map(str, lacking))}. Run: ./dev index --refresh"
            )
        if lacking:
            say(f"Building from history: {', '.join(map(str, lacking))} ...")
        if len(lacking) > FEW:
            self._rebuild_together(lacking)
            lacking = [each for each in lacking if not _holds(kept[each], each)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            deque(counted(pool.map(self._rebuild, lacking), len(lacking), "are built"), maxlen=0)
        return kept

    def _rebuild_together(self, releases: Iterable[Release]) -> None:
        """Keep those of which one process of poetry-core builds the ledger's bytes; others are built one by one."""
        repository = Repository(self.workspace.root)
        with tempfile.TemporaryDirectory() as name:
            outputs, lines = dict[Release, Path](), list[str]()
            for number, each in enumerate(releases):
                if each.kind == WHEEL and repository.has(each.tree):
                    source, outputs[each] = Path(name, f"{number}"), Path(name, f"{number}.wheel")
                    repository.export(each.tree, source)
                    outputs[each].mkdir()
                    lines.append(json.dumps([str(source), str(each.epoch), str(outputs[each])]))
            python = str(WORKBENCH / "bin" / "python")
            with suppress(Failed):
                run("env", "PYTHONHASHSEED=0", python, "-c", TOGETHER, text="\n".join(lines))
            for each, output in outputs.items():
                for wheel in output.glob("*.whl"):
                    if _holds(wheel, each):
                        self.keep(each, Wheel.read(wheel))

    def _rebuild(self, release: Release) -> None:
        with tempfile.TemporaryDirectory() as name:
            self.keep(release, rebuild(Repository(self.workspace.root), release, Path(name)))

    def keep(self, release: Release, wheel: Artefact) -> Path:
        """Put a release's wheel here, so that nobody has to build it again; its place."""
        kept = self._place(release)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as copy:
            copy.write(wheel.path.read_bytes())
        return Path(copy.name).replace(kept)

    def _place(self, release: Release) -> Path:
        return self.folder / release.sha256[:16] / release.artefact


def _holds(path: Path, release: Release) -> bool:
    return path.exists() and digest(path.read_bytes()) == release.sha256


def rebuild(repository: Repository, release: Release, folder: Path) -> Wheel | tarball.Tarball:
    """Build a release again from history.

    Args:
        repository: whose history.
        release: what the ledger says of it.
        folder: where the wheel goes.

    Raises:
        Failed: history does not hold it, or gives other bytes than the ledger says.
    """
    if not repository.has(release.tree):
        raise Failed(
            f"This clone does not hold the content of {release} (tree {release.tree}). "
            "If it is shallow: git fetch --unshallow; if history was cut, restore it from a full clone."
        )
    builder: Callable[[Repository, str, int, Path], Wheel | tarball.Tarball] = (
        tarball.build if release.kind == NPM else build
    )
    wheel = builder(repository, release.tree, release.epoch, folder)
    if wheel.sha256 == release.sha256:
        return wheel
    same = wheel.record_sha256 == release.record_sha256
    why = (
        "the same files in it, packed in another way, as another zlib would" if same else "other files in it"
    )
    raise Failed(
        f"{release} cannot be built again here: sha256 {wheel.sha256} instead of {release.sha256}, {why}. "
        "Take it from the index, and find out what builds differently here."
    )


def build(repository: Repository, tree: str, epoch: int, folder: Path) -> Wheel:
    """Build the wheel of a project from the content that git keeps of its folder.

    Only the content, the epoch and poetry-core, which the project pins, decide the bytes: not the machine, the
    path, the umask or the Python.

    Args:
        repository: which holds it.
        tree: the id of the folder's tree.
        epoch: the SOURCE_DATE_EPOCH, in seconds since 1970.
        folder: where the wheel goes.

    Raises:
        Failed: it could not be built.
    """
    with tempfile.TemporaryDirectory() as name:
        source, output = Path(name) / "source", Path(name) / "wheel"
        repository.export(tree, source)
        environment = ("env", f"SOURCE_DATE_EPOCH={epoch}", "PYTHONHASHSEED=0")
        run(*environment, find_uv_bin(), "build", "--quiet", "--wheel", f"--out-dir={output}", str(source))
        (wheel,) = output.glob("*.whl")
        folder.mkdir(parents=True, exist_ok=True)
        return Wheel.read(Path(shutil.move(wheel, folder / wheel.name)))


def metadata_in(wheel: bytes) -> bytes:
    """The METADATA in a wheel, which an index can serve beside it (PEP 658).

    Raises:
        Failed: these bytes are no wheel.
    """
    return _member(io.BytesIO(wheel), "METADATA")


def _member(wheel: Path | BinaryIO, name: str) -> bytes:
    """A file of the wheel's .dist-info folder."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            (member,) = (each for each in archive.namelist() if each.endswith(f".dist-info/{name}"))
            return archive.read(member)
    except (OSError, ValueError, zipfile.BadZipFile) as problem:
        raise Failed(f"{wheel if isinstance(wheel, Path) else 'This'} is no wheel: {problem}") from problem
