from collections.abc import Callable
from pathlib import Path

import pytest

from bench.peers.clojure.java import JARS, Java, classpath, java_in, missing_packages, newest


@pytest.fixture
def add(tmp_path: Path) -> Callable[[str, str], Path]:
    """Makes a Java of this name whose `release` has this content."""

    def add(name: str, said: str) -> Path:
        home = tmp_path / name
        (home / "bin").mkdir(parents=True)
        (home / "bin" / "java").touch(mode=0o755)
        (home / "release").write_text(said)
        return home

    return add


def test_the_newest_of_all_places_is_taken(add: Callable[[str, str], Path], tmp_path: Path) -> None:
    """JAVA_HOME and PATH do not win over a newer one."""
    add("jvm/17", 'JAVA_VERSION="17.0.19"\n')
    best = add("jvm/25", 'IMPLEMENTOR="N/A"\nJAVA_VERSION="25.0.3"\n')
    named = add("named", 'JAVA_VERSION="21"\n')
    environment = {"JAVA_HOME": str(named), "PATH": str(tmp_path / "jvm" / "17" / "bin")}
    assert newest(environment, tmp_path / "jvm") == Java((25, 0, 3), best)


@pytest.mark.parametrize("place", ["JAVA_HOME", "PATH"])
def test_the_environment_names_one(add: Callable[[str, str], Path], tmp_path: Path, place: str) -> None:
    """It may be anywhere; `java` on PATH may be a link into it."""
    home = add("elsewhere", 'JAVA_VERSION="24.0.1"\n')
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(home / "bin" / "java")
    environment = {"PATH": "", place: str(home if place == "JAVA_HOME" else tmp_path / "bin")}
    assert newest(environment, tmp_path / "none") == Java((24, 0, 1), home)


def test_an_old_one_is_none(add: Callable[[str, str], Path], tmp_path: Path) -> None:
    """Debian's Clojure does not run on Java 17."""
    add("jvm/17", 'JAVA_VERSION="17.0.19"\n')
    assert newest({"PATH": ""}, tmp_path / "jvm") is None


@pytest.mark.parametrize("said", ["", 'JAVA_VERSION="?"\n', "JAVA_VERSION=25\n"])
def test_what_does_not_say_its_version_is_none(add: Callable[[str, str], Path], said: str) -> None:
    """It might be too old."""
    assert java_in(add("odd", said)) is None


def test_a_folder_without_the_program_is_none(tmp_path: Path) -> None:
    """Debian leaves folders behind that hold only settings."""
    (tmp_path / "release").write_text('JAVA_VERSION="25"\n')
    assert java_in(tmp_path) is None


def test_a_package_without_one_of_its_jars_is_missing(tmp_path: Path) -> None:
    """No other package is."""
    for path in classpath(tmp_path):
        path.touch()
    assert missing_packages(tmp_path) == ()
    (tmp_path / "jetty9-util.jar").unlink()
    (tmp_path / "bidi.jar").unlink()
    assert missing_packages(tmp_path) == ("libbidi-clojure", "libjetty9-java")


def test_the_class_path_has_every_jar_once() -> None:
    """A jar that is named twice would be searched twice."""
    names = [path.stem for path in classpath(Path("jars"))]
    assert sorted(names) == sorted({*names})
    assert len(names) == sum(map(len, JARS.values()))
    assert {path.parent for path in classpath(Path("jars"))} == {Path("jars")}
