"""A picture of each scenario: who answered, how long it took, how the traffic was divided, and what was lost."""

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt

from ..outcome import Outcome
from .series import Series, series

_COLOURS = ("#3b6ea5", "#e08a1e", "#5b9a5b", "#8d6bb0", "#8a8a8a")
_FAILED = "#c1121f"
_STYLE = {
    "svg.fonttype": "none",  # text stays text, to be found and read aloud
    "svg.hashsalt": "rehearsal",  # the same numbers give the same file
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
}
_MOST_PHASES = 40


def picture(outcome: Outcome, format: str = "svg") -> bytes:
    """Draw a scenario.

    Args:
        outcome: of it.
        format: `svg` or `png`.
    """
    shown = series(outcome)
    with mpl.rc_context(_STYLE):
        figure, axes = plt.subplots(
            3, 1, figsize=(10, 6), sharex=True, height_ratios=(3, 3, 1.3), layout="constrained"
        )
        _rates(axes[0], shown)
        _latencies(axes[1], shown)
        _weights(axes[2], shown, outcome.end - outcome.begin)
        for number, each in enumerate(axes):
            _phases(each, shown, outcome.end - outcome.begin, named=number == 0)
        output = io.BytesIO()
        figure.savefig(output, format=format, dpi=120, metadata={"Date": None} if format == "svg" else None)
        plt.close(figure)
    return output.getvalue()


def _rates(axes: Any, shown: Series) -> None:
    names = list(shown.rates)
    if names:
        axes.stackplot(
            shown.times,
            *shown.rates.values(),
            labels=names,
            colors=[_COLOURS[index % len(_COLOURS)] for index in range(len(names))],
            alpha=0.85,
            linewidth=0,
        )
    top = max((sum(each) for each in zip(*shown.rates.values(), strict=True)), default=1.0)
    if shown.failures:
        heights = [top * 1.06] * len(shown.failures)
        label = f"{len(shown.failures)} failed"
        axes.plot(shown.failures, heights, "x", color=_FAILED, markersize=5, label=label, clip_on=False)
    axes.set_ylim(0, top * 1.25)
    axes.set_ylabel("requests a second")
    axes.legend(loc="upper left", ncols=5, bbox_to_anchor=(0, 1.22), borderaxespad=0)


def _latencies(axes: Any, shown: Series) -> None:
    axes.plot(shown.times, shown.p99, color="#7a1f1f", linewidth=1.4, label="p99")
    axes.plot(shown.times, shown.p50, color="#444444", linewidth=1.4, label="p50")
    axes.set_yscale("log")
    axes.set_ylabel("latency, ms")
    axes.yaxis.set_major_formatter(mpl.ticker.FormatStrFormatter("%g"))
    axes.legend(loc="upper right", ncols=2)


def _weights(axes: Any, shown: Series, length: float) -> None:
    times = [0.0, *(at for at, _ in shown.weights), length]
    shares = [share for _, share in shown.weights] or [0]
    steps = [shares[0], *shares, shares[-1]]
    axes.fill_between(times, steps, step="post", color="#5b9a5b", alpha=0.6, linewidth=0)
    axes.set_ylim(0, 100)
    axes.set_yticks((0, 50, 100))
    axes.set_ylabel("green, %")
    axes.set_xlabel("seconds")
    axes.set_xlim(0, length)


def _phases(axes: Any, shown: Series, length: float, *, named: bool) -> None:
    """Bands, numbered; the page has their names."""
    if not 0 < len(shown.phases) <= _MOST_PHASES:
        return
    ends = [*(at for at, _ in shown.phases[1:]), length]
    for number, ((at, _), end) in enumerate(zip(shown.phases, ends, strict=True), 1):
        if number % 2:
            axes.axvspan(at, end, color="#000000", alpha=0.05, linewidth=0)
        if named and end - at > length / 80:
            middle = (at + end) / 2
            axes.text(
                middle, axes.get_ylim()[1], str(number), ha="center", va="top", fontsize=7, color="#666"
            )


def phases(outcome: Outcome) -> Sequence[tuple[float, str]]:
    """The names of the bands, in the order of their numbers."""
    found = series(outcome).phases
    return found if len(found) <= _MOST_PHASES else ()
