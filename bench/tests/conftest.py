"""A server whose every response takes a known while, in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.peers import Peer
from bench.peers.peer import Group

_PROGRAM = Path(__file__).with_name("stub_server.py")


@pytest.fixture(scope="session")
def peer() -> Callable[..., Peer]:
    """Makes a contender that is only shown, never started."""

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
