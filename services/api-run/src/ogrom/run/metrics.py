"""Metrics: what the service counts, for Prometheus; the processes of one service are counted together.

Labels have few values, whatever clients send: a method that nobody defines is `other`, and a path is none at all but
the name of its endpoint.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest as plain_text
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

from ogrom.http import Resource
from ogrom.http.flask import ANSWERED
from ogrom.sources.wrappers import Merged, Timings

from .sampling import Samples
from .served import Served

NONE = "none"
"""The endpoint of what no endpoint answered, and the market of what belongs to none."""

_METHODS = frozenset(Resource.known_methods)

_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_IDS = (1, 2, 4, 8, 16, 32, 64)
_CALL_SECONDS = (0.0005, 0.001, 0.0025, *_REQUEST_SECONDS)


class Collector(Protocol):
    """What gives metrics to be shown."""

    def collect(self) -> Iterable[Metric]:
        """They, as they are now."""
        ...


class Metrics:
    """Owns the metrics of this process, and shows those of all processes of the service.

    Make one in each process; where they are several, behind `SharedValues.enter`.

    Attributes:
        registry: where further metrics of the process are registered.
        samples: what is looked at each second, since nobody tells when it changes.
    """

    def __init__(
        self, markets: Collection[str], version: str, release: str, everybody: Collector | None = None
    ) -> None:
        """Count nothing yet.

        Args:
            markets: the names of mounts that are markets.
            version: of this service.
            release: what is deployed; may be empty.
            everybody: gives the metrics of all processes; None where this is the only one.
        """
        self.registry = registry = CollectorRegistry()
        self._everybody: Any = everybody or registry
        self.samples = Samples()
        self._markets = frozenset(markets)
        self._requests = Counter(
            "ogrom_http_requests",
            "Requests, by who answered and how.",
            ("method", "endpoint", "market", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "ogrom_http_request_duration_seconds",
            "From a request's arrival until its response was handed to the server.",
            ("endpoint",),
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        self._bytes = Counter(
            "ogrom_http_response_bytes", "Bytes of content that the server was given.", registry=registry
        )
        in_progress = Gauge(
            "ogrom_http_requests_in_progress",
            "Requests that are being answered.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._calls = Histogram(
            "ogrom_source_call_seconds",
            "How long calls of the database or the service behind took, failed ones too.",
            ("source", "method"),
            buckets=_CALL_SECONDS,
            registry=registry,
        )
        self._errors = Counter(
            "ogrom_source_errors",
            "Calls that failed, by the class of the error.",
            ("source", "method", "error"),
            registry=registry,
        )
        self._merged = Histogram(
            "ogrom_merged_query_ids",
            "Records that a query has asked for, which answers several calls.",
            ("source",),
            buckets=_IDS,
            registry=registry,
        )
        self._sharing = Counter(
            "ogrom_merged_calls", "Calls that were answered by such queries.", ("source",), registry=registry
        )
        info = Gauge(
            "ogrom_info",
            "What serves; always 1.",
            ("version", "release"),
            multiprocess_mode="livemax",
            registry=registry,
        )
        self.samples.add(lambda: info.labels(version, release).set(1))
        self._serving: set[Served] = set()
        self.samples.add(lambda: in_progress.set(len(self._serving)))
        self._tallies: dict[tuple[str, str, str, int], _Tally] = {}
        # A child is looked up by its labels for each call; a dict of ours is a third of that.
        self._children: dict[tuple[Any, ...], Any] = {}

    def begin(self, served: Served) -> None:
        """A request came."""
        self._serving.add(served)

    def end(self, served: Served) -> None:
        """A request has been answered."""
        self._serving.discard(served)
        environ = served.environ
        mount, endpoint, _ = environ.get(ANSWERED) or (NONE, NONE, NONE)
        method = environ["REQUEST_METHOD"]
        kind = (method if method in _METHODS else "other", endpoint, mount, served.status)
        tally = self._tallies.get(kind) or self._tally(*kind)
        tally.add(served.seconds, served.sent)

    def call(self, source: str, method: str, seconds: float, error: BaseException | None) -> None:
        """A source was called; this is an `Observe`."""
        self._child(self._calls, source, method).observe(seconds)
        if error is not None:
            self._child(self._errors, source, method, type(error).__name__).inc()

    def merged(self, merged: Merged) -> None:
        """A query has answered several calls."""
        self._child(self._merged, merged.source).observe(merged.ids)
        self._child(self._sharing, merged.source).inc(merged.calls)

    def observe_queue(self, read: Callable[[], tuple[int, int]]) -> None:
        """Show the queue before the threads of this process.

        Args:
            read: gives how many requests wait in it, and how many threads are busy; any thread may call it.
        """
        depth = Gauge(
            "ogrom_queue_depth",
            "Requests that wait for a thread.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        busy = Gauge(
            "ogrom_threads_busy",
            "Threads that answer a request.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )

        def sample() -> None:
            waiting, working = read()
            depth.set(waiting)
            busy.set(working)

        self.samples.add(sample)

    def shown(self, *, as_openmetrics: bool = False) -> bytes:
        """The metrics of all processes, this one's as they are now.

        Args:
            as_openmetrics: in OpenMetrics 1.0 instead of Prometheus's text format 0.0.4.
        """
        self.samples.take()
        if as_openmetrics:
            shown: bytes = openmetrics(self._everybody)  # type: ignore[no-untyped-call]
            return shown
        return plain_text(self._everybody)

    def _tally(self, method: str, endpoint: str, mount: str, status: int) -> "_Tally":
        market = mount if mount in self._markets else NONE
        requests = self._requests.labels(method, endpoint, market, str(status))
        made = _Tally(requests, self._seconds.labels(endpoint), self._bytes)
        return self._tallies.setdefault((method, endpoint, mount, status), made)

    def _child(self, metric: Any, *labels: str) -> Any:
        key = (metric, *labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child


class _Tally:
    """The values that requests of one kind change, found once: the way through their metrics is four times as long."""

    def __init__(self, requests: Any, seconds: Any, sent: Any) -> None:
        self._count, self._sent, self._sum = requests._value, sent._value, seconds._sum  # noqa: SLF001
        self._bounds, self._buckets = seconds._upper_bounds, seconds._buckets  # noqa: SLF001

    def add(self, seconds: float, sent: int) -> None:
        """A request has been answered."""
        self._count.inc(1)
        self._sum.inc(seconds)
        self._buckets[bisect_left(self._bounds, seconds)].inc(1)
        self._sent.inc(sent)


class CountedTimings(Timings):
    """Timings that the metrics show as well."""

    def __init__(self, metrics: Metrics) -> None:
        """Add up, and tell the metrics of each call."""
        super().__init__()
        self._metrics = metrics

    def __call__(self, source: str, method: str, seconds: float, error: BaseException | None) -> None:
        """Add a call."""
        super().__call__(source, method, seconds, error)
        self._metrics.call(source, method, seconds, error)
