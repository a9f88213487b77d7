"""Lines over something that is doubled again and again, each with its name at its end; several charts in a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, StrMethodFormatter

from bench.measure.rounds import Spread

from .growth import short
from .look import axes_of, look, names_at_ends, svg


@dataclass(frozen=True)
class Trend:
    """One contender: a spread for each place on the horizontal axis."""

    name: str
    spreads: Sequence[Spread]
    colour: str


@dataclass(frozen=True)
class TrendPanel:
    """Lines under a title; all panels have the same places."""

    title: str
    trends: Sequence[Trend]


def trends(panels: Sequence[TrendPanel], places: Sequence[float], label: str) -> str:
    """Draw panels as SVG, the quartiles as a band around each line.

    Args:
        panels: from left to right.
        places: on the horizontal axis, which is one of powers.
        label: of that axis.
    """
    with look():
        figure = Figure(figsize=(9.5, 4.2), layout="constrained")
        for axes, panel in zip(axes_of(figure, len(panels)), panels, strict=True):
            _panel(axes, panel, places)
            axes.set_xlabel(label)
        return svg(figure)


def _panel(axes: Axes, panel: TrendPanel, places: Sequence[float]) -> None:
    axes.set_title(panel.title)
    axes.grid(visible=True, axis="y")
    for each in panel.trends:
        low, middle, high = zip(*((one.low, one.middle, one.high) for one in each.spreads), strict=True)
        axes.fill_between(places, low, high, color=each.colour, alpha=0.18, linewidth=0)
        axes.plot(places, middle, color=each.colour, linewidth=2.2, marker="o", markersize=4)
    top = max(one.high for each in panel.trends for one in each.spreads)
    ends = [(each.name, each.spreads[-1].middle, each.colour) for each in panel.trends]
    names_at_ends(axes, ends, places[-1] * 1.25, top)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_ylim(bottom=0)
