"""A day replayed: the trace of each hour sent at that hour's rate, and what the cache did with each request."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure.wrk import throughput
from ogrom_tools.progress import counted

from .demand import HOURS, KINDS, Demand, Kind
from .popularity import Trace
from .varnish import Varnish

# Seconds that a connection waits on average before it asks: after two, wrk takes it for one that hangs.
_WAIT = 0.1
_SPARE = 1.3
_MISSING = 0.005
_SHORT, _LONG = 2.0, 30.0
"""The seconds to wait for a log of which a few lines are missing, and more."""

# A connection waits for as long as people do, by the exponential distribution, so that requests come at random.
_SCRIPT = """
local paths, turn = {{}}, 0
for line in io.lines("{file}") do paths[#paths + 1] = line end
math.randomseed({seed})
function request()
  turn = turn % #paths + 1
  return wrk.format("GET", paths[turn])
end
function delay()
  return -math.log(1 - math.random()) * {mean}
end
"""


@dataclass(frozen=True)
class Hour:
    """What became of an hour's requests.

    Attributes:
        hour: 0 to 23.
        rate: of requests a second of that hour, really sent; in the hour's own time, not the hastened one.
        requests: how many were sent, by the name of their kind.
        hits: how many of them the cache answered.
        errors: how many failed.
    """

    hour: int
    rate: float
    requests: Mapping[str, int]
    hits: Mapping[str, int]
    errors: int


def replay(
    cache: Varnish,
    trace: Trace,
    demand: Demand,
    market: str,
    *,
    haste: float,
    seconds: float,
    hours: Sequence[int] = range(HOURS),
) -> Iterator[Hour]:
    """Send a part of each hour; the first one twice, and it counts when there is something to be found.

    Args:
        cache: that it is sent to.
        trace: what is sent.
        demand: how many requests an hour has.
        market: the path that all requests are below.
        haste: how many times as fast time goes by.
        seconds: how long each hour's part lasts.
        hours: of the day, in their order.
    """
    end = cache.begin
    turns = (hours[0], *hours)
    for turn, hour in enumerate(counted(turns, len(turns), "hours")):
        rate = demand.rate(hour + 0.5)
        with TemporaryDirectory() as folder:
            paths = Path(folder, "paths")
            paths.write_text(
                "\n".join(trace.paths(int(rate * haste * seconds * _SPARE) + 1)), encoding="utf-8"
            )
            connections = max(1, round(_WAIT * rate * haste))
            script = _SCRIPT.format(file=paths, seed=turn, mean=1000 * connections / (rate * haste))
            sent = throughput(cache.url, connections, seconds, script)
        lines, end = _lines(cache.log, end, sent.requests)
        if turn:
            yield Hour(hour, sent.requests_per_second / haste, *_counted(lines, market), sent.errors)


def _lines(log: Path, begin: int, count: int) -> tuple[Sequence[str], int]:
    """About so many lines of the log from a place on, and the place behind them.

    wrk counts a few that were under way at its end, and Varnish a few that wrk did not wait for.
    """
    since = time.monotonic()
    while True:
        with log.open("rb") as file:
            file.seek(begin)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        lines = whole.decode().splitlines()
        waited = time.monotonic() - since
        if len(lines) >= count or (waited > _SHORT and len(lines) >= (1 - _MISSING) * count):
            return lines, begin + len(whole)
        if waited > _LONG:
            raise RuntimeError(f"Varnish has logged {len(lines)} of {count} requests: its log is not whole")
        time.sleep(0.05)


def _counted(lines: Sequence[str], market: str) -> tuple[Counter[str], Counter[str]]:
    requests, hits = Counter[str](), Counter[str]()
    for line in lines:
        path, _, handling = line.rpartition(" ")
        if handling == "synth":
            continue  # Varnish was asked whether it is logged
        kind = kind_of(path.removeprefix(market)).name
        requests[kind] += 1
        hits[kind] += handling == "hit"
    return requests, hits


def kind_of(path: str) -> Kind:
    """The kind that a path below the market is of.

    Raises:
        ValueError: it is of none.
    """
    for kind in KINDS:
        before, _, after = kind.path.partition("{}")
        middle = path.removeprefix(before).removesuffix(after)
        if path == before + middle + after and (middle.isdigit() if "{}" in kind.path else not middle):
            return kind
    raise ValueError(f"no kind of request has the path {path}")
