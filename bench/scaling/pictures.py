"""The charts of a day."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from bench.measure.charts import INK, JVM, OTHERS, OURS, QUIET, axes_of, look, svg

from .demand import HOURS
from .fleet import Minute

if TYPE_CHECKING:
    from .replay import Hour  # which brings the service and its database along


def hits_over_a_day(hours: "Sequence[Hour]", formula: Callable[[float], float]) -> str:
    """Requests of clients and those that came through, by the hour; and the share that the cache answered."""
    with look():
        figure = Figure(figsize=(9.5, 3.4), layout="constrained")
        left, right = axes_of(figure, 2)
        places = [each.hour + 0.5 for each in hours]
        asked = [sum(each.requests.values()) for each in hours]
        parts = [sum(each.hits.values()) / max(one, 1) for each, one in zip(hours, asked, strict=True)]
        rates = [each.rate for each in hours]
        through = [rate * (1 - part) for rate, part in zip(rates, parts, strict=True)]
        left.set_title("Requests a second")
        left.plot(places, rates, color=QUIET, linewidth=2)
        left.plot(places, through, color=OURS, linewidth=2)
        left.fill_between(places, through, color=OURS, alpha=0.15, linewidth=0)
        top = max(range(len(rates)), key=rates.__getitem__)
        left.annotate("clients", (places[top], rates[top]), (-8, 0), color=QUIET, **_LEFT)
        left.annotate("that come through", (places[top], through[top]), (-8, 6), color=OURS, **_LEFT)
        right.set_title("Answered by the cache")
        right.plot(places, parts, color=OURS, marker="o", markersize=4, linewidth=0)
        right.plot(places, [formula(rate) for rate in rates], color=INK, linewidth=1)
        right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        right.annotate(
            "points: measured; line: by the formula", (0.02, 0.04), xycoords="axes fraction", color=QUIET
        )
        right.set_ylim(0, 1)
        for axes in (left, right):
            axes.set_xticks(range(0, HOURS + 1, 6), [f"{hour}:00" for hour in range(0, HOURS + 1, 6)])
            axes.grid(visible=True, axis="y")
            axes.set_ylim(bottom=0)
        return svg(figure)


def sizes_over_a_day(drawn: Sequence[tuple[str, Sequence[Minute]]]) -> str:
    """For each day the number of instances, how many were needed, and how busy they were."""
    with look():
        figure = Figure(figsize=(9.5, 2.2 * len(drawn) + 0.4), layout="constrained")
        rows = figure.subplots(len(drawn), 2, squeeze=False, sharex=True)
        for (left, right), (title, minutes) in zip(rows, drawn, strict=True):
            sizes = [
                each
                for each, before in zip(minutes, (None, *minutes), strict=False)
                if before is None or each.ready != before.ready or each is minutes[-1]
            ]
            left.set_title(title)
            left.fill_between(
                [each.minute / 60 for each in sizes],
                [each.ready for each in sizes],
                color=OURS,
                alpha=0.25,
                linewidth=0,
                step="post",
            )
            # The highest of some minutes, which a peak is among.
            highest = [
                max(minutes[begin : begin + _STEP], key=lambda each: each.busy)
                for begin in range(0, len(minutes), _STEP)
            ]
            hours = [each.minute / 60 for each in highest]
            left.plot(hours, [each.needed for each in highest], color=JVM, linewidth=1.2)
            left.yaxis.set_major_locator(MaxNLocator(integer=True))
            right.set_title("How busy they are")
            right.plot(hours, [100 * each.busy for each in highest], color=OTHERS[0], linewidth=1)
            right.axhline(100, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
            right.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
            for axes in (left, right):
                axes.grid(visible=True, axis="y")
                axes.set_xticks(range(0, HOURS + 1, 6), [f"{hour}:00" for hour in range(0, HOURS + 1, 6)])
                axes.set_ylim(bottom=0)
        told = "area: instances that serve; line: instances that would be fully busy"
        rows[0][0].annotate(told, (0.02, 0.86), xycoords="axes fraction", color=QUIET, fontsize=9)
        return svg(figure)


_STEP = 5
"""Minutes to a point of a line: more would be less than a point on paper."""

_LEFT: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "va": "bottom"}
