"""The content of a release: an unpacked wheel, or a folder of sources."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.metadata import Metadata

from ogrom_rules import Finding
from ogrom_tools.command import Failed

from .rules import IMPLEMENTATION_CHANGED


@dataclass(frozen=True)
class Content:
    """The files of one version."""

    folder: Path

    @property
    def packages(self) -> tuple[str, ...]:
        """The import packages: `ogrom.http`, the part of the namespace that is its own; or a plain `http`."""
        tops = [each for each in self.folder.iterdir() if each.is_dir() and each.name.isidentifier()]
        return tuple(sorted(name for top in tops for name in _packages(top)))

    @property
    def modules(self) -> dict[str, Path]:
        """The file of each module, by the module's name."""
        files = (file for top in self.packages for file in self._file(top).rglob("*.py"))
        return {_module(file.relative_to(self.folder)): file for file in sorted(files)}

    @property
    def metadata(self) -> Metadata | None:
        """What the wheel says about itself; None in a plain folder."""
        text = self.information("METADATA")
        return None if text is None else Metadata.from_email(text)

    def information(self, name: str) -> bytes | None:
        """A file of the .dist-info folder; None where there is none."""
        return next((file.read_bytes() for file in self.folder.glob(f"*.dist-info/{name}")), None)

    @property
    def files(self) -> dict[str, bytes]:
        """Each file by its path, all versions' alike: without the version, and without what follows from it."""
        found = (each for each in self.folder.rglob("*") if each.is_file() and each.suffix != ".pyc")
        contents = {self._path(file): file.read_bytes() for file in found}
        contents.pop(".dist-info/RECORD", None)
        if metadata := contents.pop(".dist-info/METADATA", b""):
            contents[".dist-info/METADATA"] = b"\n".join(
                line for line in metadata.splitlines() if not line.startswith(b"Version: ")
            )
        return contents

    @property
    def code(self) -> dict[str, bytes]:
        """The text of each module, by its name."""
        return {module: file.read_bytes() for module, file in self.modules.items()}

    def _file(self, package: str) -> Path:
        return self.folder.joinpath(*package.split("."))

    def _path(self, file: Path) -> str:
        first, *rest = file.relative_to(self.folder).parts
        return "/".join([".dist-info" if first.endswith(".dist-info") else first, *rest])


def _packages(top: Path) -> Iterator[str]:
    """A package with __init__.py, or the packages in a namespace (PEP 420)."""
    if (top / "__init__.py").exists():
        yield top.name
        return
    for each in top.iterdir():
        if each.name.isidentifier() and any(each.rglob("*.py")):
            yield f"{top.name}.{each.name}"


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@contextmanager
def opened(path: Path) -> Iterator[Content]:
    """The content of a wheel, or of a folder that is one unpacked or holds what it would hold.

    Raises:
        Failed: it is neither.
    """
    if path.is_dir():
        yield Content(path)
        return
    with TemporaryDirectory() as name:
        try:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(name)
        except (OSError, zipfile.BadZipFile) as problem:
            raise Failed(f"{path} is neither a wheel nor a folder: {problem}") from problem
        yield Content(Path(name))


def changed_files(old: Content, new: Content) -> Iterator[Finding]:
    """A patch for whatever differs at all, so that nothing found means nothing changed."""
    before, after = old.files, new.files
    differ = sorted(name for name in before | after if before.get(name) != after.get(name))
    if differ:
        more = f" and {len(differ) - 1} more files" if len(differ) > 1 else ""
        yield IMPLEMENTATION_CHANGED.at(differ[0], file=differ[0], more=more)
