"""The chart of a scenario: who answered, how long it took, how traffic was divided, and what was lost."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullLocator

from ogrom_rehearsal.load import RequestResult, Summary
from ogrom_rehearsal.results import ScenarioResult

_MOST_STEPS = 240
_LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class Series:
    """A scenario over time, in seconds from its start.

    Attributes:
        times: the middle of each step.
        step: how long each is.
        rates: answers a second by release, in each step; by when the requests were to start.
        p50, p99: of each step, in milliseconds; nan where there were no requests.
        failures: when a request that failed was to start.
        weights: when green got which share, in percent.
        phases: when each phase began, and what it is.
    """

    times: Sequence[float]
    step: float
    rates: Mapping[str, Sequence[float]]
    p50: Sequence[float]
    p99: Sequence[float]
    failures: Sequence[float]
    weights: Sequence[tuple[float, int]]
    phases: Sequence[tuple[float, str]]


def series(result: ScenarioResult) -> Series:
    """Of a scenario."""
    length = result.end - result.begin
    step = max(length / _MOST_STEPS, _LEAST_SECONDS)
    # The last step is not whole: its rate would look like a fall.
    count = max(int(length / step), 1)
    steps: list[list[RequestResult]] = [[] for _ in range(count)]
    for each in result.summary.results:
        if (index := int((each.at - result.begin) / step)) < count:
            steps[index].append(each)
    summaries = [Summary.of(each) for each in steps]
    # In the order in which they came, so that the first one lies below.
    releases = dict.fromkeys(each.release for each in result.summary.results if each.release)
    return Series(
        times=[(index + 0.5) * step for index in range(count)],
        step=step,
        rates={each: [summary.releases.get(each, 0) / step for summary in summaries] for each in releases},
        p50=[_milliseconds(summary, 50) for summary in summaries],
        p99=[_milliseconds(summary, 99) for summary in summaries],
        failures=[each.at - result.begin for each in result.summary.results if each.fault],
        weights=[(each.at - result.begin, each.green) for each in result.timeline if each.kind == "weights"],
        phases=[(each.at - result.begin, each.text) for each in result.timeline if each.kind == "phase"],
    )


def _milliseconds(summary: Summary, percent: float) -> float:
    return summary.percentile(percent) * 1000 if summary.results else float("nan")


_COLOURS = ("#e0a04a", "#7d5ba6", "#3f8f8a", "#b35c7a", "#8a8a8a")
_FAILED = "#c1121f"
_STYLE: dict[Any, Any] = {
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


def picture(result: ScenarioResult) -> bytes:
    """Draw a scenario as SVG."""
    shown = series(result)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(10, 6), layout="constrained")
        axes = figure.subplots(3, 1, sharex=True, height_ratios=(3, 3, 1.3))
        _rates(axes[0], shown)
        _latencies(axes[1], shown)
        _weights(axes[2], shown, result.end - result.begin)
        for number, each in enumerate(axes):
            _phases(each, shown, result.end - result.begin, named=number == 0)
        output = io.BytesIO()
        figure.savefig(output, format="svg", metadata={"Date": None})
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
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.legend(loc="upper right", ncols=2)


def _weights(axes: Any, shown: Series, length: float) -> None:
    weights = shown.weights or [(0.0, 0)]  # of a scenario that has failed before its load
    times = [0.0, *(at for at, _ in weights), length]
    shares = [share for _, share in weights]
    steps = [shares[0], *shares, shares[-1]]
    axes.fill_between(times, steps, step="post", color="#79ad79", linewidth=0, label="green")
    axes.fill_between(times, steps, 100, step="post", color="#8fb0d4", linewidth=0, label="blue")
    axes.set_ylim(0, 100)
    axes.set_yticks((0, 50, 100))
    axes.set_ylabel("traffic, %")
    axes.legend(loc="upper right", ncols=2, frameon=True, framealpha=0.8, edgecolor="none")
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


def phases(result: ScenarioResult) -> Sequence[tuple[float, str]]:
    """The names of the bands, in the order of their numbers."""
    found = series(result).phases
    return found if len(found) <= _MOST_PHASES else ()
