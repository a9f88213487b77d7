"""Instances as processes and as containers of an engine that is a script."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_rehearsal.instances import (
    HOST,
    Container,
    ContainerStarter,
    Instance,
    ProcessStarter,
    SelfReport,
    processor_seconds,
    self_report,
)

MakeEngine = Callable[[str], tuple[str, ...]]


@pytest.fixture
def make_engine(tmp_path: Path) -> MakeEngine:
    """Makes an engine that does the cases of a shell's `case`, by its first argument."""

    def make(cases: str) -> tuple[str, ...]:
        script = tmp_path / "engine"
        script.write_text(f'echo "$@" >> {tmp_path / "asked"}\ncase "$1" in {cases} esac\n')
        return ("sh", str(script))

    return make


@pytest.fixture
def busy() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that leads a group, as the first one of a container does, and has used a fifth of a second."""
    # It sleeps until the test kills it; the minute is for a test that could not.
    code = "import time\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\ntime.sleep(60)"
    command = (sys.executable, "-c", code)
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()


@pytest.fixture
def client() -> Iterator["subprocess.Popen[bytes]"]:
    """An engine's program that stands for a container."""
    with subprocess.Popen(("sleep", "60"), start_new_session=True) as process:
        yield process
        process.kill()


def asked(folder: Path) -> list[str]:
    """What the engine was asked, by first words."""
    return [each.split()[0] for each in (folder / "asked").read_text().splitlines()]


def test_a_container_that_runs_is_known_by_its_process(make_engine: MakeEngine) -> None:
    """One that does not run has the number 0, or the engine fails."""
    assert Container(make_engine("container) echo 123;;"), "a").pid() == 123
    assert Container(make_engine("container) echo 0;;"), "a").pid() == 0
    assert Container(make_engine("container) exit 1;;"), "a").pid() == 0


def test_an_engine_that_is_not_there_is_an_error_of_the_platform() -> None:
    """Which an environment's thread bears."""
    with pytest.raises(PlatformError, match="no-such-engine kill a` does not work"):
        Container(("no-such-engine",), "a").kill()


def test_a_container_gets_its_share_or_the_engine_is_to_blame(
    make_engine: MakeEngine, tmp_path: Path
) -> None:
    """One with less than it thinks would make every figure wrong."""
    Container(make_engine("update) ;;"), "a").raise_priority()
    assert (tmp_path / "asked").read_text() == "update --cpu-shares=1024 a\n"
    with pytest.raises(PlatformError, match="a gets no share of the processors: no cgroup"):
        Container(make_engine("update) echo no cgroup >&2; exit 1;;"), "a").raise_priority()


def test_how_busy_a_container_is_is_what_its_processes_use(
    make_engine: MakeEngine, busy: "subprocess.Popen[bytes]", client: "subprocess.Popen[bytes]"
) -> None:
    """Not what the engine's program uses; and nothing is known of one that does not run."""
    engine = make_engine(f"container) [ $4 = gone ] || echo {busy.pid};;")
    here, gone = (Instance(each, "v1", 1, client, Container(engine, each)) for each in ("here", "gone"))
    assert processor_seconds([here, gone]) == {"here": pytest.approx(0.2, abs=0.15)}


