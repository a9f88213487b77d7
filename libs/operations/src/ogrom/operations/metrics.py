"""Metrics: what a service counts, for Prometheus; the processes of one service are counted together.

Labels have few values, whatever clients send: a method that no RFC defines is `other`, and the name of an endpoint
stands for a path.
"""

import logging
import threading
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest as plain_text
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

from ogrom.http import Answer, Exchange, Renderer, Resource, refuses
from ogrom.http.flask import ANSWERED
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.server import LoopState

from .deprecated_uses import LABELS, DeprecatedUses
from .health import UncachedResource
from .operators import Operators
from .problems import OPERATORS_ONLY
from .requests import Served

log = logging.getLogger("ogrom.operations")

NONE = "none"
"""The label for no endpoint, or no market."""

_METHODS = frozenset(Resource.known_methods)

_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_IDS = (1, 2, 4, 8, 16, 32, 64)
_CALL_SECONDS = (0.0005, 0.001, 0.0025, *_REQUEST_SECONDS)
_SAMPLE_SECONDS = 1.0


class Collector(Protocol):
    """Gives metrics to be shown."""

    def collect(self) -> Iterable[Metric]:
        """The metrics as they are now."""
        ...


class MergedQuery(Protocol):
    """A query that has answered several calls."""

    @property
    def source(self) -> str:
        """Whose it is."""
        ...

    @property
    def ids(self) -> int:
        """How many records it has asked for."""
        ...

    @property
    def calls(self) -> int:
        """How many calls it has answered."""
        ...


class Samples:
    """Looks each second at values whose changes are not told; owns the thread that does. Safe in threads.

    One process answers for all when Prometheus asks, and it cannot look into the others: so each looks for itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: list[Callable[[], None]] = []
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, look: Callable[[], None]) -> None:
        """Look at one thing more: `look` sets metrics, and must not wait for anything."""
        with self._lock:
            self._looks.append(look)

    def take(self) -> None:
        """Look now."""
        with self._lock:
            for look in self._looks:
                try:
                    look()
                except Exception:
                    log.exception("a sample for the metrics could not be taken")

    def start(self) -> None:
        """Look each second from now on; to be called in the process that serves."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="ogrom-samples", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_SAMPLE_SECONDS)

    def _run(self) -> None:
        self.take()
        while not self._stopped.wait(_SAMPLE_SECONDS):
            self.take()


