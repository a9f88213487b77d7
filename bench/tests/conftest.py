"""A server with a known latency, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.peers import Peer
from bench.peers.peer import Group

_PROGRAM = Path(__file__).with_name("stub_server.py")


@pytest.fixture(scope="session")
def peer() -> Callable[..., Peer]:
    """Makes a contender for tables and charts, which is never started."""

    def make(name: str, title: str = "", group: Group = "fair") -> Peer:
        def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
            raise NotImplementedError

        return Peer(name, title or name.title(), group, "It does not.", command)

    return make


@pytest.fixture
def stub() -> Iterator[Callable[[float], str]]:
    """Starts a server that takes so many seconds for each response, and gives its URL."""
    with ExitStack() as stack:

        def start(seconds: float) -> str:
            command = (sys.executable, str(_PROGRAM), str(seconds))
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(process.terminate)
            assert process.stdout is not None
            return f"http://127.0.0.1:{int(process.stdout.readline())}"

        yield start


@pytest.fixture
def asked() -> Callable[[str], tuple[int, int]]:
    """How many requests a server of `stub` has received, and the most at a time."""

    def asked(url: str) -> tuple[int, int]:
        with closing(HTTPConnection(urlsplit(url).netloc, timeout=60)) as connection:
            connection.request("GET", "/asked")
            number, most = json.load(connection.getresponse())
        return number, most

    return asked
