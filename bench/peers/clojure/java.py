"""Which Java runs it: the newest one here."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

OLDEST = 21
"""Debian's Clojure is compiled for it: an older Java knows no java.util.SequencedCollection."""

PACKAGE = "openjdk-25-jre-headless"
"""Debian's, for machines without any Java that is new enough."""

INSTALLED = Path("/usr/lib/jvm")
"""Where Debian's packages, and others', put their Java."""


@dataclass(frozen=True, order=True)
class Java:
    """A Java.

    Attributes:
        version: such as (25, 0, 3).
        home: its folder.
    """

    version: tuple[int, ...]
    home: Path

    @property
    def program(self) -> str:
        """The path of `java`."""
        return str(self.home / "bin" / "java")


def newest(
    environment: Mapping[str, str] = os.environ, installed: Path = INSTALLED, oldest: int = OLDEST
) -> Java | None:
    """The newest Java of JAVA_HOME, PATH and `installed`; None if none is new enough."""
    found = {each for home in _homes(environment, installed) if (each := java_in(home))}
    return max((each for each in found if each.version[0] >= oldest), default=None)


def java_in(home: Path) -> Java | None:
    """The Java in a folder, if one is there: what its file `release` says of itself."""
    if not (home / "bin" / "java").is_file():
        return None
    with suppress(OSError):
        said = (home / "release").read_text(encoding="utf-8", errors="replace")
        if version := re.search(r'^JAVA_VERSION="(\d+(?:\.\d+)*)', said, re.MULTILINE):
            return Java(tuple(map(int, version[1].split("."))), home.resolve())
    return None


def _homes(environment: Mapping[str, str], installed: Path) -> Iterator[Path]:
    if home := environment.get("JAVA_HOME"):
        yield Path(home)
    if program := shutil.which("java", path=environment.get("PATH", os.defpath)):
        yield Path(program).resolve().parent.parent
    yield from _folders(installed)


def _folders(installed: Path) -> Iterable[Path]:
    return sorted(installed.iterdir()) if installed.is_dir() else ()
