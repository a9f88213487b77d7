"""What a request costs as something grows, compared with the smallest."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from bench.measure.rounds import Spread

from .look import OURS, QUIET, axes_of, look, svg


@dataclass(frozen=True)
class Growth:
    """How many times as much a request costs at each size; the first is 1."""

    what: str
    sizes: Sequence[float]
    ratios: Sequence[Spread]


def growth(drawn: Sequence[Growth], band: float | None = None) -> str:
    """Draw one chart for each thing that grows, as SVG: its size in powers of ten, the cost as a ratio.

    Args:
        drawn: from left to right, on one scale.
        band: the share by which the cost may differ and counts as flat, such as 0.1, shown as a band; without
            one the cost is shown in powers, too.
    """
    with look():
        figure = Figure(figsize=(9.5, 3.0), layout="constrained")
        places = axes_of(figure, len(drawn), sharey=True)
        for axes, each in zip(places, drawn, strict=True):
            _draw(axes, each)
            if band is not None:
                axes.axhspan(1 - band, 1 + band, color=OURS, alpha=0.12, linewidth=0)
        places[0].set_ylabel("cost, smallest = 1")
        if band is None:
            places[0].set_yscale("log")
            places[0].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            places[0].yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            places[0].yaxis.set_minor_locator(NullLocator())
        else:
            highest = max(one.high for each in drawn for one in each.ratios)
            places[0].set_ylim(0, max(1.6, highest * 1.1))
        return svg(figure)


def _draw(axes: Axes, drawn: Growth) -> None:
    axes.set_title(drawn.what)
    axes.grid(visible=True, axis="y")
    axes.axhline(1, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    middle = [each.middle for each in drawn.ratios]
    below = [each.middle - each.low for each in drawn.ratios]
    above = [each.high - each.middle for each in drawn.ratios]
    axes.errorbar(drawn.sizes, middle, (below, above), color=OURS, linewidth=2, marker="o", markersize=4)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(list(drawn.sizes)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.margins(x=0.12)


def short(size: float) -> str:
    """A size as it fits below an axis: 5k, 1M."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if size >= unit:
            return f"{size / unit:g}{name}"
    return f"{size:g}"
