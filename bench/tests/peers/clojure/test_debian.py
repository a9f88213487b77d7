from pathlib import Path

from bench.peers.clojure.debian import JARS, classpath, missing


def test_a_package_without_one_of_its_jars_is_missing(tmp_path: Path) -> None:
    """And no other."""
    for path in classpath(tmp_path):
        path.touch()
    assert missing(tmp_path) == ()
    (tmp_path / "jetty9-util.jar").unlink()
    (tmp_path / "bidi.jar").unlink()
    assert missing(tmp_path) == ("libbidi-clojure", "libjetty9-java")


def test_the_class_path_has_every_jar_once() -> None:
    """In one folder; a jar twice would be searched twice."""
    names = [path.stem for path in classpath(Path("jars"))]
    assert sorted(names) == sorted({*names})
    assert len(names) == sum(map(len, JARS.values()))
    assert {path.parent for path in classpath(Path("jars"))} == {Path("jars")}
