from collections.abc import Callable, Mapping

import pytest

from bench.beside.__main__ import plan_of
from bench.beside.cases import CASES, STORES
from bench.beside.plan import Plan, warm_up
from bench.peers import Peer


@pytest.fixture
def fifteen(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """Thirteen of them, and two JVMs."""
    return {name: peer(name) for name in "abcdefghiklmn"} | {name: peer(name, group="jvm") for name in "jo"}


def test_a_full_run_takes_less_than_half_an_hour(fifteen: Mapping[str, Peer]) -> None:
    """Of the hour that everything may take, it leaves some to the others."""
    planned = Plan(fifteen, STORES, CASES, 4, 1).planned_seconds
    assert 900 < planned < 1800


def test_the_plan_grows_with_what_is_measured(fifteen: Mapping[str, Peer]) -> None:
    """Twice the rounds are not twice the starts."""
    one, two = (Plan(fifteen, STORES, CASES, rounds, 1).planned_seconds for rounds in (4, 8))
    assert one < two < 2 * one


def test_a_jvm_is_warmed_up_for_longer(fifteen: Mapping[str, Peer]) -> None:
    """Ten seconds at least; the others only until all is in their memory."""
    assert sum(warm_up(fifteen["j"])) >= 10
    assert sum(warm_up(fifteen["a"])) <= 3


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
