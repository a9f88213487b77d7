from collections.abc import Callable, Mapping, Sequence
from xml.etree import ElementTree as ET

import pytest

from bench.cold import Start, chart, goals, table
from bench.peers import Peer


@pytest.fixture
def peers(peer: Callable[..., Peer]) -> Mapping[str, Peer]:
    """Three contenders."""
    return {
        "ogrom": peer("ogrom", group="ogrom"),
        "clojure": peer("clojure", group="jvm"),
        "fastapi": peer("fastapi", group="framework"),
    }


def start(first_answer: float, tenth: int, span: float = 10.0) -> Start:
    """Serves so many requests in each tenth of a second from its first answer on, for ten seconds."""
    begin = round(first_answer * 10)
    return Start(first_answer, (0,) * begin + (tenth,) * round(span * 10))


def found(ours: float, theirs: float) -> Mapping[str, Sequence[Start]]:
    """Ogrom answers after so many seconds and then 100 requests a tenth, Clojure 200."""
    return {"ogrom": [start(ours, 100)] * 3, "clojure": [start(theirs, 200)] * 3}


def test_seconds_are_counted_from_exec() -> None:
    """Requests since the first answer are a separate figure."""
    one = start(0.5, 100)
    assert one.seconds[:2] == [500, 1000]
    assert len(one.seconds) == 10
    assert one.served(5.0) == 4500
    assert one.served(5.0, one.first_answer) == 5000


def test_the_table_compares_both_ways(peers: Mapping[str, Peer]) -> None:
    """From exec, and from each one's own first answer."""
    ours, theirs = table(found(0.5, 4.0), peers).rows
    assert ours == ("Ogrom", "0.50", "4,500", "-", "5,000", "-", "1,000")
    assert theirs == ("Clojure", "4.00", "2,000", "2.25 (2.25-2.25)", "10,000", "0.50 (0.50-0.50)", "2,000")


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        (0.5, 4.0, ("met", "missed by 25%", "met")),
        (1.2, 4.5, ("missed by 20%", "met", "missed by 5%")),
        (0.5, 6.0, ("met", "met", "met")),
    ],
)
def test_targets(ours: float, theirs: float, told: tuple[str, ...], peers: Mapping[str, Peer]) -> None:
    """Ready within a second, at first three times a JVM, which may have served nothing, and no less than FastAPI."""
    seen = {**found(ours, theirs), "fastapi": [start(1.0, 100)] * 3}
    assert tuple(each.told for each in goals(seen, peers)) == told


def test_without_a_jvm_nothing_is_met(peers: Mapping[str, Peer]) -> None:
    """The target is listed with the reason."""
    only = {"ogrom": [start(0.5, 100)]}
    assert [each.told for each in goals(only, peers)] == ["met", *["not measured: not in this run"] * 2]
    without = {"ogrom": peers["ogrom"]}
    assert [each.told for each in goals(only, without)][1] == "not measured: clojure cannot run here"


def test_the_chart_names_each_line(peers: Mapping[str, Peer]) -> None:
    """At its end."""
    svg = chart(found(0.5, 4.0), peers)
    text = {each.text for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}
    assert {"Ogrom", "Clojure", "second after exec", "requests a second"} <= text
