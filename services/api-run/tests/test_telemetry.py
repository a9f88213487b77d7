"""Traces: which one a request belongs to, in the sources and behind them."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from ogrom.http import Mount
from ogrom.operations.imports import SPAN_ENDPOINTS
from ogrom.operations.tracing import parsed, routes_of
from ogrom.run.container import Container

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SECONDS = 30


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """One that exports draws from `random`, which nobody may do while hypothesis does, in another test."""
    before = set(threading.enumerate())
    yield
    for each in set(threading.enumerate()) - before:
        each.join(SECONDS)
        assert not each.is_alive(), each.name


@pytest.fixture
def exported() -> Iterator[tuple[str, Queue[ExportTraceServiceRequest]]]:
    """The URL of a small receiver of OTLP over HTTP, and what it has received."""
    received = Queue[ExportTraceServiceRequest]()

    class Receiver(BaseHTTPRequestHandler):
        """Decodes what is posted."""

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                content = gzip.decompress(content)
            received.put(ExportTraceServiceRequest.FromString(content))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", received
        server.shutdown()
        thread.join()


def test_sources_are_told_of_our_span(make_container: Callable[..., Container], store: str) -> None:
    """So that what they send on belongs to the trace, below us and not beside us."""
    from dependency_injector import providers

    from ogrom.http import Endpoint, Exchange, Resource

    seen: list[tuple[str, str]] = []

    class Seeing(Resource[None]):
        """Remembers the trace."""

        def handle_ok(self, x: Exchange[None]) -> object:
            seen.append((x.context.traceparent, x.context.tracestate))
            return {}

    endpoints = providers.Object((Endpoint("seeing", "/seeing", Seeing()),))
    client = make_container(store, endpoints=endpoints).app().test_client()
    state = {"tracestate": "rojo=1, congo=2"}
    for trace in (f"00-{TRACE}-{CALLER}-01", f"00-{TRACE}-{'0' * 16}-01"):
        client.get("/v1/de-DE/seeing", headers={"traceparent": trace, **state})
    client.get("/v1/de-DE/seeing", headers=state)
    # Of no trace but the one that it came with.
    assert [each for _, each in seen] == ["rojo=1, congo=2", "", ""]
    ours = parsed(seen[0][0])
    assert ours is not None
    assert (ours.trace_id, ours.flags) == (TRACE, "01")
    assert ours.span_id != CALLER


def test_routes_are_paths_with_their_variables(client: Any, make_container: Any, store: str) -> None:
    """Of each market, and of the service."""
    container = make_container(store)
    routes = routes_of({"service": container.front(), **container.markets()})
    assert routes["de-DE", "product"] == "/v1/de-DE/products/{product_id}"
    assert routes["service", "ready"] == "/health/ready"
    assert routes_of({"": Mount("", ())}) == {}


@pytest.mark.slow
def test_a_service_sends_what_is_left_when_it_stops(
    start: Callable[..., Any], exported: tuple[str, Queue[ExportTraceServiceRequest]], tmp_path: Path
) -> None:
    """Though the next batch would have gone much later."""
    url, received = exported
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_BSP_SCHEDULE_DELAY": "600000"}
    service = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="40", OTEL_SERVICE_NAME="shop", **variables)
    service.get("/v1/de-DE/products/1", traceparent=f"00-{TRACE}-{CALLER}-01")
    assert received.empty()
    assert service.stop() == 0
    (of_service,) = received.get(timeout=SECONDS).resource_spans
    (span,) = of_service.scope_spans[0].spans
    assert span.trace_id.hex() == TRACE
    assert "shop" in [
        each.value.string_value for each in of_service.resource.attributes if each.key == "service.name"
    ]


@pytest.mark.parametrize(
    "variables", [{}, {SPAN_ENDPOINTS[0]: "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}]
)
@pytest.mark.slow
def test_where_nobody_wants_spans_no_exporter_is_imported(
    environ: dict[str, str], variables: dict[str, str]
) -> None:
    """It would take memory and time for nothing. MySQL's driver imports the API by itself, where there is one."""
    code = (
        "import json, sys; from ogrom.run.container import Container; from ogrom.operations.tracing import Telemetry;"
        "from ogrom.run.commands import serve; telemetry = Telemetry({}, '1', ''); telemetry.start();"
        "unwanted = ('ogrom.operations.spans', 'opentelemetry.exporter');"
        "print(json.dumps([name for name in sys.modules if name.startswith(unwanted)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environ, **variables},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == []
