"""SVG charts with searchable text, for light and dark pages: bars, lines and growth."""

import io
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# First: once matplotlib is loaded, glibc may have no static TLS left for MySQL's driver.
import _mysql_connector  # type: ignore[import-not-found]  # noqa: F401
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
    StrMethodFormatter,
)

from .timing import Spread

INK = "#1f2328"
QUIET = "#6e7781"
GRID = "#d8dee4"
GROUND = "#ffffff"
OURS = "#12877b"
JVM = "#d9730d"
OTHERS = ("#4f7cc4", "#9462b8", "#c2527f", "#7f8c2f", "#8b949e")
PLAIN = "#a3adb8"

# Replace the colours above on a dark page; those of bars and lines suit both.
_DARK = {INK: "#e6edf3", QUIET: "#9aa4af", GRID: "#30363d", GROUND: "#0d1117"}

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text, which can be searched and read aloud
    "svg.hashsalt": "bench",  # the same numbers give the same file
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": GRID,
    "axes.facecolor": GROUND,
    "figure.facecolor": GROUND,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
}


@contextmanager
def look() -> Iterator[None]:
    """Use the style of all charts in the block."""
    with mpl.rc_context(_STYLE):
        yield


def axes_of(figure: Figure, columns: int, **options: Any) -> list[Axes]:
    """Axes side by side."""
    return list(figure.subplots(1, columns, squeeze=False, **options)[0])


def short_lines(name: str) -> str:
    """A name broken into short lines."""
    return textwrap.fill(name, 28)


def names_at_ends(axes: Axes, ends: Sequence[tuple[str, float, str]], place: float, top: float) -> None:
    """Write the names of lines at their ends (name, last value, colour), spread out if these are close together."""
    line, free = top / 18, -top
    for name, value, colour in sorted(ends, key=lambda each: each[1]):
        text = short_lines(name)
        half = line * (text.count("\n") + 1) / 2
        height = max(value, free + half)
        free = height + half + line / 4
        axes.annotate(
            text, (place, height), color=colour, va="center", fontweight="bold", annotation_clip=False
        )


def svg(figure: Figure) -> str:
    """The figure as SVG; the same numbers give the same text."""
    output = io.BytesIO()
    figure.savefig(output, format="svg", metadata={"Date": None})
    drawn = output.getvalue().decode()
    drawn = _PATHS.sub(lambda path: _DECIMALS.sub(_rounded, path[0]), drawn)
    before, group, after = drawn.partition('<g id="figure_1">')
    # Matplotlib ends lines of coordinates with a blank.
    lines = f"{before}{_dark()}{group}{after}".splitlines()
    return "\n".join(each.rstrip() for each in lines) + "\n"


_PATHS = re.compile(r' d="[^"]*"')
_DECIMALS = re.compile(r"-?\d+\.\d{2,}")


def _rounded(number: re.Match[str]) -> str:
    """A tenth of a point is less than anybody sees."""
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _dark() -> str:
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{dark}!important}}'
        for light, dark in _DARK.items()
        for kind in ("fill", "stroke")
    )
    return f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>\n "


@dataclass(frozen=True)
class Bar:
    """One contender: its median with quartiles, or None if it was not measured."""

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
        told: formats the value at the end of a bar.
    """
    with look():
        height = 1.0 + 0.4 * max(len(each.bars) for each in panels)
        figure = Figure(figsize=(9.5, height), layout="constrained")
        places = axes_of(figure, len(panels), sharey=True, sharex=True)
        for axes, panel in zip(places, panels, strict=True):
            _draw_bars(axes, panel, told)
        figure.supxlabel(label, color=QUIET, fontsize=10)
        names = [short_lines(each.name) for each in panels[0].bars]
        places[0].set_yticks(range(len(names)), names, fontsize=9, linespacing=0.95)
        places[0].invert_yaxis()
        return svg(figure)


def _draw_bars(axes: Axes, panel: Panel, told: Callable[[float], str]) -> None:
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


@dataclass(frozen=True)
class Line:
    """One contender: a spread for each place on the horizontal axis."""

    name: str
    spreads: Sequence[Spread]
    colour: str


@dataclass(frozen=True)
class LinePanel:
    """Lines under a title; all panels of a chart have the same places."""

    title: str
    lines: Sequence[Line]


def lines(
    panels: Sequence[LinePanel], places: Sequence[float], label: str, *, unit: str = "", powers: bool = False
) -> str:
    """Draw panels as SVG, the quartiles as a band around each line.

    Args:
        panels: from left to right.
        places: on the horizontal axis.
        label: of that axis.
        unit: label of the vertical axis.
        powers: whether the horizontal axis is one of powers of two.
    """
    with look():
        figure = Figure(figsize=(9.5, 4.2), layout="constrained")
        for axes, panel in zip(axes_of(figure, len(panels)), panels, strict=True):
            axes.set_title(panel.title)
            axes.grid(visible=True, axis="y")
            for each in panel.lines:
                _draw_line(axes, each, places)
            ends = [(each.name, each.spreads[-1].middle, each.colour) for each in panel.lines]
            top = max(one.high for each in panel.lines for one in each.spreads)
            names_at_ends(axes, ends, places[-1] * 1.25 if powers else places[-1] + 0.15, top)
            if powers:
                _scale_in_powers(axes, places, 2)
            else:
                axes.set_xticks(places)
            axes.set_xlabel(label)
            axes.set_ylabel(unit)
            axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            axes.set_ylim(bottom=0)
        return svg(figure)


def _draw_line(axes: Axes, line: Line, places: Sequence[float]) -> None:
    low, middle, high = zip(*((each.low, each.middle, each.high) for each in line.spreads), strict=True)
    axes.fill_between(places, low, high, color=line.colour, alpha=0.18, linewidth=0)
    axes.plot(places, middle, color=line.colour, linewidth=2.2, marker="o", markersize=4)


def _scale_in_powers(axes: Axes, places: Sequence[float], base: int) -> None:
    axes.set_xscale("log", base=base)
    axes.xaxis.set_major_locator(FixedLocator(list(places)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.xaxis.set_minor_locator(NullLocator())


@dataclass(frozen=True)
class Growth:
    """The cost of a request at each size, as a multiple of that at the first."""

    what: str
    sizes: Sequence[float]
    ratios: Sequence[Spread]


def growth(drawn: Sequence[Growth], band: float | None = None) -> str:
    """Draw one chart for each thing that grows, as SVG: its size in powers of ten, the cost as a ratio.

    Args:
        drawn: from left to right, on one scale.
        band: the share, such as 0.1, within which the cost counts as flat, shown as a band; without it the
            vertical axis is logarithmic too.
    """
    with look():
        figure = Figure(figsize=(9.5, 3.0), layout="constrained")
        places = axes_of(figure, len(drawn), sharey=True)
        for axes, each in zip(places, drawn, strict=True):
            _draw_growth(axes, each)
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


def _draw_growth(axes: Axes, drawn: Growth) -> None:
    axes.set_title(drawn.what)
    axes.grid(visible=True, axis="y")
    axes.axhline(1, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    middle = [each.middle for each in drawn.ratios]
    below = [each.middle - each.low for each in drawn.ratios]
    above = [each.high - each.middle for each in drawn.ratios]
    axes.errorbar(drawn.sizes, middle, (below, above), color=OURS, linewidth=2, marker="o", markersize=4)
    _scale_in_powers(axes, drawn.sizes, 10)
    axes.margins(x=0.12)


def short(size: float) -> str:
    """A size for an axis: 5k, 1M."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if size >= unit:
            return f"{size / unit:g}{name}"
    return f"{size:g}"
