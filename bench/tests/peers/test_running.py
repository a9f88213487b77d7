import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bench.peers import MEMORY, PEERS, Peer
from bench.peers.peer import inherited
from bench.peers.running import PeerFailed, running
from ogrom.sources.testing import wait_until
from ogrom_tools.command import Failed

# Has a child that has a child, and is deaf to SIGTERM.
FAMILY = """
import os, runpy, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.fork()
    time.sleep(600)  # until it is ended
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def through(peer: Peer, program: str) -> Peer:
    """The peer, started by a program that gets its command line."""

    def command(*arguments: object) -> tuple[str, ...]:
        return (sys.executable, "-c", program, *peer.command(*arguments)[1:])  # type: ignore[arg-type]

    return replace(peer, command=command)  # type: ignore[arg-type]


def is_running(process_id: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


@pytest.mark.slow
def test_it_runs_as_long_as_the_block(standard: Callable[..., Peer], catalogue: Path) -> None:
    """It answers from the first line of the block on, and is gone after the last."""
    with running(standard(), MEMORY, catalogue) as started:
        assert started.process_ids == (started.process_id,)
        assert 0 < started.seconds_to_first_answer < 60
    assert not is_running(started.process_id)


@pytest.mark.slow
def test_nothing_of_it_is_left(
    standard: Callable[..., Peer], catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of its processes are found, and end with it even if they ignore SIGTERM."""
    monkeypatch.setattr("bench.peers.running._STOP_SECONDS", 0.1)
    with running(through(standard(), FAMILY), MEMORY, catalogue) as started:
        family = started.process_ids
        assert len(family) == 3
    assert wait_until(lambda: not any(map(is_running, family)), 60)  # a signal takes a moment


@pytest.mark.slow
def test_who_does_not_start_says_why(standard: Callable[..., Peer], catalogue: Path) -> None:
    """The error has the end of its output."""
    broken = through(standard(), "raise SystemExit('no such framework')")
    expected = pytest.raises(PeerFailed, match="standard ended with 1: no such framework")
    with expected, running(broken, MEMORY, catalogue):
        pass


@pytest.mark.slow
def test_who_does_not_answer_is_given_up(
    standard: Callable[..., Peer], catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a timeout."""
    monkeypatch.setattr("bench.peers.running._PATIENCE", 0.2)
    silent = through(standard(), "import time; time.sleep(600)")
    with (
        pytest.raises(PeerFailed, match="standard did not answer in 0 s"),
        running(silent, MEMORY, catalogue),
    ):
        pass


def test_a_peer_is_told_no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its command and its own environment decide how it runs."""
    monkeypatch.setenv("OGROM_THREADS", "1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = inherited({"OGROM_LOG": "text"})
    assert {name for name in told if name.startswith(("OGROM", "PYTHON"))} == {"OGROM_LOG"}
    assert told["PATH"] == os.environ["PATH"]


def test_every_peer_is_there_under_its_name() -> None:
    """Peers in Python never lack anything: their environment is made when they start."""
    names = {"ogrom", "flask-plain", "flask-fair", "apiflask", "smorest", "falcon-plain", "falcon-fair"}
    assert names | {"fastapi", "litestar"} <= set(PEERS)
    assert all(name == peer.name and not peer.missing() for name, peer in PEERS.items())


def test_every_command_names_its_port_and_store(tmp_path: Path) -> None:
    """JVMs have tests of their own, since their commands compile first."""
    for peer in (each for each in PEERS.values() if each.group != "jvm"):
        command = " ".join(peer.command("mysql://root@127.0.0.1:1/x", tmp_path / "catalogue.json", 7, 2, 3))
        assert "mysql://root@127.0.0.1:1/x" in command
        assert "7" in command


@pytest.mark.slow
def test_it_is_made_ready_before_its_time_begins(standard: Callable[..., Peer], catalogue: Path) -> None:
    """Installing a contender does not count as its start."""
    ready = replace(standard(), prepare=lambda: time.sleep(0.5))  # as an installation takes its time
    begin = time.perf_counter()
    with running(ready, MEMORY, catalogue) as started:
        assert started.seconds_to_first_answer + 0.5 <= time.perf_counter() - begin


def test_who_cannot_be_installed_says_why(standard: Callable[..., Peer], catalogue: Path) -> None:
    """The run goes on without it."""

    def fail() -> None:
        raise Failed("npm could not")

    expected = pytest.raises(PeerFailed, match="standard cannot be installed: npm could not")
    with expected, running(replace(standard(), prepare=fail), MEMORY, catalogue):
        pass
