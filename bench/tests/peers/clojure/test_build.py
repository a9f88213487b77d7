from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from bench.peers.clojure.build import Build, BuildFailed
from bench.peers.clojure.java import Java

COMPILES = """#!/bin/sh
echo run >>"$(dirname "$0")/runs"
for each in "$@"; do case $each in -Dclojure.compile.path=*) echo class >"${each#*=}/run.class" ;; esac; done
"""
FAILS = "#!/bin/sh\necho 'Unable to resolve symbol: foo' >&2\nexit 1\n"


@pytest.fixture
def build(tmp_path: Path) -> Callable[[str], Build]:
    """Makes a Build whose java is this script."""

    def build(script: str) -> Build:
        program = tmp_path / "java" / "bin" / "java"
        program.parent.mkdir(parents=True)
        program.write_text(script)
        program.chmod(0o755)
        (tmp_path / "clojure.jar").touch()
        return Build(Java((25,), tmp_path / "java"), [tmp_path / "clojure.jar"], tmp_path / "kept")

    return build


def test_what_is_compiled_is_a_jar_that_is_made_once(build: Callable[[str], Build]) -> None:
    """Java's archives need a jar, and a second start must not compile again."""
    made = build(COMPILES)
    assert made.compiled() == made.compiled()
    with ZipFile(made.compiled()) as jar:
        assert jar.namelist() == ["run.class"]
    assert (made.java.home / "bin" / "runs").read_text() == "run\n"


def test_another_jar_means_another_build(build: Callable[[str], Build]) -> None:
    """After an upgrade of Debian's packages it is compiled again, and the old build is removed."""
    made = build(COMPILES)
    before = made.compiled()
    made.jars[0].unlink()
    made.jars[0].symlink_to("/dev/null")
    assert made.compiled() != before
    assert not before.exists()


def test_a_program_that_does_not_compile_says_why(build: Callable[[str], Build]) -> None:
    """With the compiler's message; nothing that looks compiled is left."""
    made = build(FAILS)
    with pytest.raises(BuildFailed, match="Unable to resolve symbol: foo"):
        made.compiled()
    assert not [*made.kept.rglob("*.jar")]
