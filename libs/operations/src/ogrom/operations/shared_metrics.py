"""Shared metrics: what the workers of a service count, in memory that all of them see.

prometheus-client's own way for several processes is a memory-mapped file for each: on a full disk, the kernel ends
any process that writes to one (SIGBUS), and those of ended processes stay. Here each worker has a part of one
anonymous memory, and its successor goes on counting where it ended.
"""

import json
import logging
import mmap
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from ogrom.server import State

# The parent of the workers makes the memory, and imports no metrics.
if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from ogrom.server import Worker

log = logging.getLogger("ogrom.operations")

BYTES = 4 * 1024 * 1024
"""Of each worker; the system gives them page by page, when they are used."""

_NUMBER = struct.Struct("q")
_VALUE = struct.Struct("d")


class _Key(NamedTuple):
    """Which value it is: one sample of a metric."""

    kind: str
    mode: str
    metric: str
    sample: str
    labels: dict[str, str]
    help: str


@dataclass(frozen=True)
class Part:
    """One worker's part of the memory: its length, then entries of a key's length, the key and the value.

    Only its worker writes to it. The numbers are eight bytes on addresses of eight, written at once.
    """

    memory: memoryview
    numbers: "memoryview[float]" = field(init=False, repr=False)
    """The same memory as floats, the one at place N with the index N / 8; one that is set is written at once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", self.memory.cast("d"))

    def add(self, key: bytes) -> int | None:
        """Make a value, which is 0.

        Args:
            key: of a length that 8 divides.

        Returns:
            Its place; None where there is none left.
        """
        begin = self._end
        end = begin + _NUMBER.size + len(key) + _VALUE.size
        if end > len(self.memory):
            return None
        self.memory[begin:end] = _NUMBER.pack(len(key)) + key + _VALUE.pack(0.0)
        self.memory[: _NUMBER.size] = _NUMBER.pack(end)  # last, so that a reader finds it whole
        return end - _VALUE.size

    def places(self) -> Iterator[tuple[bytes, int]]:
        """The keys and places of all values."""
        at, end = _NUMBER.size, self._end
        while at < end:
            begin = at + _NUMBER.size
            at = begin + int(_NUMBER.unpack_from(self.memory, at)[0])
            yield bytes(self.memory[begin:at]), at
            at += _VALUE.size

    @property
    def _end(self) -> int:
        return max(_NUMBER.size, int(_NUMBER.unpack_from(self.memory)[0]))


class SharedMetrics:
    """Owns the memory. Make one before there are workers."""

    def __init__(self, workers: int, size: int = BYTES) -> None:
        """Nothing is counted yet; each worker has a part of `size` bytes."""
        memory = memoryview(mmap.mmap(-1, workers * size))
        self._parts = [Part(memory[each * size : (each + 1) * size]) for each in range(workers)]

    def enter(self, worker: int) -> None:
        """Have all metrics that this process makes from now on count in a worker's part.

        Args:
            worker: its number. The worker that had it before has ended, so its gauges are set to 0.
        """
        from prometheus_client import values

        values.ValueClass = _Values(self._parts[worker])

    def collect(self, states: Sequence[State]) -> "Iterable[Metric]":
        """The metrics of all workers together.

        Args:
            states: what each worker does: gauges of one that has ended do not count.
        """
        from prometheus_client.metrics_core import Metric
        from prometheus_client.multiprocess import MultiProcessCollector

        metrics: dict[str, Metric] = {}
        for number, part in enumerate(self._parts):
            alive = states[number] is not State.ABSENT
            for text, place in part.places():
                key = _Key(*json.loads(text))
                if key.mode.startswith("live") and not alive:
                    continue
                metric = metrics.setdefault(key.metric, Metric(key.metric, key.help, key.kind))
                labels = tuple(sorted(key.labels.items()))
                if key.kind == "gauge":
                    metric._multiprocess_mode = key.mode  # type: ignore[attr-defined]  # noqa: SLF001
                    labels = (*labels, ("pid", str(number)))
                metric.add_sample(key.sample, labels, part.numbers[place // 8])  # type: ignore[arg-type]  # as theirs
        found: Iterable[Metric] = MultiProcessCollector._accumulate_metrics(metrics, accumulate=True)  # type: ignore[no-untyped-call]  # noqa: SLF001
        return found


@dataclass(frozen=True)
class AllWorkers:
    """The metrics of all workers, as one of them shows them."""

    shared: SharedMetrics
    worker: "Worker"

    def collect(self) -> "Iterable[Metric]":
        """The metrics as they are now."""
        return self.shared.collect(self.worker.states())


class _Values:
    """Makes the values of one worker, in the way of prometheus-client's ValueClass."""

    def __init__(self, part: Part) -> None:
        """Go on where the part's last worker ended: its counts stay, its gauges do not."""
        self._part = part
        self._lock = Lock()
        self._known = dict(part.places())
        for text, place in self._known.items():
            if _Key(*json.loads(text)).kind == "gauge":
                part.numbers[place // 8] = 0.0

    def __call__(
        self,
        kind: str,
        metric: str,
        sample: str,
        label_names: Sequence[str],
        label_values: Sequence[str],
        help_: str,
        multiprocess_mode: str = "",
        **_: object,
    ) -> "_Value":
        """One value of a metric."""
        labels = dict(zip(label_names, label_values, strict=True))
        text = json.dumps(_Key(kind, multiprocess_mode, metric, sample, labels, help_)).encode()
        text = text.ljust(-(-len(text) // 8) * 8)
        with self._lock:
            place = self._known.get(text)
            if place is None and (place := self._part.add(text)) is None:
                log.warning("there is no memory left for the metric %s with %s", sample, labels)
                return _Value(self._lock, Part(memoryview(bytearray(_VALUE.size))), 0)
            self._known[text] = place
            return _Value(self._lock, self._part, place)


class _Value:
    """A number; any thread may change it."""

    def __init__(self, lock: Lock, part: Part, place: int) -> None:
        self._lock = lock
        self._numbers = part.numbers
        self._index = place // 8

    def inc(self, amount: float) -> None:
        with self._lock:
            self._numbers[self._index] += amount

    def set(self, value: float, timestamp: float | None = None) -> None:
        self._numbers[self._index] = value

    def get(self) -> float:
        return self._numbers[self._index]

    def get_exemplar(self) -> None:
        """Exemplars are not kept."""
