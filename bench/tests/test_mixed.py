"""The mixed load: its requests and its report."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.measure.openloop import Latency
from bench.mixed import SHARES, Results, Round, goals, kinds, notes, table
from bench.peers import Peer


def test_kinds_ask_for_what_is_there(tmp_path: Path) -> None:
    """Products of the catalogue and words of their titles, with a balancer's header."""
    path = tmp_path / "catalogue.json"
    products = {"7": {"title": "Rote Mütze"}, "9": {"title": "Rote Jacke"}}
    path.write_text(json.dumps({"products": products, "collages": {}}))
    found = kinds(path)
    assert found["by id"].paths == ("/v1/de-DE/products/7", "/v1/de-DE/products/9")
    words = [each.partition("q=")[2] for each in found["search"].paths]
    assert words == ["Jacke", "M%C3%BCtze", "Rote"]
    assert all("X-Forwarded-For" in each.fields for each in found.values())


def test_shares_are_of_all_requests() -> None:
    """Four fifths by id."""
    assert sum(SHARES.values()) == 1
    assert SHARES["by id"] == 0.8


def rounds(p99: float, lag: float = 0.001, growth: float = 1.0, failed: int = 0) -> list[Round]:
    """Three equal rounds."""
    seen = Latency(0.002, p99, lag, failed, 100, growth, {503: failed} if failed else {})
    return [Round(dict.fromkeys(("by id", "lists", "search"), seen), 0.5)] * 3


def without(p99: float) -> list[Round]:
    """Three equal rounds without searches."""
    return [Round({kind: each.kinds[kind] for kind in ("by id", "lists")}, 0.4) for each in rounds(p99)]


@pytest.mark.parametrize(
    ("p99", "told"), [(0.010, "met"), (0.012, "met"), (0.015, "missed by 25%"), (0.024, "missed by 100%")]
)
def test_searches_that_hold_up_the_others_are_seen(p99: float, told: str) -> None:
    """By their effect on p99 by id."""
    (judged,) = goals({"ogrom": Results(1000, 500, rounds(p99), without(0.010))})
    assert judged.told == told


def test_where_more_comes_than_is_answered_nothing_is_judged(peer: Callable[..., Peer]) -> None:
    """Latency is that of a growing queue then, and a note says so."""
    found = {"ogrom": Results(1000, 500, rounds(0.010, growth=8.0), rounds(0.010, growth=8.0))}
    (judged,) = goals(found)
    assert judged.told == "not measured: more requests came than were answered, so all had to wait"
    (note,) = notes(found, {"ogrom": peer("ogrom")})
    assert "more requests came than it can answer" in note


def test_a_late_generator_and_wrong_answers_are_told(peer: Callable[..., Peer]) -> None:
    """It is late if its own p99 is more than a quarter of the latency; each load is judged separately."""
    found = {"ogrom": Results(1000, 500, rounds(0.010, lag=0.004, failed=2), without(0.010))}
    late, failed = notes(found, {"ogrom": peer("ogrom")})
    assert late.startswith("Ogrom, with searches: the generator itself was late by up to 4.0 ms")
    assert failed == "Ogrom, with searches: 18 requests failed: 18 503."
    assert not list(
        notes({"ogrom": Results(1000, 500, rounds(0.010), without(0.010))}, {"ogrom": peer("ogrom")})
    )


def test_each_kind_has_its_line(peer: Callable[..., Peer]) -> None:
    """With its latency without searches, if there is any."""
    shown = table({"ogrom": Results(1000, 500, rounds(0.012), without(0.010))}, {"ogrom": peer("ogrom")}, 0.5)
    by_id, lists, search = shown.rows
    assert by_id == ("Ogrom, 80% by id", "400", "2.0, 12.0", "2.0, 10.0", "1.20 (1.20-1.20)", "0.50", "1.0")
    assert lists[:2] == ("Ogrom, 15% lists", "75")
    assert search[3:5] == ("-", "-")
