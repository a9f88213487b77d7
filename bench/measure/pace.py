"""How a server gets going: the requests that it takes in each tenth of a second, by wrk."""

from . import wrk

PER_SECOND = 10

# LuaJIT's FFI, as wrk's Lua has no clock finer than a second. 1 is CLOCK_MONOTONIC, which is `time.perf_counter`'s.
# wrk runs threads in states of their own, of which only `done` hears. It first asks for a request that it does not
# send, to see whether there are several in it.
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
    """Some requests had no right answer, so that their number says nothing."""


def pace(
    url: str, connections: int, seconds: int, script: str, origin: float, span: float
) -> tuple[int, ...]:
    """Load a server for some seconds, and count the requests by when they were sent.

    Each connection sends its next request as soon as it has a response, so that all but the last have been answered.

    Args:
        url: the server's.
        connections: how many are kept open.
        seconds: for how long.
        script: of wrk, such as `in_turn` makes.
        origin: the moment from which time is counted, by `time.perf_counter`.
        span: the seconds after it that are counted.

    Returns:
        The requests of each tenth of a second since the origin.

    Raises:
        Broken: a request had no right answer.
        WrkFailed: nothing listens there.
    """
    counting = _COUNTING % (origin, round(span * PER_SECOND), PER_SECOND)
    told = wrk.run(url, connections, seconds, script + counting)
    if told["errors"]:
        raise Broken(f"{url}: {told['errors']} requests had no right answer")
    return tuple(told["counts"])
