"""The page: what held, what was measured, and a picture of each scenario."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from ogrom_rehearsal.results import ScenarioResult

from .charts import phases, picture
from .text import failures, line

_NAMES = re.compile(r'\bid="|url\(#|href="#')

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 3rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #e3e3e3; vertical-align: top }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
.yes { color: #2d6a2d; white-space: nowrap } .no { color: #c1121f; font-weight: 600; white-space: nowrap }
.late { color: #9a6a00; white-space: nowrap }
figure { margin: 1rem 0; overflow-x: auto } figure svg { width: 100%; height: auto }
figcaption, .small { font-size: .85rem; color: #555 } ol.phases { columns: 2; font-size: .85rem; color: #555 }
code { background: #f4f4f4; padding: .1rem .3rem }
"""


def page(title: str, facts: Mapping[str, str], results: Sequence[ScenarioResult]) -> str:
    """The whole page, which needs no other file."""
    parts = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>',
        '<meta name="viewport" content="width=device-width">',
        f"<style>{_STYLE}</style>",
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(line(results))}.</p>",
        *_overview(results),
        *_targets(results),
        *(part for each in results for part in _scenario(each)),
        "<h2>What it ran on</h2>",
        *_table(("", ""), ((escape(key), f"<code>{escape(value)}</code>") for key, value in facts.items())),
        "</html>\n",
    )
    return "\n".join(parts)


def _overview(results: Sequence[ScenarioResult]) -> Iterator[str]:
    head = ("scenario", "", "requests", "failed", "p50", "p99", "seconds")
    yield from _table(head, (_row(each) for each in results), numbers=5)


def _row(result: ScenarioResult) -> Sequence[str]:
    summary = result.summary
    title = f'<a href="#{result.name}">{escape(result.title)}</a>'
    times = (f"{summary.percentile(each) * 1000:.1f} ms" for each in (50, 99))
    seconds = f"{result.end - result.begin:.0f}"
    return (
        title,
        _verdict(result.passed, "holds", "BROKEN"),
        f"{summary.planned:,}",
        failures(result),
        *times,
        seconds,
    )


def _targets(results: Sequence[ScenarioResult]) -> Iterator[str]:
    rows = [
        (
            escape(goal.what),
            f"{goal.value:.2f} {goal.unit}",
            f"{goal.limit:g} {goal.unit}",
            f'<span class="{"yes" if goal.met else "late"}">{"met" if goal.met else "missed"}</span>',
            escape(goal.told),
        )
        for each in results
        for goal in each.goals
    ]
    if rows:
        yield "<h2>Targets</h2>"
        yield from _table(("measured", "", "at most", "", ""), rows)


def _scenario(result: ScenarioResult) -> Iterator[str]:
    yield f'<h2 id="{result.name}">{escape(result.title)}</h2>'
    yield f"<figure>{_svg(result)}<figcaption>{escape(_caption(result))}</figcaption></figure>"
    if names := phases(result):
        items = "".join(f"<li>{at:.1f} s: {escape(name)}" for at, name in names)
        yield f'<ol class="phases">{items}</ol>'
    rows = (
        (_verdict(each.holds, "holds", "NOT"), escape(each.what), escape(each.found))
        for each in result.checks
    )
    yield from _table(("", "what must hold", "found"), rows)


def _caption(result: ScenarioResult) -> str:
    lag = f"the load generator was {result.summary.lag * 1000:.1f} ms late at its p99"
    return (
        f"Answers by version, latency from when each request was to start, and the traffic's division; {lag}."
    )


def _svg(result: ScenarioResult) -> str:
    """The picture without what is for a file of its own."""
    drawn = picture(result).decode()
    # All pictures of a page share one space of names.
    return _NAMES.sub(rf"\g<0>{result.name}-", drawn[drawn.index("<svg") :])


def _verdict(holds: bool, yes: str, no: str) -> str:
    return f'<span class="{"yes" if holds else "no"}">{yes if holds else no}</span>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> Iterator[str]:
    def mark(index: int) -> str:
        return ' class="number"' if numbers and index >= len(head) - numbers else ""

    yield "<table>"
    yield "<tr>" + "".join(f"<th{mark(index)}>{escape(each)}" for index, each in enumerate(head))
    for row in rows:
        yield "<tr>" + "".join(f"<td{mark(index)}>{each}" for index, each in enumerate(row))
    yield "</table>"
