"""Traces: which one a request belongs to, and the spans that a collector gets."""

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from ogrom.http import Mount
from ogrom.operations.imports import SPAN_ENDPOINTS
from ogrom.operations.tracing import parsed, routes_of
from ogrom.run.container import Container

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SECONDS = 30


@dataclass
class Collector:
    """A small receiver of OTLP over HTTP, and what it has received."""

    url: str = ""
    resources: list[dict[str, str]] = field(default_factory=list)
    spans: list[Any] = field(default_factory=list)
    received: Condition = field(default_factory=Condition)

    def take(self, path: str, content: bytes) -> None:
        assert path == "/v1/traces"
        message = ExportTraceServiceRequest.FromString(content)
        with self.received:
            for each in message.resource_spans:
                self.resources.append({one.key: one.value.string_value for one in each.resource.attributes})
                self.spans += [span for scope in each.scope_spans for span in scope.spans]
            self.received.notify_all()

    def wait_for(self, count: int) -> list[Any]:
        with self.received:
            assert self.received.wait_for(lambda: len(self.spans) >= count, SECONDS), self.spans
            return self.spans


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """One that exports draws from `random`, which nobody may do while hypothesis does, in another test."""
    before = set(threading.enumerate())
    yield
    for each in set(threading.enumerate()) - before:
        each.join(SECONDS)
        assert not each.is_alive(), each.name


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()

    class Receiver(BaseHTTPRequestHandler):
        """Decodes what is posted."""

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                content = gzip.decompress(content)
            assert self.headers["Content-Type"] == "application/x-protobuf"
            collector.take(self.path, content)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        collector.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield collector
        server.shutdown()
        thread.join()


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


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


@pytest.fixture
def telling(
    make_container: Callable[..., Container],
    store: str,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Container]:
    """An application whose spans come to the collector."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    container = make_container(store, said={"release": "3f2a9c1"})
    container.app()
    container.service().telemetry.start()
    yield container
    container.service().telemetry.stop()


@pytest.mark.slow
def test_each_request_is_a_span_in_the_words_of_the_conventions(
    telling: Container, collector: Collector
) -> None:
    """A child of the caller's, of this service in this release."""
    client = telling.app().test_client()
    headers = {
        "traceparent": f"00-{TRACE}-{CALLER}-01",
        "tracestate": "vendor=1",
        "User-Agent": "curl/8",
        "Host": "shop.example:8443",
    }
    client.get("/v1/de-DE/products/1?token=hunter2", headers=headers, buffered=True)
    (span,) = collector.wait_for(1)
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, CALLER)
    assert (span.kind, span.trace_state) == (span.SPAN_KIND_SERVER, "vendor=1")
    assert span.name == "GET /v1/de-DE/products/{product_id}"
    assert 0 < span.start_time_unix_nano < span.end_time_unix_nano
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.response.status_code": 400,
        "http.route": "/v1/de-DE/products/{product_id}",
        "ogrom.decision": "handle_malformed",
        "url.path": "/v1/de-DE/products/1",
        "url.query": "token=***",
        "url.scheme": "http",
        "server.address": "shop.example",
        "server.port": 8443,
        "client.address": "127.0.0.1",
        "network.protocol.version": "1.1",
        "user_agent.original": "curl/8",
    }
    assert span.status.code == span.status.STATUS_CODE_UNSET
    (resource,) = collector.resources
    assert resource["service.name"] == "ogrom"
    assert resource["service.version"] == "3f2a9c1"
    assert resource["deployment.environment.name"] == "test"


@pytest.mark.slow
def test_what_went_wrong_is_an_error_and_what_was_not_to_be_recorded_is_not(
    telling: Container, collector: Collector
) -> None:
    """Only with us; a client's own mistake is none. Methods and paths that nobody knows make no names."""
    app = telling.app()

    def fail() -> None:
        from flask import request

        if request.path == "/health/live":
            raise RuntimeError("outside")

    app.before_request(fail)
    client = app.test_client()
    client.get("/", headers={"traceparent": f"00-{TRACE}-{CALLER}-00"}, buffered=True)
    client.get("/health/live", buffered=True)
    client.open("/nothing", method="FROBNICATE", buffered=True)
    failed, unknown = collector.wait_for(2)
    assert failed.status.code == failed.status.STATUS_CODE_ERROR
    assert attributes(failed)["error.type"] == "500"
    assert failed.parent_span_id == b""
    assert unknown.name == "HTTP"
    said = attributes(unknown)
    assert (said["http.request.method"], said["http.request.method_original"]) == ("_OTHER", "FROBNICATE")
    assert "http.route" not in said


@pytest.mark.slow
def test_a_service_sends_what_is_left_when_it_stops(
    start: Callable[..., Any], collector: Collector, tmp_path: Path
) -> None:
    """Though the next batch would have gone much later."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "600000"}
    service = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="40", OTEL_SERVICE_NAME="shop", **variables)
    service.get("/v1/de-DE/products/1", traceparent=f"00-{TRACE}-{CALLER}-01")
    assert collector.spans == []
    assert service.stop() == 0
    (span,) = collector.wait_for(1)
    assert span.trace_id.hex() == TRACE
    assert collector.resources[0]["service.name"] == "shop"


@pytest.mark.slow
def test_a_collector_that_does_not_answer_holds_nobody_up(
    make_container: Callable[..., Container], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a request nor the end of the process."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "600")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        container = make_container(store)
        client = container.app().test_client()
        container.service().telemetry.start()
        assert client.get("/", buffered=True).status_code == 200
        before = time.monotonic()
        container.service().telemetry.stop()
        assert time.monotonic() - before < SECONDS / 2


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
