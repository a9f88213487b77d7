"""What a program can check of a chart; people look at the rest."""

from xml.etree import ElementTree as ET

from bench.measure.charts import Bar, Growth, Line, LinePanel, Panel, bars, growth, lines
from bench.measure.timing import Spread

ONE = Spread(0.9, 1.0, 1.1)


def texts(svg: str) -> list[str]:
    """The text in a chart."""
    return [each.text or "" for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def panel(title: str, other: str) -> LinePanel:
    """A panel of two lines."""
    return LinePanel(title, [Line("ogrom", [ONE] * 3, "#12877b"), Line(other, [ONE] * 3, "#d9730d")])


def drawn() -> list[str]:
    """A chart of each kind."""
    shown = [Bar("ogrom", Spread(1700, 1790, 1800)), Bar("peer", None)]
    return [
        bars([Panel("memory", shown), Panel("MariaDB", shown)], "requests/s"),
        lines([panel("cold", "clojure")], (1, 2, 3), "second", unit="requests/s"),
        lines(
            [panel(title, "fastify") for title in ("throughput", "cost")],
            (1, 16, 256),
            "connections",
            powers=True,
        ),
        growth([Growth("routes", (10, 5000), (ONE, ONE)), Growth("rows", (1000, 1000000), (ONE, ONE))], 0.1),
    ]


def test_text_is_text() -> None:
    """It can be searched, read aloud and translated."""
    peers, cold, many, grown = map(texts, drawn())
    assert {"memory", "MariaDB", "ogrom", "peer", "1,790", "not measured", "requests/s"} <= {*peers}
    assert {"ogrom", "clojure", "1", "2", "3", "second", "requests/s"} <= {*cold}
    assert {"ogrom", "fastify", "throughput", "cost", "connections", "1", "16", "256"} <= {*many}
    assert {"routes", "rows", "10", "5k", "1k", "1M", "cost, smallest = 1"} <= {*grown}


def test_the_same_numbers_give_the_same_file() -> None:
    """There is no date and no random name, so a commit shows what has changed."""
    assert drawn() == drawn()


def test_a_chart_changes_with_its_numbers() -> None:
    """Other numbers give another file."""
    other = bars([Panel("memory", [Bar("ogrom", Spread(1, 2, 3))])], "requests/s")
    assert other != bars([Panel("memory", [Bar("ogrom", Spread(1, 2.5, 3))])], "requests/s")


def test_a_dark_page_gets_light_text() -> None:
    """Every colour of text and background has a dark counterpart."""
    for svg in drawn():
        assert "prefers-color-scheme: dark" in svg
        colours = {
            part.split(":")[1].strip()
            for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
            for part in each.get("style", "").split(";")
            if part.strip().startswith("fill")
        }
        bright = {"#12877b", "#d9730d"}  # names of curves, in their curves' colours
        rules = svg[svg.index("<style>@media") : svg.index('<g id="figure_1">')]
        assert colours
        assert all(f"fill: {colour}" in rules for colour in colours - bright)


def test_charts_name_nobody() -> None:
    """No folder, host or time is in the file."""
    for svg in drawn():
        assert "/home" not in svg
        assert "/root" not in svg
        assert "<dc:date>" not in svg
