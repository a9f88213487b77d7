"""What the machine does to the service: a log that nobody reads, no place for files, a worker that dies."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ogrom.sources.testing import reserved_port

pytestmark = pytest.mark.slow
SECONDS = 300.0
Start = Callable[..., Any]


def counted(service: Any, name: str) -> float:
    """The sum of a metric's samples of that name."""
    families = text_string_to_metric_families(service.get("/metrics").content.decode())
    return sum(sample.value for family in families for sample in family.samples if sample.name == name)


def test_a_log_that_nobody_reads_costs_lines_and_nothing_else(
    environ: dict[str, str], tmp_path: Path, program: Callable[[str], Path]
) -> None:
    """Every request is answered, what is lost is counted, and SIGTERM ends it as ever."""
    said = {"OGROM_LOG": "json", "OGROM_DEMO_PRODUCTS": "20", "OGROM_RELEASE": "x" * 128}
    command = [str(program("ogrom-api")), "serve", "--migrate"]
    with (
        reserved_port() as port,
        subprocess.Popen(
            [*command, f"--port={port}"], cwd=tmp_path, env=environ | said, stdout=subprocess.PIPE
        ) as process,
    ):
        try:
            end = time.monotonic() + SECONDS
            while (client := connected(port)) is None:
                assert time.monotonic() < end
                time.sleep(0.05)  # between two looks
            path = "/nothing/" + "x" * 1500  # a line of the log has it
            for _ in range(3000):
                client.request("GET", path)
                response = client.getresponse()
                response.read()
                assert response.status == 404
            client.request("GET", "/metrics")
            shown = client.getresponse().read().decode()
            (lost,) = (line for line in shown.splitlines() if line.startswith("ogrom_log_lines_lost_total "))
            assert float(lost.split()[1]) > 100
            client.close()
            process.terminate()
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()


def connected(port: int) -> HTTPConnection | None:
    """A connection to a service that is ready."""
    client = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        client.request("GET", "/health/ready")
        response = client.getresponse()
        response.read()
    except OSError:
        return None
    if response.status == 200:
        return client
    client.close()
    return None


def test_it_needs_no_place_for_files(start: Start, tmp_path: Path) -> None:
    """A disk that is full, or read-only, can end nothing."""
    service = start("--processes=2", folder=tmp_path, TMPDIR="/nonexistent", OGROM_DEMO_PRODUCTS="20")
    files = {
        str(each.readlink())
        for worker in (*service.workers, service.process.pid)
        for each in Path(f"/proc/{worker}/fd").iterdir()
    }
    ours = {each for each in files if each.startswith("/") and not each.startswith(("/dev/", str(tmp_path)))}
    assert ours <= {str(service.errors)}
    assert counted(service, "ogrom_http_requests_total") >= 0
    assert service.stop() == 0


def test_what_a_worker_has_counted_stays(start: Start, tmp_path: Path) -> None:
    """In the sums, when it dies and another one takes its place."""
    service = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="20")
    for _ in range(20):
        assert service.get("/v1/de-DE/products/1").status == 200
    name = "ogrom_http_requests_total"
    before = counted(service, name)
    assert before >= 20
    (worker,) = service.workers
    os.kill(worker, signal.SIGKILL)
    assert counted(service, name) > before
    assert service.stop() == 0
