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
    """wrk itself has failed, so that nothing was measured."""


@dataclass(frozen=True)
class Throughput:
    """What wrk saw.

    Attributes:
        requests_per_second: how many responses came, of any status.
        p50: the median latency in seconds, from the moment of sending: while a server stalls, nothing is sent.
        p99: the latency in seconds that 99 % of the requests do not exceed.
        errors: connections refused or broken, timeouts, and statuses of 400 and more.
        requests: how many responses came in all.
    """

    requests_per_second: float
    p50: float
    p99: float
    errors: int
    requests: int


def throughput(url: str, connections: int, seconds: float, script: str = "") -> Throughput:
    """Send requests over so many connections for some seconds, by one thread of wrk.

    Args:
        url: what is asked for, where the script does not say it; else the server's.
        connections: how many are kept open.
        seconds: for how long; wrk takes whole ones, so it is rounded up.
        script: Lua for wrk, such as `in_turn` makes.

    Raises:
        WrkFailed: wrk ended by itself, such as for a wrong script, or nothing listens there.
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
    """Lua that asks for these in turn, again and again.

    Args:
        requests: path and header fields of each.
    """
    return _IN_TURN % ", ".join(f"{{{json.dumps(path)}, {_table(fields)}}}" for path, fields in requests)


def _table(fields: Mapping[str, str]) -> str:
    pairs = ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in fields.items())
    return f"{{{pairs}}}"
