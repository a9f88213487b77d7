from pathlib import Path

import pytest

from bench.peers.clojure.java import Java
from bench.peers.clojure.program import Program

URL = "mysql://root@127.0.0.1:3306/ogrom"


def program(version: int = 25, store: str = "memory") -> Program:
    java = Java((version, 0, 1), Path("/java"))
    return Program(java, (Path("ogrom.jar"), Path("clojure.jar")), store, Path("catalogue.json"), 8)


def test_untrained_it_has_javas_own_defaults() -> None:
    """Heap, collector and archive are Java's choice."""
    assert not [each for each in program().command(8080) if each.startswith(("-X", "-Xmx"))]


def test_the_command_line() -> None:
    """Java's options are before the main class, the program's own after it."""
    command = program().command(8080, Path("an.archive"))
    java, program_of = command[: command.index("ogrom.run")], command[command.index("ogrom.run") + 1 :]
    assert java[0] == "/java/bin/java"
    assert java[-2:] == ("-cp", "ogrom.jar:clojure.jar")
    assert {"-Xmx256m", "-XX:AOTCache=an.archive"} <= {*java}
    assert dict(zip(program_of[::2], program_of[1::2], strict=True)) == {
        "--store": "memory",
        "--catalogue": "catalogue.json",
        "--port": "8080",
        "--threads": "8",
    }


@pytest.mark.parametrize(
    ("version", "training", "serving"),
    [
        (21, "-XX:ArchiveClassesAtExit=a", "-XX:SharedArchiveFile=a"),
        (24, "-XX:ArchiveClassesAtExit=a", "-XX:SharedArchiveFile=a"),
        (25, "-XX:AOTCacheOutput=a", "-XX:AOTCache=a"),
    ],
)
def test_each_java_uses_the_best_archive_that_it_knows(version: int, training: str, serving: str) -> None:
    """Java 25 also keeps profiles; it is trained with the options of a real run."""
    trained = program(version).training(1, Path("a"))
    assert training in trained
    assert [serving if each == training else each for each in trained] == [
        *program(version).command(1, Path("a"))
    ]


def test_each_kind_of_store_is_trained_for() -> None:
    """But not each database: its port changes with each start."""
    assert program().kind != program(store=URL).kind
    assert program(store=URL).kind == program(store=URL.replace("3306", "3307")).kind
