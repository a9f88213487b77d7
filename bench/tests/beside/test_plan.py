from collections.abc import Callable, Mapping

import pytest

from bench.beside.__main__ import plan_of
from bench.beside.cases import CASES, STORES
from bench.beside.plan import Plan, warm_up
from bench.peers import Peer


@pytest.fixture
def ten(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """Nine of them, and a JVM."""
    return {name: peer(name) for name in "abcdefghi"} | {"j": peer("j", group="jvm")}


def test_a_full_run_takes_less_than_twenty_minutes(ten: Mapping[str, Peer]) -> None:
    """Of the twenty-five that everything may take, it leaves some to the others."""
    planned = Plan(ten, STORES, CASES, 4, 1).planned_seconds
    assert 600 < planned < 1200


def test_the_plan_grows_with_what_is_measured(ten: Mapping[str, Peer]) -> None:
    """Twice the rounds are not twice the starts."""
    one, two = (Plan(ten, STORES, CASES, rounds, 1).planned_seconds for rounds in (4, 8))
    assert one < two < 2 * one


def test_a_jvm_is_warmed_up_for_longer(ten: Mapping[str, Peer]) -> None:
    """Ten seconds at least; the others only until all is in their memory."""
    assert sum(warm_up(ten["j"])) >= 10
    assert sum(warm_up(ten["a"])) <= 3


def test_ogrom_is_always_there() -> None:
    """Else there is nothing to compare with."""
    plan, docs = plan_of(["--peers", "flask-fair", "--rounds", "2", "--docs", "docs"])
    assert list(plan.peers) == ["ogrom", "flask-fair"]
    assert plan.rounds == 2
    assert docs is not None


def test_an_unknown_peer_is_an_error() -> None:
    """That names those that there are."""
    with pytest.raises(SystemExit, match="unknown: django; there are ogrom, ogrom-threads, flask-plain"):
        plan_of(["--peers", "django"])
