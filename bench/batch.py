"""A screen in one round trip, and in several: `./dev bench batch [--milliseconds 50]`.

The screen is a collage with its products, its comments and their authors. The client is a program on Node that keeps
its connection, as an application does. Between it and HAProxy, which speaks HTTP/1.1 and HTTP/2, a proxy of ours delays
each byte by half of the round trip in either direction. The service answers from memory.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import msgspec
from rich.console import Console

from bench.measure.asking import connected
from bench.measure.distance import delayed
from bench.measure.options import command, parser
from bench.measure.report import Report, Table
from bench.measure.timing import Sample, ratio, rounds
from bench.peers.running import Running
from bench.serve import served
from ogrom.sources.testing import find_program, reserved_port
from ogrom_rehearsal.usage import processor_seconds

MARKET = "/v1/de-DE"
ROUND_TRIP = 50.0
WAYS: Mapping[str, str] = {
    "batch": "one batch",
    "lists-http2": "by ids, HTTP/2, side by side",
    "lists-http1": "by ids, HTTP/1.1, one by one",
    "links-http2": "each by its link, HTTP/2, side by side",
    "links-http1": "each by its link, HTTP/1.1, one by one",
}

_CONFIGURATION = """\
defaults
    mode http
    timeout connect 10s
    timeout client 60s
    timeout server 60s

frontend clients
    bind 127.0.0.1:{port}
    default_backend service

backend service
    http-reuse always
    server service 127.0.0.1:{service}
"""


class Seen(msgspec.Struct, frozen=True):
    """What a client has seen of its screens.

    Attributes:
        times: milliseconds of each.
        requests: for one.
        bytes: of content, for one.
        found: the ids of what it shows.
        processor: seconds of the service for one; measured beside.
    """

    times: list[float]
    requests: float
    bytes: float
    found: list[int | list[int]]
    processor: float = 0.0

    @property
    def median(self) -> float:
        """Of the milliseconds."""
        return statistics.median(self.times)


@contextmanager
def front(service: int, folder: Path) -> Iterator[int]:
    """HAProxy in front of a port; its own."""
    with reserved_port() as port:
        configuration = folder / "haproxy.cfg"
        configuration.write_text(_CONFIGURATION.format(port=port, service=service), encoding="utf-8")
        with subprocess.Popen([_program("haproxy"), "-db", "-f", configuration]) as process:
            try:
                _wait_until_open(port, process)
                yield port
            finally:
                process.terminate()


def _wait_until_open(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with closing(connected(f"http://127.0.0.1:{port}")) as connection:
            try:
                connection.connect()
            except ConnectionRefusedError:
                continue
            return
    raise RuntimeError(f"HAProxy ended with {process.returncode}")


def richest(url: str) -> int:
    """The id of the collage with the most products and comments among the newest hundred."""
    with closing(connected(url)) as connection:

        def get(path: str) -> list[Any]:
            connection.request("GET", path)
            items: list[Any] = msgspec.json.decode(connection.getresponse().read())["items"]
            return items

        def size(collage: Any) -> int:
            products = {each["product_id"] for each in collage["placements"]}
            return min(len(products), 2 * len(get(collage["links"]["comments"])))

        found: int = max(get(f"{MARKET}/collages?limit=100"), key=size)["id"]
    return found


def shown(way: str, url: str, screens: int, collage: int, server: Running) -> Seen:
    """What a client sees that shows a collage so many times in one way."""
    script = Path(__file__).with_suffix(".mjs")
    before = processor_seconds(server.process_ids)
    said = subprocess.run(
        [_program("node"), script, url, way, str(screens), MARKET, str(collage)],
        check=True,
        capture_output=True,
    )
    used = processor_seconds(server.process_ids) - before
    return msgspec.structs.replace(
        msgspec.json.decode(said.stdout, type=Seen), processor=used / (screens + 1)
    )


def _sorted(found: list[int | list[int]]) -> list[int | list[int]]:
    return [sorted(each) if isinstance(each, list) else each for each in found]


def _program(name: str) -> str:
    found = find_program(name)
    if found is None:
        raise SystemExit(f"bench: {name} is not installed; `./dev test bench` installs what the benches need")
    return found


def table(found: Mapping[str, tuple[Seen, ...]], milliseconds: float) -> Table:
    """The ways, with how long each takes, beside a batch."""
    batch = Sample.of(each.median for each in found["batch"])
    rows = []
    for way, seen in found.items():
        times = Sample.of(each.median for each in seen)
        processor = statistics.median(each.processor for each in seen)
        rows.append(
            (
                WAYS[way],
                f"{seen[0].requests:.0f}",
                f"{seen[0].bytes / 1e3:.1f}",
                f"{times.median:.1f}",
                "1" if way == "batch" else str(ratio(times, batch)),
                f"{processor * 1e3:.2f}",
            )
        )
    head = ("", "requests", "kB", "ms", "times a batch", "processor ms of the service")
    return Table(f"A screen, {milliseconds:g} ms away", head, rows)


def main(arguments: list[str]) -> None:
    """Measure and report."""
    reader = parser("batch", __doc__, rounds=5)
    reader.add_argument("--milliseconds", type=float, default=ROUND_TRIP, help="of a round trip")
    reader.add_argument("--screens", type=int, default=20, help="in each way and round")
    options = reader.parse_args(arguments)
    count, screens = (1, 3) if options.quick else (options.rounds, options.screens)
    console = Console(width=130)
    with TemporaryDirectory() as name, served(Path(name)) as server:
        collage = richest(server.url)
        port = urlsplit(server.url).port
        assert port is not None
        with front(port, Path(name)) as near, delayed(near, options.milliseconds / 1e3) as there:
            url = f"http://127.0.0.1:{there.port}"
            found = rounds(tuple(WAYS), lambda way: shown(way, url, screens, collage, server), count)
    shows = {msgspec.json.encode(_sorted(each.found)) for seen in found.values() for each in seen}
    if len(shows) != 1:
        raise SystemExit(f"bench: the ways show different things: {shows}")
    _, products, comments, authors = found["batch"][0].found
    parts = [len(each) for each in (products, comments, authors) if isinstance(each, list)]
    note = f"The screen has {parts[0]} products, {parts[1]} comments and {parts[2]} authors."
    report = Report(
        "batch",
        command("batch", arguments),
        (table(found, options.milliseconds),),
        {},
        msgspec.to_builtins(found),
        (note,),
    )
    report.publish(console, options.docs)


if __name__ == "__main__":
    main(sys.argv[1:])
