"""The folder in which the processes of one service add up their metrics.

Nothing of prometheus-client is imported here: it looks once, when it is imported, whether there is such a folder.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .failures import Failure

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def metrics_folder() -> Iterator[Path]:
    """A folder for the metrics of this process and of those that it forks; it is removed at the end.

    Where an operator has set the variable, the folder is made in theirs: what an earlier service has left there
    would be counted as ours.

    Raises:
        Failure: no folder can be made.
    """
    assert "prometheus_client" not in sys.modules, "the folder comes before the import"
    before = os.environ.get(VARIABLE)
    try:
        folder = tempfile.TemporaryDirectory(
            prefix="ogrom-metrics-", dir=before or None, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise Failure(
            f"metrics: no folder can be made in {before or tempfile.gettempdir()}: {error.strerror}; "
            "let TMPDIR name a folder that can be written to"
        ) from error
    with folder as path:
        os.environ[VARIABLE] = path
        try:
            yield Path(path)
        finally:
            if before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = before


def forget_process(pid: int) -> None:
    """Count the gauges of a process no more, since it has ended; what it has counted up stays.

    Args:
        pid: of one of the service's processes.
    """
    from prometheus_client.multiprocess import mark_process_dead

    if VARIABLE in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
