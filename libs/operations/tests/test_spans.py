"""Spans: what a collector gets of the requests to a service."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any

import pytest
from flask import request
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.trace.export import SpanExportResult

from ogrom.operations.flask import Service
from ogrom.operations.imports import SPAN_ENDPOINTS
from ogrom.operations.requests import Served
from ogrom.operations.tracing import Telemetry

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


@pytest.fixture
def telling(
    make_service: Callable[..., Service], collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service whose spans come to the collector."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    service = make_service(release="3f2a9c1")
    service.telemetry.start()
    yield service
    service.telemetry.stop()


@pytest.mark.slow
def test_each_request_is_a_span_in_the_words_of_the_conventions(
    telling: Service, collector: Collector
) -> None:
    """A child of the caller's, of this service in this release."""
    client = telling.app.test_client()
    headers = {
        "traceparent": f"00-{TRACE}-{CALLER}-01",
        "tracestate": "vendor=1",
        "User-Agent": "curl/8",
        "Host": "shop.example:8443",
    }
    client.get("/v1/things/1?token=hunter2", headers=headers, buffered=True)
    (span,) = collector.wait_for(1)
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, CALLER)
    assert (span.kind, span.trace_state) == (span.SPAN_KIND_SERVER, "vendor=1")
    assert span.name == "GET /v1/things/{id}"
    assert 0 < span.start_time_unix_nano < span.end_time_unix_nano
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.response.status_code": 400,
        "http.route": "/v1/things/{id}",
        "ogrom.decision": "handle_malformed",
        "url.path": "/v1/things/1",
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
    telling: Service, collector: Collector
) -> None:
    """Only with us; a client's own mistake is none. Methods and paths that nobody knows make no names."""
    app = telling.app

    def fail() -> None:
        if request.path == "/health/live":
            raise RuntimeError("outside")

    app.before_request(fail)
    client = app.test_client()
    client.get("/v1/things/1", headers={"traceparent": f"00-{TRACE}-{CALLER}-00"}, buffered=True)
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
def test_a_collector_that_does_not_answer_holds_nobody_up(
    make_service: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a request nor the end of the process."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "600")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        service = make_service()
        service.telemetry.start()
        assert service.app.test_client().get("/v1/things/1", buffered=True).status_code == 200
        before = time.monotonic()
        service.telemetry.stop()
        assert time.monotonic() - before < SECONDS / 2


class Stuck:
    """An exporter that is not done before it is shut down."""

    def __init__(self) -> None:
        self.begun = Event()
        self.is_shut_down = Event()

    def export(self, spans: object) -> SpanExportResult:
        self.begun.set()
        self.is_shut_down.wait(SECONDS)
        return SpanExportResult.FAILURE

    def shutdown(self) -> None:
        self.is_shut_down.set()


@pytest.mark.slow
def test_what_is_not_exported_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes on to try when it is over."""
    exporter = Stuck()
    monkeypatch.setattr("ogrom.operations.spans.OTLPSpanExporter", lambda: exporter)
    monkeypatch.setattr("ogrom.operations.tracing._PATIENCE", 0.1)
    monkeypatch.setenv(SPAN_ENDPOINTS[0], "http://127.0.0.1:1")
    telemetry = Telemetry({}, "1", "")
    telemetry.start()
    served = Served({"REQUEST_METHOD": "GET"})
    telemetry.begin(served)
    telemetry.end(served)
    telemetry.stop()
    was_shut_down = exporter.is_shut_down.is_set()
    exporter.shutdown()
    assert was_shut_down
    assert exporter.begun.wait(SECONDS)
