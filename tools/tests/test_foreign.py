"""An application that knows nothing of ours, served by ogrom-server from wheels alone."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from select import select
from urllib.request import urlopen

import pytest

from ogrom_tools.command import run, uv
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.requirements import pins
from ogrom_tools.test.wheels import build_one

pytestmark = pytest.mark.slow
SECONDS = 60.0

ALONE = """
import sys
from importlib.util import find_spec
import ogrom.server, ogrom.server.testing
assert not any(map(find_spec, ("flask", "werkzeug", "sqlalchemy", "click", "ogrom.http", "ogrom.protocols")))
print(sorted(name for name in sys.modules if name.startswith("waitress"))[0])
"""

FOREIGN = """
import sys
import time
import flask
from ogrom.server import serve

app = flask.Flask("foreign")

@app.get("/")
def hello():
    print("asked", flush=True)
    return "hello"

@app.get("/health")
def health():
    return "well"

@app.get("/slow")
def slow():
    print("slow", flush=True)
    time.sleep(2)
    return "at last"

if __name__ == "__main__":
    sys.exit(serve(lambda worker: app, "127.0.0.1:0", announce=lambda address: print(address, flush=True)))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an environment with our wheel and what that requires."""
    folder = tmp_path_factory.mktemp("foreign")
    wheel = build_one(discover(ROOT)["server"], folder / "wheel")
    uv("venv", str(folder / "venv"))
    found = folder / "venv" / "bin" / "python"
    uv("pip", "install", f"--python={found}", str(wheel))
    return found


def test_it_needs_nothing_of_ours_and_no_framework(python: Path) -> None:
    """As whoever installs it finds it."""
    assert run(str(python), "-I", "-c", ALONE) == "waitress\n"


@pytest.fixture
def served(python: Path) -> Iterator["subprocess.Popen[str]"]:
    """Plain Flask, which said where it listens."""
    uv("pip", "install", f"--python={python}", f"--constraints={pins(ROOT, 'test')}", "flask")
    with subprocess.Popen([python, "-I", "-c", FOREIGN], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_it_is_served_and_sees_nothing_that_is_refused(served: "subprocess.Popen[str]") -> None:
    """Flask alone would answer a smuggling attempt with 200."""
    assert served.stdout
    host, _, port = served.stdout.readline().strip().rpartition(":")
    with urlopen(f"http://{host}:{port}/") as response:
        assert (response.status, response.read()) == (200, b"hello")
    assert served.stdout.readline() == "asked\n"
    smuggling = (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), SECONDS) as sock, sock.makefile("rb") as file:
        sock.sendall(smuggling + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        said = file.read()
    assert said.startswith(b"HTTP/1.1 400 ")
    assert said.count(b"\r\nDate: ") == 1
    assert b"\r\nContent-Type: text/plain" in said
    served.terminate()
    assert served.wait(SECONDS) == 0
    assert served.stdout.read() == ""  # it was not asked


def test_a_view_that_sleeps_keeps_nobody_waiting(served: "subprocess.Popen[str]") -> None:
    """It takes no Waiter, so it runs on threads, and may block."""
    assert served.stdout
    host, _, port = served.stdout.readline().strip().rpartition(":")
    with socket.create_connection((host, int(port)), SECONDS) as slow:
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert served.stdout.readline() == "slow\n"
        for path, content in (("/", b"hello"), ("/health", b"well")):
            with urlopen(f"http://{host}:{port}{path}") as response:
                assert response.read() == content
        assert select([slow], [], [], 0)[0] == [], "it was over before the others were answered"
        with slow.makefile("rb") as file:
            assert file.read().endswith(b"at last")
    served.terminate()
    assert served.wait(SECONDS) == 0
