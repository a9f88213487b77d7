"""The load generator against servers that lose requests on purpose: it must count every one of them."""

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from ogrom.sources.testing import reserved_port, wait_until
from ogrom_rehearsal.load import Load, Profile, Stage, Summary, Target
from ogrom_rehearsal.load.process import LoadFailed

Lossy = Callable[..., AbstractContextManager[Any]]
FINE = Target("/", contains="fine")
PATIENCE = 60.0


def fire(
    port: int, *targets: Target, rate: float = 200, seconds: float = 1.0, timeout: float = PATIENCE
) -> Summary:
    with Load(f"http://127.0.0.1:{port}", Profile.steady(rate, seconds, *targets, timeout=timeout)) as load:
        return load.finish()


def until(holds: Callable[[], bool]) -> None:
    assert wait_until(holds, PATIENCE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "fault"),
    [
        ("closed", "closed"),
        ("reset", "reset"),
        ("cut", "cut"),
        ("error", "status"),
        ("other", "wrong"),
        ("garbage", "wrong"),
    ],
)
def test_every_lost_request_is_counted(lossy: Lossy, way: str, fault: str) -> None:
    """One request in twenty is lost in some way, and the count is exact, not a guess."""
    with lossy(*["ok"] * 19, way) as server:
        summary = fire(server.port, FINE)
    assert server.seen[way] == 10
    assert (summary.planned, summary.failed, summary.faults) == (200, 10, {fault: 10})


@pytest.mark.slow
def test_nothing_is_sent_twice(lossy: Lossy) -> None:
    """A client that silently tries again would hide what was lost; the server sees each request once."""
    with lossy("ok", "closed", "reset", "ok") as server:
        summary = fire(server.port, FINE)
    assert server.seen.total() == summary.planned == 200
    assert summary.failed == 100


@pytest.mark.slow
def test_a_connection_that_the_server_ends_is_no_loss(lossy: Lossy) -> None:
    """`Connection: close` on a whole response, as from a server that drains, costs the next request a connection."""
    with lossy("ok", "goodbye") as server:
        summary = fire(server.port, FINE)
    assert summary.failed == 0
    assert summary.releases == {"v1": 200}
    assert server.connections >= 100


@pytest.mark.slow
def test_a_connection_that_was_closed_while_idle_is_no_loss(lossy: Lossy) -> None:
    """Whoever sees that the server has hung up opens another one, as browsers do, before anything is sent."""
    with lossy("ok", "hangup") as server:
        summary = fire(server.port, FINE, rate=50)
    assert (summary.failed, server.seen.total()) == (0, 50)


@pytest.mark.slow
def test_nobody_there_is_told_from_nobody_answering(lossy: Lossy) -> None:
    """A closed port refuses; silence is waited for until the client's patience ends."""
    with reserved_port() as nobody:
        assert fire(nobody, FINE, seconds=0.2).faults == {"refused": 40}
    with lossy("silence") as stub:
        summary = fire(stub.port, FINE, seconds=0.2, timeout=0.5)
    assert summary.faults == {"timeout": 40}
    assert summary.percentile(1) >= 0.5


@pytest.mark.slow
def test_a_stall_is_not_omitted(lossy: Lossy) -> None:
    """While the server answers nobody, requests start all the same, and their waiting counts: a hundred here.

    A closed loop would have sent one request into the stall and shown a p99 of a millisecond.
    """
    profile = Profile.steady(200, PATIENCE, FINE, timeout=PATIENCE)
    with lossy("ok") as server, Load(f"http://127.0.0.1:{server.port}", profile) as load:
        until(lambda: len(load.results) >= 100)
        before = load.results
        server.hold(0.5)
        until(lambda: len(server.stalled) == 2 and load.results[-1].at > server.stalled[1])
        summary = load.stop()
    assert summary.failed == 0
    begin, end = server.stalled
    meanwhile = [each for each in summary.results if begin <= each.at <= end]
    assert len(meanwhile) >= 99
    assert all(each.end >= end for each in meanwhile)
    assert all(each.end <= begin for each in before)
    assert Summary.of(meanwhile).percentile(99) >= 0.48


@pytest.mark.slow
def test_it_stops_when_told(lossy: Lossy) -> None:
    """What was sent is answered and counted, and what was not is not missed."""
    profile = Profile((Stage(50, 0.5), Stage(200, PATIENCE)), (FINE,), timeout=PATIENCE)
    with lossy("ok") as server, Load(f"http://127.0.0.1:{server.port}", profile) as load:
        until(lambda: len(load.results) >= 60)
        summary = load.stop()
    assert summary.failed == 0
    assert 60 <= len(summary.results) == server.seen["ok"] < profile.requests


@pytest.mark.slow
def test_a_generator_that_dies_gives_no_figures(lossy: Lossy) -> None:
    """Half a count must not pass for a whole one."""
    with lossy("ok") as server, Load(f"http://127.0.0.1:{server.port}", Profile.steady(50, 30, FINE)) as load:
        until(lambda: bool(load.results))
        load._process.kill()
        with pytest.raises(LoadFailed, match="code -9"):
            load.finish()


@pytest.mark.slow
def test_wrk_counts_the_same(lossy: Lossy) -> None:
    """Another program's count of the same server's losses agrees with the server's, as ours does."""
    with lossy(*["ok"] * 49, "closed") as server:
        command = [
            "wrk",
            "--threads=1",
            "--connections=4",
            "--duration=1s",
            f"http://127.0.0.1:{server.port}/",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
        theirs = re.search(r"Socket errors: connect 0, read (\d+),", done.stdout)
        assert theirs, done.stdout
        until(lambda: not server.open)
        # Whoever is asked in the last moment gets no chance to tell.
        assert 0 <= server.seen["closed"] - int(theirs[1]) <= 4
        before = server.seen["closed"]
        assert fire(server.port, FINE, rate=500).failed == server.seen["closed"] - before == 10


@pytest.mark.slow
def test_by_hand_it_exits_with_what_it_found(lossy: Lossy) -> None:
    """The command prints one line, and a lost request is an exit code of 1."""
    command = [sys.executable, "-m", "ogrom_rehearsal.load", "--seconds=0.5", "--rate=100", "--timeout=60"]
    for ways, code, said in ((("ok",), 0, "0 failed (none)"), (("ok", "closed"), 1, "25 failed (25 closed)")):
        with lossy(*ways) as server:
            done = subprocess.run(
                [*command, f"http://127.0.0.1:{server.port}"],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        assert (done.returncode, done.stderr) == (code, "")
        assert f"50 requests, {said}" in done.stdout
