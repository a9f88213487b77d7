"""Bars side by side: one line a contender, one panel for each way of measuring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from bench.measure.rounds import Spread

from .look import INK, PLAIN, QUIET, axes_of, look, short_lines, svg


@dataclass(frozen=True)
class Bar:
    """One contender: its median with quartiles, or None where it was not measured."""

    name: str
    spread: Spread | None
    colour: str = PLAIN


@dataclass(frozen=True)
class Panel:
    """Bars under a title; all panels of a chart have the same contenders in the same order."""

    title: str
    bars: Sequence[Bar]


def bars(panels: Sequence[Panel], label: str, told: Callable[[float], str] = "{:,.0f}".format) -> str:
    """Draw panels as SVG.

    Args:
        panels: from left to right.
        label: of the axis, with the unit.
        told: a value as it stands at the end of its bar.
    """
    with look():
        height = 1.0 + 0.4 * max(len(each.bars) for each in panels)
        figure = Figure(figsize=(9.5, height), layout="constrained")
        places = axes_of(figure, len(panels), sharey=True, sharex=True)
        for axes, panel in zip(places, panels, strict=True):
            _panel(axes, panel, told)
        figure.supxlabel(label, color=QUIET, fontsize=10)
        names = [short_lines(each.name) for each in panels[0].bars]
        places[0].set_yticks(range(len(names)), names, fontsize=9, linespacing=0.95)
        places[0].invert_yaxis()
        return svg(figure)


def _panel(axes: Axes, panel: Panel, told: Callable[[float], str]) -> None:
    axes.set_title(panel.title)
    axes.grid(visible=True, axis="x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    for place, each in enumerate(panel.bars):
        if each.spread is None:
            axes.annotate("not measured", (0, place), (4, 0), **_BESIDE, style="italic")
            continue
        axes.barh(place, each.spread.middle, height=0.66, color=each.colour)
        axes.plot((each.spread.low, each.spread.high), (place, place), color=INK, linewidth=1.2)
        axes.annotate(told(each.spread.middle), (each.spread.high, place), (5, 0), **_BESIDE)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.margins(x=0.16)
    axes.set_xlim(left=0)


_BESIDE: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 9}
