"""The newest Java on this machine, and the jars in Debian's packages."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

OLDEST = 21
"""Debian's Clojure is compiled for it: an older Java lacks java.util.SequencedCollection."""

PACKAGE = "openjdk-25-jre-headless"
"""Debian's Java, for machines without one that is new enough."""

INSTALLED = Path("/usr/lib/jvm")
"""Where Debian's packages, and others, put their Java."""


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
    """The Java in a folder, by its file `release`; None if there is none."""
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


JARS: Mapping[str, tuple[str, ...]] = {
    "libbcprov-java": ("bcprov",),
    "libbidi-clojure": ("bidi",),
    "libcheshire-clojure": ("cheshire",),
    "libclojure-java": ("clojure",),
    "libcommons-codec-java": ("commons-codec",),
    "libcommons-fileupload-java": ("commons-fileupload",),
    "libcommons-io-java": ("commons-io",),
    "libcore-specs-alpha-clojure": ("core.specs.alpha",),
    "libdata-csv-clojure": ("data.csv",),
    "libdata-json-clojure": ("data.json",),
    "libhiccup-clojure": ("hiccup",),
    "libhikaricp-java": ("HikariCP",),
    "libjackson2-core-java": ("jackson-core",),
    "libjackson2-dataformat-cbor": ("jackson-dataformat-cbor",),
    "libjackson2-dataformat-smile": ("jackson-dataformat-smile",),
    "libjetty9-java": ("jetty9-http", "jetty9-io", "jetty9-server", "jetty9-util"),
    "libliberator-clojure": ("liberator",),
    "libmariadb-java": ("mariadb-java-client",),
    "libprismatic-schema-clojure": ("schema",),
    "libring-codec-clojure": ("ring-codec",),
    "libring-core-clojure": ("ring-core",),
    "libring-jetty-adapter-clojure": ("ring-jetty-adapter",),
    "libring-servlet-clojure": ("ring-servlet",),
    "libservlet-api-java": ("servlet-api",),
    "libslf4j-java": ("slf4j-api", "slf4j-nop"),
    "libspec-alpha-clojure": ("spec.alpha",),
    "libtigris-clojure": ("tigris",),
}
"""The jars needed from each package, without their extension."""

FOLDER = Path("/usr/share/java")
"""Where Debian's policy for Java puts jars."""


def missing_packages(folder: Path = FOLDER) -> tuple[str, ...]:
    """The packages of which a jar is missing."""
    return tuple(
        name for name, jars in JARS.items() if not all(_jar(folder, each).is_file() for each in jars)
    )


def classpath(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Every jar."""
    return tuple(_jar(folder, each) for jars in JARS.values() for each in jars)


def _jar(folder: Path, name: str) -> Path:
    return folder / f"{name}.jar"
