"""Throughput by wrk, which sends the next request as soon as it has a response (a closed loop)."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_PATIENCE = 20.0

# wrk's own text rounds, and its units change with the value.
_DONE = """
function done(summary, latency)
  local errors = summary.errors
  print(string.format('{"requests": %d, "microseconds": %d, "p50": %.1f, "p99": %.1f, "errors": %d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
"""

_IN_TURN = """
local kinds, made, turn = {%s}, {}, 0
function init()
  for number, kind in ipairs(kinds) do made[number] = wrk.format("GET", kind[1], kind[2]) end
end
function request()
  turn = turn %% #made + 1
  return made[turn]
end
"""


class WrkFailed(RuntimeError):
    """Nothing was measured, because wrk itself failed."""


@dataclass(frozen=True)
class Throughput:
    """What wrk saw.

    Attributes:
        requests_per_second: responses of any status.
        p50: the median latency in seconds, from when a request was sent: while a server stalls, none is sent.
        p99: the latency in seconds that 99 % of the requests do not exceed.
        errors: connections refused or broken, timeouts, and statuses of 400 and more.
        requests: the number of responses.
    """

    requests_per_second: float
    p50: float
    p99: float
    errors: int
    requests: int


def throughput(url: str, connections: int, seconds: float, script: str = "") -> Throughput:
    """Send requests with one thread of wrk.

    Args:
        url: to request, unless the script has paths; then only its server matters.
        connections: how many are kept open.
        seconds: for how long; rounded up, as wrk takes whole ones.
        script: Lua for wrk, such as `in_turn` makes.

    Raises:
        WrkFailed: wrk failed, such as for a wrong script, or because nothing listens there.
    """
    told = run(url, connections, seconds, script + _DONE)
    return Throughput(
        told["requests"] / told["microseconds"] * 1e6,
        told["p50"] / 1e6,
        told["p99"] / 1e6,
        told["errors"],
        told["requests"],
    )


def run(url: str, connections: int, seconds: float, script: str) -> Any:
    """Run wrk with one thread, and read the JSON object that the script prints.

    Raises:
        WrkFailed: as for `throughput`.
    """
    whole = max(1, -int(-seconds // 1))
    with TemporaryDirectory() as folder:
        path = Path(folder, "script.lua")
        path.write_text(script, encoding="utf-8")
        command = ("wrk", "--threads=1", f"--connections={connections}", f"--duration={whole}s")
        ended = subprocess.run(
            (*command, f"--script={path}", url),
            check=False,
            capture_output=True,
            text=True,
            timeout=whole + _PATIENCE,
        )
    found = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if ended.returncode or not found:
        raise WrkFailed(f"wrk could not measure {url}: {(ended.stderr or ended.stdout).strip()}")
    return json.loads(found[-1])


def in_turn(requests: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """A script that sends requests, of these paths and header fields, in turn, again and again."""
    return _IN_TURN % ", ".join(f"{{{json.dumps(path)}, {_table(fields)}}}" for path, fields in requests)


def _table(fields: Mapping[str, str]) -> str:
    pairs = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in fields.items())
    return f"{{{pairs}}}"


PER_SECOND = 10

# wrk's Lua has no clock finer than a second, so this uses LuaJIT's FFI; 1 is CLOCK_MONOTONIC, as `time.perf_counter`.
# Each thread of wrk has a Lua state of its own, which only `done` can read. wrk calls `request` once without sending
# the result, to see whether it holds several requests.
_COUNTING = """
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, nanoseconds; } moment; int clock_gettime(int clock, moment *now);")
local now, origin, asked, threads, is_sent = ffi.new("moment"), %.6f, request, {}, false
counts = {}
for number = 1, %d do counts[number] = 0 end

function setup(thread)
  table.insert(threads, thread)
end

function request()
  ffi.C.clock_gettime(1, now)
  local since = tonumber(now.seconds) + tonumber(now.nanoseconds) / 1e9 - origin
  local number = math.floor(since * %d) + 1
  if is_sent and counts[number] then counts[number] = counts[number] + 1 end
  is_sent = true
  return asked()
end

function done(summary)
  local errors = summary.errors
  print(string.format('{"counts": [%%s], "errors": %%d}', table.concat(threads[1]:get("counts"), ","),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
"""


class Broken(RuntimeError):
    """Some requests failed, so that their number means nothing."""


def throughput_timeline(
    url: str, connections: int, seconds: int, script: str, origin: float, span: float
) -> tuple[int, ...]:
    """Load a server, and count the requests by the time at which they were sent.

    Each connection sends its next request as soon as it has a response, so all but the last have been answered.

    Args:
        url: the server's.
        connections: how many are kept open.
        seconds: for how long.
        script: Lua for wrk, such as `in_turn` makes.
        origin: the time from which to count, of `time.perf_counter`.
        span: the seconds after it that are counted.

    Returns:
        The requests of each tenth of a second since the origin.

    Raises:
        Broken: a request failed.
        WrkFailed: nothing listens there.
    """
    counting = _COUNTING % (origin, round(span * PER_SECOND), PER_SECOND)
    told = run(url, connections, seconds, script + counting)
    if told["errors"]:
        raise Broken(f"{url}: {told['errors']} requests failed")
    return tuple(told["counts"])
