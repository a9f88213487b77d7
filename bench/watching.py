"""What log, metrics and traces cost a request: `./dev bench watching`.

The application answers in process, from its memory, first bare, then with each watcher alone and with all of them. The
cases run in turn, in many rounds; the table shows medians of rounds, and the difference to the bare case of the same
round. The log writes JSON to /dev/null, and the metrics are those of several processes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from werkzeug.test import create_environ

from bench.measure.options import plain_parser
from bench.measure.timing import Sample, difference, rounds, seconds_per_call
from ogrom.operations import logs
from ogrom.operations.redaction import Redactor
from ogrom.operations.requests import Watcher, watched
from ogrom.operations.requests_log import RequestLog
from ogrom.operations.shared_metrics import SharedMetrics
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.hosting import fill_if_empty
from ogrom.run.settings import Settings

ROUNDS = 40
CALLS = 200


def environ() -> dict[str, Any]:
    """The WSGI environment of a request."""
    headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    made = create_environ("/v1/de-DE/products/1", headers=headers)
    return {**made, "REMOTE_ADDR": "192.0.2.7", "REQUEST_URI": "/v1/de-DE/products/1"}


def through(app: Any) -> Callable[[], None]:
    """A function that sends a request through an application, as a server does."""
    request = environ()

    def run() -> None:
        told: list[str] = []
        content = app(dict(request), lambda status, *_: told.append(status))
        assert b"".join(content)
        if hasattr(content, "close"):  # PEP 3333: if it has one
            content.close()
        assert told[0].startswith("200"), told

    return run


def measure(run: Callable[[], None]) -> float:
    """Microseconds of processor time for one call."""
    return seconds_per_call(run, [()] * CALLS, time.thread_time) * 1e6


def cases(folder: Path) -> dict[str, Callable[[], None]]:
    """The application, without watchers, with each alone and with all."""
    url = DatabaseUrl(f"sqlite:///{folder}/bench.sqlite3")
    container = Container(settings=Settings(database_url=url, demo_products=40, cache_ttl=3600.0))
    fill_if_empty(container.engine(), container.settings())
    bare = container.service().bare
    watchers: dict[str, Sequence[Watcher]] = {
        "watched by nobody": (),
        "traces": (container.service().telemetry,),
        "metrics": (container.metrics(),),
        "log": (RequestLog(),),
        "all": (container.service().telemetry, container.metrics(), RequestLog()),
    }
    return {"bare": through(bare)} | {name: through(watched(bare, each)) for name, each in watchers.items()}


def main(arguments: list[str]) -> None:
    """Measure in turn, and print the table."""
    plain_parser("watching", __doc__).parse_args(arguments)
    SharedMetrics(1).enter(0)
    with TemporaryDirectory() as folder:
        runs = cases(Path(folder))
        kept = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        logs.configure(as_json=True, release="3f2a9c1b7d04", redact=Redactor())
        found = rounds(tuple(runs), lambda name: measure(runs[name]), ROUNDS)
        os.dup2(kept, 1)
    bare = Sample(found["bare"])
    columns = ("case", "us", "more than bare, us", "lowest, us", "lowest, more, us")
    table = Table(*columns, title=f"{ROUNDS} rounds of {CALLS} calls, medians and lowest")
    for name, values in found.items():
        sample, lowest = Sample(values), min(values)
        numbers = (sample.median, difference(sample, bare).middle, lowest, lowest - min(bare.values))
        table.add_row(name, *(f"{each:.1f}" for each in numbers))
    Console(width=100).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
