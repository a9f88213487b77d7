"""A whole measurement of servers of the standard library, with planted differences."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bench.comparison.__main__ import plan_of
from bench.comparison.cases import CASES, STORES, Case
from bench.comparison.measuring import Plan, measured, warm_up
from bench.measure.timing import Sample, ratio
from bench.peers import Peer


@pytest.fixture
def fifteen(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """Thirteen ordinary peers and two JVMs."""
    return {name: peer(name) for name in "abcdefghiklmn"} | {name: peer(name, group="jvm") for name in "jo"}


def test_a_full_run_takes_less_than_half_an_hour(fifteen: Mapping[str, Peer]) -> None:
    """So that all benches together take an hour."""
    planned = Plan(fifteen, STORES, CASES, 4, 1).planned_seconds
    assert 900 < planned < 1800


def test_the_plan_grows_with_what_is_measured(fifteen: Mapping[str, Peer]) -> None:
    """Twice the rounds take less than twice as long, since the starts stay the same."""
    one, two = (Plan(fifteen, STORES, CASES, rounds, 1).planned_seconds for rounds in (4, 8))
    assert one < two < 2 * one


def test_a_jvm_is_warmed_up_for_longer(fifteen: Mapping[str, Peer]) -> None:
    """At least ten seconds; the others only until all products are in memory."""
    assert sum(warm_up(fifteen["j"])) >= 10
    assert sum(warm_up(fifteen["a"])) <= 3


def test_ogrom_is_always_there() -> None:
    """Every other contender is compared with it."""
    plan, docs = plan_of(["--peers", "flask-fair", "--rounds", "2", "--docs", "docs"])
    assert list(plan.peers) == ["ogrom", "flask-fair"]
    assert plan.rounds == 2
    assert docs is not None


def test_an_unknown_peer_is_an_error() -> None:
    """The message names those that exist."""
    with pytest.raises(SystemExit, match="unknown: django; there are ogrom, ogrom-threads, flask-plain"):
        plan_of(["--peers", "django"])


PROGRAM = Path(__file__).parents[1] / "peers" / "standard_peer.py"
ONE = Case("product", 1)
SLEEP = 0.05


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A catalogue of one product."""
    page = {"items": [], "next": "/v1/de-DE/collages?limit=20&cursor=x"}
    path = tmp_path / "catalogue.json"
    content = {"products": {"7": {"id": 7}}, "collages": page}
    path.write_text(json.dumps(content, separators=(",", ":")))
    return path


# The server with a sleep before each response, and some work, of which the kernel's account in hundredths of a second
# has something. Each is one segment: else its end would wait for wrk's acknowledgement of its head.
SLOWED = """
import runpy, sys, time
from http.server import BaseHTTPRequestHandler

seconds, sys.argv = float(sys.argv[1]), sys.argv[2:]
send = BaseHTTPRequestHandler.send_response
BaseHTTPRequestHandler.send_response = lambda *rest: (time.sleep(seconds), sum(range(200_000)), send(*rest))
BaseHTTPRequestHandler.wbufsize = -1
runpy.run_path(sys.argv[0], run_name="__main__")
"""


# What a database may do while others are asked: work some of the time, or nothing.
BURNS = "import time\nwhile True: sum(range(20_000)); time.sleep(0.002)"
SLEEPS = "import time; time.sleep(600)"


def running(program: str) -> "subprocess.Popen[bytes]":
    """A process that is killed at the end of the block."""
    return Ended((sys.executable, "-c", program))


class Ended(subprocess.Popen[bytes]):
    """Kills the process first; Popen would wait for it."""

    def __exit__(self, *error: object) -> None:
        self.kill()
        super().__exit__(None, None, None)


def peer(name: str, seconds: float = 0.0, planted: str = "nothing") -> Peer:
    """A server that sleeps before each response."""

    def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
        return (sys.executable, "-c", SLOWED, str(seconds), str(PROGRAM), str(port), str(catalogue), planted)

    return Peer(name, name, "fair", "It does not.", command)


@pytest.mark.slow
def test_the_planted_slow_one_is_slower_and_the_wrong_one_is_left_out(catalogue: Path) -> None:
    """It is slower by about the planted delay; the wrong one is never loaded, and the reason is reported."""
    peers = {
        "right": peer("right"),
        "slow": peer("slow", SLEEP),
        "wrong": peer("wrong", planted="same_bytes"),
    }
    said: list[str] = []
    with running(BURNS) as burning, running(SLEEPS) as sleeping:
        beside = {"burning": burning.pid, "sleeping": sleeping.pid}
        found = measured(Plan(peers, ("memory",), (ONE,), 1, 1), "", catalogue, said.append, beside)
    assert {name for name, *_ in found.loaded} == {"right", "slow"}
    assert "wrong is not measured: same_bytes" in found.refused["wrong", "memory", 1]
    assert any("wrong is not measured" in each for each in said)
    seconds = {
        name: Sample.of(each.throughput.p50 for each in values) for (name, *_), values in found.loaded.items()
    }
    # On a busy machine a sleep takes longer, and never less.
    assert SLEEP / 2 < seconds["slow"].median - seconds["right"].median < 2.5 * SLEEP
    assert ratio(seconds["slow"], seconds["right"]).middle > 1.5
    assert found.errors == {}
    assert found.memory["right", "memory", 1].pss > 5
    assert all(each.processor_seconds > 0 for values in found.loaded.values() for each in values)
    assert found.steady["right", "memory"][0].failed == 0
    for values in found.loaded.values():
        # What works for a contender beside it is counted for it, to the request.
        (others,) = (each.others for each in values)
        assert 0 <= others["sleeping"] < others["burning"] / 10
