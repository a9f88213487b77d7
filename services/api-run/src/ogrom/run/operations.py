"""Operations: what a process runs beside the requests that it serves, so that people can see how it does."""

from collections.abc import Iterator
from contextlib import contextmanager

from .metrics import Metrics
from .telemetry import Telemetry


@contextmanager
def operating(metrics: Metrics, telemetry: Telemetry) -> Iterator[None]:
    """Take samples and export spans while the block serves; at its end, export what is left.

    Both have threads, which a fork would not take along: enter it in the process that serves.

    Args:
        metrics: whose samples are taken.
        telemetry: whose spans are exported, where that is wanted.
    """
    telemetry.start()
    metrics.samples.start()
    try:
        yield
    finally:
        metrics.samples.stop()
        telemetry.stop()
