"""What all charts have in common."""

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1f2328"
QUIET = "#6e7781"
GRID = "#d8dee4"
GROUND = "#ffffff"
OURS = "#12877b"
JVM = "#d9730d"
OTHERS = ("#4f7cc4", "#9462b8", "#c2527f", "#7f8c2f", "#8b949e")
PLAIN = "#a3adb8"

# On a dark page these take the place of those above; the colours of bars and lines do for both.
_DARK = {INK: "#e6edf3", QUIET: "#9aa4af", GRID: "#30363d", GROUND: "#0d1117"}

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text, to be found and read aloud
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
    """Draw in it."""
    with mpl.rc_context(_STYLE):
        yield


def axes_of(figure: Figure, columns: int, **options: Any) -> list[Axes]:
    """The places for charts, side by side."""
    return list(figure.subplots(1, columns, squeeze=False, **options)[0])


def short_lines(name: str) -> str:
    """A name in lines that leave room for what is shown of it."""
    return textwrap.fill(name, 28)


def names_at_ends(axes: Axes, ends: Sequence[tuple[str, float, str]], place: float, top: float) -> None:
    """Names of lines at their ends, apart where lines end close together.

    Args:
        axes: where the lines are.
        ends: name, last value and colour of each.
        place: on the horizontal axis, right of the last values.
        top: the largest value of all.
    """
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
    """The figure as text that is the same for the same numbers."""
    output = io.BytesIO()
    figure.savefig(output, format="svg", metadata={"Date": None})
    drawn = output.getvalue().decode()
    before, group, after = drawn.partition('<g id="figure_1">')
    # Matplotlib ends lines of coordinates with a blank.
    lines = f"{before}{_dark()}{group}{after}".splitlines()
    return "\n".join(each.rstrip() for each in lines) + "\n"


def _dark() -> str:
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{dark}!important}}'
        for light, dark in _DARK.items()
        for kind in ("fill", "stroke")
    )
    return f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>\n "
