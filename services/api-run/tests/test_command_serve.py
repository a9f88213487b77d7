"""`ogrom-api serve`, as a newcomer and as an operator start it."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ogrom.sources.database.engine import database_engine
from ogrom.sources.schema.serves import SERVES
from ogrom.sources.testing import wait_until

pytestmark = pytest.mark.slow
Start = Callable[..., Any]
Run = Callable[..., Any]
SECONDS = 300


def test_the_first_start_fills_the_demo_and_the_second_keeps_what_is_there(
    start: Start, tmp_path: Path
) -> None:
    """A newcomer sees data at once, and finds their own changes again."""
    first = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="40")
    comment = first.get("/v1/de-DE/comments?limit=1").json["items"][0]["links"]["self"]
    assert first.request("DELETE", comment).status == 204
    assert first.stop() == 0
    assert first.log == "Making the tables ...\nFilling with 40 demo products ...\n"
    second = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="40")
    assert second.log == ""
    assert second.get(comment).status == 404
    assert second.get("/v1/de-DE/comments").json["items"]
    assert second.stop() == 0


def test_every_url_that_it_prints_can_be_clicked(start: Start, tmp_path: Path) -> None:
    """It prints them once it answers."""
    service = start("--port=0", "--demo-products", "40", folder=tmp_path)
    paths = re.findall(r"http://127\.0\.0\.1:\d+(/\S*)", service.output)
    market = "/v1/de-DE"
    assert paths == [
        "/",
        f"{market}/",
        f"{market}/comments",
        f"{market}/products/1",
        "/docs",
        "/health/ready",
    ]
    assert [service.get(path).status for path in paths] == [200] * 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    """Exit code 0, a last word, no traceback, and nothing listens any more."""
    service = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="0")
    assert service.stop(number) == 0
    assert service.output.endswith("Press Ctrl-C to stop.\nStopped.\n")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", service.port))


def test_without_demo_products_an_empty_database_stays_empty(start: Start, tmp_path: Path) -> None:
    """What an operator wants of a new installation."""
    service = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="0")
    assert service.get("/v1/de-DE/products").json["items"] == []
    assert "a product" not in service.output
    assert service.get("/health/ready").status == 200


def test_it_enters_itself_among_those_who_use_the_database(start: Start, tmp_path: Path) -> None:
    """So that nobody takes away the tables that it needs."""
    start(folder=tmp_path, OGROM_DEMO_PRODUCTS="0")
    query = "SELECT service, version, json_extract(serves, '$.knows') FROM schema_users"
    with closing(sqlite3.connect(tmp_path / ".ogrom" / "ogrom.sqlite3")) as database:
        expected = [("ogrom-api", f"sources {version('ogrom-sources')}", SERVES.knows)]
        assert wait_until(lambda: database.execute(query).fetchall() == expected, SECONDS)


def test_a_locale_is_a_market(start: Start, tmp_path: Path) -> None:
    """Those that are set are served, and no others."""
    service = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="0", OGROM_LOCALES="pl-PL,nl-NL")
    assert list(service.get("/").json["markets"]) == ["pl-PL", "nl-NL"]
    assert service.get("/v1/nl-NL/comments").status == 200
    assert service.get("/v1/de-DE/comments").json["locales"] == ["pl-PL", "nl-NL"]


def test_a_port_in_use_is_told_before_anything_is_done(run: Run, tmp_path: Path) -> None:
    """One line, which says what to do; no database is made."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("serve", "--port", str(port), folder=tmp_path)
    assert done.returncode == 1
    assert re.fullmatch(rf"ogrom: port {port} of 127.0.0.1 is in use; .*--port {port + 1}\n", done.stderr)
    assert not (tmp_path / ".ogrom").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_fill_that_was_interrupted_begins_anew(
    start: Start, environ: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    """Half a demo is never taken for a whole one."""
    with _filling(environ, tmp_path) as process:
        process.send_signal(number)
        try:
            _, errors = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
    assert process.returncode == 1
    assert "ogrom: demo: interrupted" in errors
    assert "Traceback" not in errors
    service = start(folder=tmp_path, OGROM_DEMO_PRODUCTS="40")
    assert 30 <= len(service.get("/v1/de-DE/products?limit=100").json["items"]) <= 40


def _filling(environ: dict[str, str], folder: Path) -> "subprocess.Popen[str]":
    """A process in the middle of its one transaction of some seconds."""
    process = subprocess.Popen(
        [Path(sys.executable).parent / "ogrom-api", "serve", "--migrate", "--port=0"],
        cwd=folder,
        env=environ | {"OGROM_DEMO_PRODUCTS": "20000"},
        # A shell lets what it starts in the background ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread yet
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up = threading.Timer(SECONDS, process.kill)
    give_up.start()
    assert process.stderr is not None
    assert any(line.startswith("Filling") for line in process.stderr)  # and so the tables are made
    while process.poll() is None and not _is_written(folder / ".ogrom" / "ogrom.sqlite3"):
        time.sleep(0.005)  # between two looks
    give_up.cancel()
    return process


def _is_written(file: Path) -> bool:
    """Whether somebody is in a transaction that writes."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False


def test_without_migrate_no_table_is_changed(start: Start, run: Run, tmp_path: Path) -> None:
    """It lives, and the log and health say what to run; after that it is ready by itself."""
    service = start(folder=tmp_path, OGROM_MIGRATE="0")
    missing = f"The database has no tables; this version needs {SERVES.needs}: run `ogrom-api migrate`."
    assert service.log == f"WARNING ogrom.run: not ready: {missing}\n"
    assert re.findall(r"http://127\.0\.0\.1:\d+(/\S*)", service.output) == ["/", "/docs", "/health/ready"]
    assert service.get("/health/live").status == 200
    ready = service.get("/health/ready")
    assert (ready.status, ready.json["state"], ready.json["detail"]) == (503, "failing", missing)
    assert run("migrate", folder=tmp_path).returncode == 0
    end = time.monotonic() + SECONDS
    while service.get("/health/ready").status != 200:
        assert time.monotonic() < end
    assert service.get("/v1/de-DE/comments").json["items"] == []
    assert service.stop() == 0


def test_older_and_newer_tables_are_served(start: Start, run: Run, tmp_path: Path) -> None:
    """Those that it needs are enough, so a deploy may expand them later; and a release can be taken back."""
    run("demo", "--products", "40", folder=tmp_path)
    engine = database_engine(f"sqlite:///{tmp_path}/.ogrom/ogrom.sqlite3")

    def put(revision: str) -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": revision})

    put(SERVES.needs)
    service = start(folder=tmp_path, OGROM_MIGRATE="0")
    assert service.get("/health/ready").json["revision"].startswith(SERVES.needs)
    put("9999")
    assert wait_until(lambda: service.get("/health/ready").json["revision"].startswith("9999"), SECONDS)
    assert service.get("/v1/de-DE/comments").json["items"]
    engine.dispose()
