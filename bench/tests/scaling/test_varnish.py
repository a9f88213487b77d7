"""Varnish in front of a service: it keeps what it may, for as long as it may, with time sped up."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.scaling.demand import KINDS, Demand, Trace
from bench.scaling.replay import kind_of, replay
from bench.scaling.varnish import varnish
from ogrom.sources.testing import wait_until

pytestmark = pytest.mark.slow

MARKET = "/v1/de-DE"
PATIENCE = 30.0
"""Seconds; half of what it would take where time goes by as everywhere."""
ASKED: Counter[str] = Counter()
COUNTING = threading.Lock()


class Service(BaseHTTPRequestHandler):
    """Allows products to be kept for a minute, and nothing else."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one segment a response

    def do_GET(self) -> None:
        with COUNTING:
            ASKED[self.path] += 1
        self.send_response(200)
        self.send_header(
            "Cache-Control", "public, max-age=60" if "product" in self.path else "public, no-cache"
        )
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Serves silently, even if Varnish breaks connections; ends with its last one."""

    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    ASKED.clear()
    with Server(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def get(url: str, path: str, **fields: str) -> None:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    connection.request("GET", path, headers=fields)
    assert connection.getresponse().read() == b"{}"
    connection.close()


def through(log: Path) -> int:
    """How many of the requests that Varnish has logged reached the service."""
    return sum(not line.endswith((" hit", " synth")) for line in log.read_text().splitlines())


def test_what_may_be_kept_is_kept_for_its_time(service: str) -> None:
    """For a minute, thirty times as fast, in each negotiated form; and nothing else is kept."""
    with varnish(service, speedup=30.0) as cache:
        begin = time.monotonic()
        while ASKED["/products/1"] < 2:
            get(cache.url, "/products/1")
            assert time.monotonic() - begin < PATIENCE
        assert time.monotonic() - begin > 1.5
        get(cache.url, "/products/1", Accept="text/csv")
        assert ASKED["/products/1"] == 3
        for _ in range(3):
            get(cache.url, "/collages/1")
        assert ASKED["/collages/1"] == 3


def test_a_replay_counts_what_the_service_was_spared(service: str) -> None:
    """The hits in Varnish's log are the requests that did not reach the service."""
    ids = {"products": range(1, 50), "collages": range(1, 20), "users": range(1, 20)}
    with varnish(service, speedup=6.0) as cache:
        trace = Trace(MARKET, ids)
        demand = Demand(visitors=2e6)
        begin = time.monotonic()
        *_, hour = replay(cache, trace, demand, MARKET, speedup=6.0, seconds=1.0, hours=(20, 21))
        took = time.monotonic() - begin
        # Some were under way when the hour was over.
        are_logged = wait_until(lambda: through(cache.log) == ASKED.total(), PATIENCE)
        assert are_logged, (through(cache.log), ASKED.total())
    assert hour.errors == 0
    assert 0 < sum(hour.hits.values()) < sum(hour.requests.values())
    assert set(hour.requests) == {each.name for each in KINDS}
    # Who is answered late asks less often, and never more.
    assert 0.25 < hour.rate / demand.rate(21.5) < 1.35
    assert 0.99 <= sum(hour.requests.values()) / (hour.rate * 6.0) < took


def test_each_path_is_of_one_kind() -> None:
    """Other paths are an error."""
    for kind in KINDS:
        assert kind_of(kind.path.format(17)) is kind
    with pytest.raises(ValueError, match="no kind"):
        kind_of("/products/17/comments")
