"""`ogrom-api serve` with the server's processes: what they say while they start, while they are busy, and at the end.

What the server does with processes and signals, its own tests show.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from ogrom.run.options import options_of
from ogrom.run.settings import Settings
from ogrom.server import Shutdown
from ogrom.sources.testing import reserved_port, wait_until

pytestmark = pytest.mark.slow
SECONDS = 300.0
PROGRAM = (sys.executable, Path(__file__).with_name("slow_service.py"))
Start = Callable[..., Any]


@pytest.fixture
def serve(start: Start, tmp_path: Path) -> Callable[..., Any]:
    """Starts the service with slow requests, over an empty database."""

    def serve(*options: str, **variables: str) -> Any:
        said = {"OGROM_DEMO_PRODUCTS": "0", "TEST_FOLDER": str(tmp_path), **variables}
        return start(*options, folder=tmp_path, program=PROGRAM, **said)

    return serve


def until(holds: Callable[[], object]) -> None:
    """Wait for a state."""
    assert wait_until(holds, SECONDS)


def test_the_server_is_told_what_is_set() -> None:
    """The grace is its delay, and the timeout what running requests have after that."""
    options = options_of(Settings(processes=3, threads=5, queue=7, shutdown_delay=1.0, drain_timeout=2.0))
    lane = options.lanes[-1]
    assert (options.processes, lane.threads, lane.queue) == (3, 5, 7)
    assert options.shutdown == Shutdown(delay=1.0, drain=2.0)


def test_it_says_that_it_warms_up(environ: dict[str, str], tmp_path: Path) -> None:
    """At the first start all accept at once, live answers, and ready is a 503 until everybody is warm."""
    (tmp_path / "cold").touch()
    said = {"OGROM_DEMO_PRODUCTS": "0", "TEST_FOLDER": str(tmp_path)}
    command = [*map(str, PROGRAM), "serve", "--migrate", "--processes=2"]
    with (
        reserved_port() as port,
        subprocess.Popen(
            [*command, f"--port={port}"], cwd=tmp_path, env=environ | said, stdout=subprocess.PIPE
        ) as process,
    ):
        try:
            until((tmp_path / "warming").exists)
            assert _ask(port, "/health/live")[0] == 200
            assert _ask(port, "/health/ready")[0] == 503
            (tmp_path / "cold").unlink()
            until(lambda: _ask(port, "/health/ready")[0] == 200)
            ready = json.loads(_ask(port, "/health/ready")[1])
            assert ready["workers"] == {"ready": 2, "warming": 0}
            process.terminate()
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()


def _ask(port: int, path: str) -> tuple[int, bytes]:
    """A status, 0 where nobody listens, and the content."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except ConnectionRefusedError:
        return 0, b""
    finally:
        connection.close()


def test_workers_that_die_at_start_are_one_line(environ: dict[str, str], tmp_path: Path) -> None:
    """It says how they ended and what to do; no traceback."""
    (tmp_path / "fatal").touch()
    done = subprocess.run(
        [*PROGRAM, "serve", "--migrate", "--port=0"],
        cwd=tmp_path,
        env=environ | {"OGROM_DEMO_PRODUCTS": "0", "TEST_FOLDER": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == (
        "ogrom: serve: 5 workers in a row ended before they were ready, the last one with exit code 7; "
        "fix the errors above and start again"
    )


def test_health_answers_while_every_thread_is_busy(serve: Any, tmp_path: Path) -> None:
    """What finds the queue full, and what has waited in it until its deadline, is told to come again."""
    service = serve(
        "--threads=1", OGROM_QUEUE="1", OGROM_DRAIN_TIMEOUT="0.1", OGROM_TRUSTED_CALLERS="127.0.0.1"
    )
    busy, waiting = (HTTPConnection("127.0.0.1", service.port, timeout=SECONDS) for _ in range(2))
    busy.request("GET", "/test/slow")
    until((tmp_path / "asked").exists)
    begin = time.monotonic()
    late = service.get("/v1/de-DE/comments", X_Envoy_Expected_Rq_Timeout_Ms="500")
    assert (late.status, "No thread became free" in late.json["detail"]) == (503, True)
    assert time.monotonic() - begin >= 0.5
    until(lambda: _connections(service.workers[0]) == 1)
    waiting.request("GET", "/v1/de-DE/comments")
    until(lambda: _connections(service.workers[0]) == 2)
    full = service.get("/v1/de-DE/comments")
    assert (full.status, full.headers["content-type"]) == (503, "application/problem+json")
    assert (full.headers["retry-after"], "Too many requests are waiting" in full.json["detail"]) == (
        "1",
        True,
    )
    assert (service.get("/health/live").status, service.get("/health/ready").status) == (200, 200)
    assert service.stop() == 1
    busy.close()
    waiting.close()


def _connections(process: int) -> int:
    """How many sockets a process has beside the one that listens."""
    found = 0
    for each in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            found += str(each.readlink()).startswith("socket:")
    return found - 1


def test_while_it_drains_it_sends_clients_elsewhere(serve: Any) -> None:
    """It serves on: ready is a 503, and each connection is closed behind its response. Nothing is wrong at the end."""
    service = serve(OGROM_SHUTDOWN_DELAY="600")
    service.process.terminate()
    until(lambda: service.get("/v1/de-DE/comments").headers.get("connection") == "close")
    assert service.get("/v1/de-DE/comments").status == 200
    ready = service.get("/health/ready")
    assert (ready.status, ready.json["state"], ready.headers["retry-after"]) == (503, "draining", "2")
    until(lambda: _connections(service.workers[0]) == 0)
    assert service.stop() == 0  # the second signal does not wait for the end of the grace
    assert service.output.endswith("Stopped.\n")


def test_past_its_deadline_it_cuts(serve: Any, tmp_path: Path) -> None:
    """Exit code 1, and the log says how many requests that were."""
    service = serve(OGROM_DRAIN_TIMEOUT="0.2")
    asked = HTTPConnection("127.0.0.1", service.port, timeout=SECONDS)
    asked.request("GET", "/test/slow")
    until((tmp_path / "asked").exists)
    assert service.stop() == 1
    assert "stopped with 1 requests unfinished" in service.log
    asked.close()
