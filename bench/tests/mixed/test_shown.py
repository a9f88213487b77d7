from collections.abc import Callable

import pytest

from bench.measure.openloop import Latency
from bench.mixed.measuring import Found, Round
from bench.mixed.shown import goals, notes, table
from bench.peers import Peer


def rounds(p99: float, lag: float = 0.001, growth: float = 1.0, failed: int = 0) -> list[Round]:
    """Three alike."""
    seen = Latency(0.002, p99, lag, failed, 100, growth, {503: failed} if failed else {})
    return [Round(dict.fromkeys(("by id", "lists", "search"), seen), 0.5)] * 3


def without(p99: float) -> list[Round]:
    """Three alike in which nobody searches."""
    return [Round({kind: each.kinds[kind] for kind in ("by id", "lists")}, 0.4) for each in rounds(p99)]


@pytest.mark.parametrize(
    ("p99", "told"), [(0.010, "met"), (0.012, "met"), (0.015, "missed by 25%"), (0.024, "missed by 100%")]
)
def test_searches_that_hold_up_the_others_are_seen(p99: float, told: str) -> None:
    """By what they add to the p99 of who asks by id."""
    (judged,) = goals({"ogrom": Found(1000, 500, rounds(p99), without(0.010))})
    assert judged.told == told


def test_where_more_comes_than_is_answered_nothing_is_judged(peer: Callable[..., Peer]) -> None:
    """All wait for all then; and it is said."""
    found = {"ogrom": Found(1000, 500, rounds(0.010, growth=8.0), rounds(0.010, growth=8.0))}
    (judged,) = goals(found)
    assert judged.told == "not measured: more came than was answered, so that all wait"
    (note,) = notes(found, {"ogrom": peer("ogrom")})
    assert "more came than it answers" in note


def test_a_late_generator_and_wrong_answers_are_told(peer: Callable[..., Peer]) -> None:
    """Its own lateness at p99 is more than a quarter of what it saw; each load for itself."""
    found = {"ogrom": Found(1000, 500, rounds(0.010, lag=0.004, failed=2), without(0.010))}
    late, failed = notes(found, {"ogrom": peer("ogrom")})
    assert late.startswith("Ogrom, with searches: the generator itself was late by up to 4.0 ms")
    assert failed == "Ogrom, with searches: 18 requests had no right answer: 18 503."
    assert not list(
        notes({"ogrom": Found(1000, 500, rounds(0.010), without(0.010))}, {"ogrom": peer("ogrom")})
    )


def test_each_kind_has_its_line(peer: Callable[..., Peer]) -> None:
    """With what it is without searches, where there is anything."""
    shown = table({"ogrom": Found(1000, 500, rounds(0.012), without(0.010))}, {"ogrom": peer("ogrom")}, 0.5)
    by_id, lists, search = shown.rows
    assert by_id == ("Ogrom, 80% by id", "400", "2.0, 12.0", "2.0, 10.0", "1.20 (1.20-1.20)", "0.50", "1.0")
    assert lists[:2] == ("Ogrom, 15% lists", "75")
    assert search[3:5] == ("-", "-")
