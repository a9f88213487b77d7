"""Lines over time, each with its name at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from bench.measure.rounds import Spread

from .look import axes_of, look, names_at_ends, svg


@dataclass(frozen=True)
class Curve:
    """One contender, a spread for each step."""

    name: str
    spreads: Sequence[Spread]
    colour: str


def curves(drawn: Sequence[Curve], label: str, steps: str, title: str) -> str:
    """Draw lines as SVG, the quartiles as a band around each.

    Args:
        drawn: each with the same number of steps, counted from one.
        label: of the vertical axis, with the unit.
        steps: of the horizontal axis.
        title: of the chart.
    """
    with look():
        figure = Figure(figsize=(9.5, 4.2), layout="constrained")
        (axes,) = axes_of(figure, 1)
        axes.set_title(title)
        axes.grid(visible=True, axis="y")
        for each in drawn:
            places = range(1, len(each.spreads) + 1)
            low, middle, high = zip(*((one.low, one.middle, one.high) for one in each.spreads), strict=True)
            axes.fill_between(places, low, high, color=each.colour, alpha=0.18, linewidth=0)
            axes.plot(places, middle, color=each.colour, linewidth=2.2, marker="o", markersize=4)
        last = max(len(each.spreads) for each in drawn)
        top = max(one.high for each in drawn for one in each.spreads)
        names_at_ends(
            axes, [(each.name, each.spreads[-1].middle, each.colour) for each in drawn], last + 0.15, top
        )
        axes.set_ylabel(label)
        axes.set_xlabel(steps)
        axes.set_xticks(range(1, last + 1))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set_ylim(bottom=0)
        return svg(figure)
