"""Versions that behave badly: a module that Python imports at their start."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

from ogrom_rehearsal import fault_injection

# An application, served as a version is, that is asked for each path that comes in. Its sleeps are written down and not
# slept.
SERVED = """
import http.client, json, sys, threading, time

slept = []
time.sleep = slept.append

def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"] if "rehearsal" not in environ["QUERY_STRING"] else [b"no"]

def ask(port):
    for path in json.load(sys.stdin):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        slept.clear()
        connection.request("GET", path)
        response = connection.getresponse()
        content = response.read()
        print(json.dumps([response.status, len(content), sum(slept), content[:2].decode()]), flush=True)
"""
SERVERS = {
    "ours": """
from ogrom.server.testing import running
with running(app) as port:
    ask(port)
""",
    # Which served the versions before there was ours.
    "waitress": """
from waitress.server import create_server
server = create_server(app, host="127.0.0.1", port=0)
threading.Thread(target=server.run, daemon=True).start()
ask(server.effective_port)
""",
}
Served = Callable[..., list[tuple[int, int, float, str]]]


@pytest.fixture(params=list(SERVERS))
def served(request: pytest.FixtureRequest) -> Served:
    """Gives status, size, seconds slept and the first two characters of what is answered, for each path."""

    def served(settings: Mapping[str, str], *paths: str) -> list[tuple[int, int, float, str]]:
        done = subprocess.run(
            (sys.executable, "-c", SERVED + SERVERS[request.param]),
            env=os.environ | settings,
            input=json.dumps(paths),
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return [tuple(json.loads(line)) for line in done.stdout.splitlines()]

    return served


def test_a_slow_version_is_slow_but_for_its_health(served: Served) -> None:
    """So that only clients see it."""
    fast, slow = served(fault_injection.slow(0.3), "/health/ready", "/")
    assert (fast[2], slow[2]) == (0.0, 0.3)
    assert (fast[0], slow[0], slow[3]) == (200, 200, "ok")


def test_a_request_may_ask_for_its_delay(served: Served) -> None:
    """The application does not see that it did, and other requests are as fast as ever."""
    slow, fast = served(fault_injection.delayed_on_request(), "/?rehearsal-delay=0.3&a=1", "/?a=1")
    assert (fast[2], slow[2]) == (0.0, 0.3)
    assert (slow[3], fast[3]) == ("ok", "ok")


def test_downloads_have_the_size_that_they_announce(served: Served) -> None:
    """In parts, with pauses between them."""
    ((status, size, seconds, _),) = served(fault_injection.downloads(3), "/rehearsal/download")
    assert (status, size) == (200, 3 * fault_injection.PART_BYTES)
    assert seconds >= 0.2


@pytest.mark.parametrize(("share", "status"), [(1.0, 500), (0.0, 200)])
def test_a_failing_version_fails_as_often_as_asked_for(served: Served, share: float, status: int) -> None:
    """Its health is well."""
    answers = served(fault_injection.failing(share), "/", "/health/ready")
    assert [each[0] for each in answers] == [status, 200]


CHANGING = """
from types import SimpleNamespace
from ogrom.sources.schema.backfill import put_place
from ogrom.sources.schema.change import Step
told = lambda *_: print("done", flush=True)
connection = SimpleNamespace(exec_driver_sql=told, execute=told)
for _ in range(2):
    Step("a step", lambda _: False).run(connection)
for _ in range(2):
    put_place(connection, SimpleNamespace(name="0009_a_test"), "[]")
"""
"""Two steps of a change, and two batches of a backfill."""


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_change_of_the_database_dies_after_so_many_steps(steps: int) -> None:
    """Each is done, and nothing after it; a batch of a backfill counts as one."""
    done = subprocess.run(
        (sys.executable, "-c", CHANGING),
        env=os.environ | fault_injection.killed_after(steps),
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout.split()) == (-signal.SIGKILL, ["done"] * steps)
