"""Measures what grows: all sizes of a thing are up together, and are loaded in turn."""

from collections.abc import Iterable, Mapping, Sequence
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench.measure.rounds import Sample, Spread, ratio, rounds
from bench.measure.wrk import Throughput, WrkFailed, in_turn, throughput

from .things import Thing, up

CONNECTIONS = 16
WARM_UP = 1
_PATIENCE = 30.0

Sizes = Mapping[int, Sequence[Throughput]]
"""The rounds of each size."""


class NothingThere(RuntimeError):
    """A server has none of what it is to be asked for."""


def measured(thing: Thing, count: int, seconds: int) -> Sizes:
    """Measure all sizes of a thing.

    Args:
        thing: what grows.
        count: of rounds.
        seconds: of load in each.

    Raises:
        WrkFailed: a request had no right answer.
    """
    with up(thing.sizes) as urls:
        scripts = {
            each.size: in_turn((path, {}) for path in there(urls[each.size], each.paths))
            for each in thing.sizes
        }

        def load(size: int, seconds: int = seconds) -> Throughput:
            seen = throughput(urls[size], CONNECTIONS, seconds, scripts[size])
            if seen.errors:
                raise WrkFailed(f"{thing.name}, {size}: {seen.errors} requests had no right answer")
            return seen

        for size in urls:
            load(size, WARM_UP)
        return rounds(tuple(urls), load, count)


def there(url: str, paths: Iterable[str]) -> Sequence[str]:
    """Those of the paths that a server answers with 200; asking also puts them into its memory.

    Raises:
        NothingThere: it answers none so.
    """
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
    found = []
    for path in paths:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status == 200:
            found.append(path)
    connection.close()
    if not found:
        raise NothingThere(
            f"{url} has nothing of what growth asks for, such as {next(iter(paths), 'nothing')}"
        )
    return found


def costs(sizes: Sizes) -> Mapping[int, Spread]:
    """What a request costs at each size, as a multiple of the smallest's."""
    seconds = {
        size: Sample.of(1 / each.requests_per_second for each in values) for size, values in sizes.items()
    }
    smallest = next(iter(seconds.values()))
    return {size: ratio(each, smallest) for size, each in seconds.items()}
