"""What the program is made of: Debian's packages, and the jars in them."""

from collections.abc import Mapping
from pathlib import Path

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
"""The jars that are needed of each package, without their ending."""

FOLDER = Path("/usr/share/java")
"""Where Debian's policy for Java puts jars."""


def missing(folder: Path = FOLDER) -> tuple[str, ...]:
    """The packages of which a jar is not there."""
    return tuple(
        name for name, jars in JARS.items() if not all(_jar(folder, each).is_file() for each in jars)
    )


def classpath(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Every jar."""
    return tuple(_jar(folder, each) for jars in JARS.values() for each in jars)


def _jar(folder: Path, name: str) -> Path:
    return folder / f"{name}.jar"