def test_killing_ends_the_container_and_the_program_that_stands_for_it(
    make_engine: MakeEngine, client: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    """Once; a second time there is nothing to do."""
    instance = Instance("a", "v1", 1, client, Container(make_engine("kill) ;;"), "a"))
    for _ in range(2):
        instance.kill()
    assert instance.exit_code == -9
    assert asked(tmp_path) == ["kill"]


def test_what_does_not_run_yet_is_removed_when_it_is_told_to_end(
    make_engine: MakeEngine, client: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    """The engine's program would end on a signal, and leave a container behind."""
    instance = Instance("a", "v1", 1, client, Container(make_engine("container|kill) exit 1;;"), "a"))
    instance.stop()
    assert instance.exit_code == -9
    assert asked(tmp_path) == ["container", "kill", "rm"]


def test_a_container_is_run_with_its_settings_and_its_misbehaviour(
    make_engine: MakeEngine, tmp_path: Path
) -> None:
    """A folder that Python is to import from is mounted where it is; nothing else of the machine is."""
    start = ContainerStarter(make_engine("*) ;;"), tmp_path, {"OGROM_LOG": "json"}, ("--processes=2",))
    instance = start("a", Version("v1", "image:1"), {"PYTHONPATH": "/behaviour"})
    assert instance.process.wait(30) == 0
    words = (tmp_path / "asked").read_text().split()
    assert {"--env=OGROM_LOG=json", "--env=OGROM_RELEASE=v1", "--read-only", "--cap-drop=ALL"} < set(words)
    assert [each for each in words if each.startswith("--volume")] == ["--volume=/behaviour:/behaviour:ro"]
    serve = ["image:1", "serve", "--host=127.0.0.1", f"--port={instance.port}", "--processes=2"]
    assert words[words.index("image:1") :] == serve


def test_what_is_not_installed_is_not_started(tmp_path: Path) -> None:
    """The error names the program that is missing."""
    with pytest.raises(PlatformError, match="bin/ogrom-api"):
        ProcessStarter(tmp_path, {})("a", Version("v1", str(tmp_path)), {})


def test_a_process_has_only_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its release, what all have and what its version has; none of the variables of whoever started it."""
    monkeypatch.setenv("OGROM_DRAIN_GRACE", "99")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    told = tmp_path / "told"
    version = _version(tmp_path, f"exec env > '{told}'")
    instance = ProcessStarter(tmp_path, {"OGROM_ALL": "1", "OGROM_BOTH": "all"})(
        "a", version, {"OGROM_BOTH": "own"}
    )
    try:
        assert instance.process.wait(60.0) == 0
    finally:
        instance.kill()
    ours = {each for each in told.read_text().splitlines() if each.startswith(("OGROM_", "PYTHONPATH"))}
    assert ours == {"OGROM_ALL=1", "OGROM_BOTH=own", "OGROM_RELEASE=v1"}


def test_a_port_is_an_instances_own_until_it_ends(tmp_path: Path) -> None:
    """Whether it listens there or not: nobody else is given it."""
    instance = ProcessStarter(tmp_path, {})("a", _version(tmp_path, "exec sleep 600"), {})
    try:
        with pytest.raises(OSError, match="in use"), socket.socket() as other:
            other.bind((HOST, instance.port))
    finally:
        instance.kill()
    assert instance.exit_code == -signal.SIGKILL
    with socket.socket() as other:
        other.bind((HOST, instance.port))


def _version(folder: Path, command: str) -> Version:
    """One whose program is a line of the shell's."""
    program = folder / "bin" / "ogrom-api"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{command}\n")
    program.chmod(0o755)
    return Version("v1", str(folder))


@pytest.mark.parametrize(
    ("status", "members", "expected"),
    [
        (200, {"status": "ready", "release": "v1"}, SelfReport("ready", "v1")),
        (503, {"state": "warming", "release": "v1"}, SelfReport("warming", "v1")),
        (503, {"state": "draining", "release": "v1"}, SelfReport("draining", "v1")),
        (503, {"state": "failing"}, SelfReport("failing")),
        (503, {"state": "asleep"}, SelfReport("failing")),
        (503, ["?"], SelfReport("failing")),
        (404, {}, SelfReport("failing")),
    ],
)
def test_readiness_is_read_from_the_answer(status: int, members: object, expected: SelfReport) -> None:
    """By the status, and for what is not ready by its state."""
    assert self_report(status, json.dumps(members).encode()) == expected


def test_an_answer_that_is_no_json_says_only_its_status() -> None:
    """It may come from anybody."""
    assert self_report(502, b"<html>") == SelfReport("failing")
    assert self_report(200, b"\xff") == SelfReport("ready")
