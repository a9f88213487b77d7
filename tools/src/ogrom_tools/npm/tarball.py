"""Builds an npm package's tarball from git's history, the same bytes each time."""

import gzip
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

from ogrom_tools.artefact import Artefact, digest
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.npm.node import install, npm

LOCK = "package-lock.json"
COMPILER = "typescript"
"""What decides the bytes beside the content and the epoch; the package's lock pins it."""

ELSEWHERE = ("env", "TZ=Pacific/Kiritimati", "LC_ALL=C", "sh", "-c", 'umask 077 && exec "$@"', "sh")
"""As on another machine."""


class Member(NamedTuple):
    """A file of a tarball."""

    content: bytes
    is_program: bool
    """Whether it may be executed."""


@dataclass(frozen=True)
class Tarball(Artefact):
    """A tarball's file and what it is known by."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """The tarball in this file.

        Raises:
            Failed: it is none.
        """
        packed = path.read_bytes()
        try:
            tar = gzip.decompress(packed)
        except (OSError, EOFError) as problem:
            raise Failed(f"{path} is no npm package: {problem}") from problem
        return cls(path, digest(packed), digest(tar))

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Its package.json."""
        return manifest_in(self.path.read_bytes())


def build(repository: Repository, tree: str, epoch: int, folder: Path) -> Tarball:
    """Build the tarball of a package from the content that git keeps of its folder.

    Only the content, the epoch and the compiler, which the package's lock pins, decide the bytes.

    Args:
        repository: which holds it.
        tree: the id of the folder's tree.
        epoch: the time of the files in it, in seconds since 1970.
        folder: where the tarball goes.

    Raises:
        Failed: it could not be built.
    """
    with built(repository, tree) as source:
        return pack(source, epoch, folder)


def built_twice(repository: Repository, tree: str, epoch: int, folder: Path) -> Tarball:
    """The tarball of a folder's content, after another umask, time zone and locale have given the same bytes.

    Raises:
        Failed: they have not.
    """
    tarball = build(repository, tree, epoch, folder)
    with tempfile.TemporaryDirectory() as name, built(repository, tree, ELSEWHERE) as source:
        other = pack(source, epoch, Path(name))
        if other.sha256 != tarball.sha256:
            before, after = members(tarball.path.read_bytes()), members(other.path.read_bytes())
            differ = sorted(each for each in {*before, *after} if before.get(each) != after.get(each))
            raise Failed(
                f"{tarball.path.name} was built twice, and has other bytes in {', '.join(differ)}: sha256 "
                f"{tarball.sha256} and {other.sha256}. `npm run build` must not look at the clock, the locale, the "
                "umask or the folder's path."
            )
    return tarball


@contextmanager
def built(repository: Repository, tree: str, around: Sequence[str] = ("env",)) -> Iterator[Path]:
    """A folder with a package's content, what it is developed with, and what `npm run build` makes.

    Raises:
        Failed: git does not hold it, something cannot be installed, or it does not compile.
    """
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "source"
        repository.export(tree, source)
        install(source, around)
        npm(source, "run", "build", around=around)
        yield source


def pack(source: Path, epoch: int, folder: Path) -> Tarball:
    """Pack a package that is built: what `npm pack` takes, with an order, times and modes that never differ."""
    with tempfile.TemporaryDirectory() as name:
        npm(source, "pack", "--ignore-scripts", f"--pack-destination={name}")
        (made,) = Path(name).glob("*.tgz")
        data = packed(members(made.read_bytes()), epoch)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / made.name).write_bytes(data)
    return Tarball.read(folder / made.name)


def packed(files: Mapping[str, Member], epoch: int) -> bytes:
    """The bytes of a tarball, a function of these files and the epoch alone."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, (content, is_program) in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(content), epoch, 0o755 if is_program else 0o644
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def members(tarball: bytes) -> Mapping[str, Member]:
    """The files of a tarball, by names that begin with `package/`.

    Raises:
        Failed: these bytes are no tarball.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as tar:
            return {
                each.name: Member(_content(tar.extractfile(each)), bool(each.mode & 0o100))
                for each in tar
                if each.isfile()
            }
    except (OSError, EOFError, tarfile.TarError) as problem:
        raise Failed(f"This is no npm package: {problem}") from problem


def _content(file: "BinaryIO | Any") -> bytes:
    return bytes(file.read())


def manifest_in(tarball: bytes) -> Mapping[str, Any]:
    """The package.json in a tarball.

    Raises:
        Failed: there is none.
    """
    try:
        found: dict[str, Any] = json.loads(members(tarball)["package/package.json"].content)
    except (KeyError, ValueError) as problem:
        raise Failed(f"This is no npm package: {problem}") from problem
    return found


def compiler(repository: Repository, tree: str) -> str:
    """The compiler that the package in a tree pins: `typescript==5.9.3`.

    Raises:
        Failed: it pins none.
    """
    packages = json.loads(repository.show(tree, LOCK)).get("packages", {})
    version = packages.get(f"node_modules/{COMPILER}", {}).get("version")
    if not version:
        raise Failed(f"{LOCK} has no {COMPILER}: npm install --save-dev --save-exact {COMPILER}")
    return f"{COMPILER}=={version}"