class Metrics:
    """Owns the metrics of this process, and shows those of all processes of the service.

    Make one in each process; where they are several, behind `SharedMetrics.enter`.

    Attributes:
        registry: where further metrics of the process are registered.
        samples: what is looked at each second, since its changes are not told.
        deprecated: counts who uses what is deprecated.
    """

    def __init__(
        self, markets: Collection[str], version: str, release: str, all_workers: Collector | None = None
    ) -> None:
        """Count nothing yet.

        Args:
            markets: the names of mounts that are markets.
            version: of this service.
            release: what is deployed; may be empty.
            all_workers: gives the metrics of all processes; None if this is the only one.
        """
        self.registry = registry = CollectorRegistry()
        self._all_workers: Any = all_workers or registry
        self.samples = Samples()
        self._markets = frozenset(markets)
        self._requests = self._counter(
            "http_requests",
            "Requests, by method, endpoint, market and status.",
            *("method", "endpoint", "market", "status"),
        )
        self._seconds = self._histogram(
            "http_request_duration_seconds",
            "Time from a request's arrival until its response was handed to the server.",
            _REQUEST_SECONDS,
            "endpoint",
        )
        self._bytes = self._counter("http_response_bytes", "Bytes of response content.")
        in_progress = self.gauge("http_requests_in_progress", "Requests being answered.")
        self._calls = self._histogram(
            "source_call_seconds",
            "Duration of calls to the database or the service behind, including failed ones.",
            _CALL_SECONDS,
            *("source", "method"),
        )
        self._errors = self._counter(
            "source_errors", "Failed calls, by the class of the error.", "source", "method", "error"
        )
        self._merged = self._histogram(
            "merged_query_ids", "Records asked for by a query that answered several calls.", _IDS, "source"
        )
        self._sharing = self._counter("merged_calls", "Calls answered by a shared query.", "source")
        uses = self._counter("deprecated_uses", "Uses of what is deprecated, by client.", *LABELS)
        self.deprecated = DeprecatedUses(uses, lambda: self._labels("ogrom_deprecated_uses", "client"))
        info = Gauge(
            "ogrom_info",
            "The version and the release that are running; always 1.",
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
        """A source was called."""
        self._child(self._calls, source, method).observe(seconds)
        if error is not None:
            self._child(self._errors, source, method, type(error).__name__).inc()

    def merged(self, merged: MergedQuery) -> None:
        """A query has answered several calls."""
        self._child(self._merged, merged.source).observe(merged.ids)
        self._child(self._sharing, merged.source).inc(merged.calls)

    def gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        """A gauge of this process, shown as the sum over all that live.

        Args:
            name: without the prefix `ogrom_`.
        """
        return Gauge(f"ogrom_{name}", meaning, labels, multiprocess_mode="livesum", registry=self.registry)

    def follow(self, name: str, meaning: str) -> Callable[[float], None]:
        """A counter that follows a count which something else keeps; what is returned is told that count.

        Args:
            name: without the prefix `ogrom_` and the suffix `_total`.
        """
        counter = self._counter(name, meaning)
        known = 0.0

        def advance(count: float) -> None:
            nonlocal known
            counter.inc(count - known)
            known = count

        return advance

    def observe_queue(self, read: Callable[[], tuple[int, int]]) -> None:
        """Show the queue before the threads of this process.

        Args:
            read: gives how many requests wait in it, and how many threads are busy; any thread may call it.
        """
        depth = self.gauge("queue_depth", "Requests waiting for a thread.")
        busy = self.gauge("threads_busy", "Threads answering a request.")

        def sample() -> None:
            waiting, working = read()
            depth.set(waiting)
            busy.set(working)

        self.samples.add(sample)

    def observe_loop(self, read: Callable[[], LoopState]) -> None:
        """Show what this process's loop does."""
        shows = {
            "begun": self.gauge("loop_begun", "Requests in progress on the loop.").set,
            "parked": self.gauge("loop_parked", "Waits in progress on the loop.").set,
            "offloaded": self.follow("loop_offloaded", "Calls that requests on the loop had a thread run."),
            "lags": self.follow("loop_lags", "How often the loop was blocked for 50 ms or more."),
            "lag_seconds": self.follow("loop_lag_seconds", "Seconds for which the loop was blocked then."),
        }

        def sample() -> None:
            state = read()
            for name, show in shows.items():
                show(getattr(state, name))

        self.samples.add(sample)

    def observe_lost_lines(self, read: Callable[[], int]) -> None:
        """Show how many lines of the log this process could not write."""
        advance = self.follow("log_lines_lost", "Log lines that could not be written.")
        self.samples.add(lambda: advance(read()))

    def shown(self, *, as_openmetrics: bool = False) -> bytes:
        """The metrics of all processes as they are now, in Prometheus's text format 0.0.4 or in OpenMetrics 1.0."""
        self.samples.take()
        if as_openmetrics:
            shown: bytes = openmetrics(self._all_workers)  # type: ignore[no-untyped-call]
            return shown
        return plain_text(self._all_workers)

    def _labels(self, name: str, label: str) -> set[str]:
        """The values that a label of a metric has by now, in all processes."""
        metrics = (each for each in self._all_workers.collect() if each.name == name)
        return {sample.labels[label] for each in metrics for sample in each.samples}

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"ogrom_{name}", meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"ogrom_{name}", meaning, labels, buckets=buckets, registry=self.registry)

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


PLAIN_TEXT = Renderer(
    "text/plain; version=0.0.4; charset=utf-8", lambda metrics: cast(Metrics, metrics).shown()
)
# Prometheus asks for names in any script where it can; ours are ASCII.
OPENMETRICS = Renderer(
    "application/openmetrics-text; version=1.0.0; escaping=allow-utf-8; charset=utf-8",
    lambda metrics: cast(Metrics, metrics).shown(as_openmetrics=True),
)


@dataclass(frozen=True)
class MetricsResource(UncachedResource):
    """The metrics of all processes, for operators."""

    metrics: Metrics
    operators: Operators
    renderers: ClassVar[tuple[Renderer, ...]] = (PLAIN_TEXT, OPENMETRICS)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS

    @refuses(OPERATORS_ONLY)
    def allowed(self, x: Exchange[None]) -> Answer:
        """Whether an operator asks."""
        return self.operators.refused(x.request) or True

    def handle_ok(self, x: Exchange[None]) -> Metrics:
        """What is shown in either form."""
        return self.metrics
