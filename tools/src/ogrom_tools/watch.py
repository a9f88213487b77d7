"""Runs a server from the work tree, and starts it again when a file is saved.

`python -m ogrom_tools.watch FOLDER ... -- PROGRAM ARGUMENT ...`
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import watch

COMPILED = str(Path(sys.prefix).with_name("pycache"))
"""Where the server's compiled modules are kept, each at the path of its source."""

CUT_SECONDS = 0.05
"""What the old server has to end: who saved a file waits for the new one."""

DRAIN_SECONDS = 10.0
"""What it has when somebody stops us; it has a limit of its own."""


@dataclass
class Server:
    """A server, started anew as often as asked; owns its process."""

    command: Sequence[str]
    process: "subprocess.Popen[bytes]" = field(init=False)

    def start(self) -> None:
        """Start it, in a process group of its own: Ctrl-C in a terminal then reaches us only, and we stop it."""
        self.process = subprocess.Popen(self.command, env=_environment(), process_group=0)

    @property
    def code(self) -> int | None:
        """What it ended with; None while it runs."""
        return self.process.poll()

    def stop(self, patience: float) -> int:
        """Stop it, and end it after some seconds whatever it still does; the exit code. Its port is free then."""
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # with its workers, who may have the port
            return self.process.wait()


def serve(server: Server, folders: Sequence[Path], stopped: threading.Event) -> int:
    """Run a server until told to stop, from the newest code.

    What does not even start ends at once. Later, code that does not run is waited for: somebody is writing it.

    Args:
        server: to run.
        folders: the files on which it depends.
        stopped: when to stop.

    Returns:
        The server's exit code.
    """
    server.start()
    try:
        return _follow(server, folders, stopped)
    finally:
        server.stop(DRAIN_SECONDS)


def _follow(server: Server, folders: Sequence[Path], stopped: threading.Event) -> int:
    restarts = complaints = 0
    for changed in watch(*folders, stop_event=stopped, debounce=500, rust_timeout=200, yield_on_timeout=True):
        if changed:
            paths = sorted(path for _, path in changed)
            _say(f"{_shown(paths)} saved, starting again")
            server.stop(CUT_SECONDS)
            _forget(paths)
            server.start()
            restarts += 1
        elif server.code is not None and not restarts:
            return server.code
        elif server.code is not None and complaints < restarts:
            _say("waiting for the next saved file; Ctrl-C stops")
            complaints = restarts
    return server.stop(DRAIN_SECONDS)


def main(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C or SIGTERM, and at the second one without patience; the server's exit code."""
    mark = arguments.index("--")
    server, stopped = Server(arguments[mark + 1 :]), threading.Event()

    def stop(*_: object) -> None:
        if stopped.is_set():
            server.process.terminate()
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return serve(server, [Path(each) for each in arguments[:mark]], stopped)


def _environment() -> dict[str, str]:
    """Ours, with modules kept compiled, beside no source: half the time of a start is compiling them."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": COMPILED}


def _forget(paths: Sequence[str]) -> None:
    """Drop what is compiled of these files: Python takes two saves in one second, of the same size, for one."""
    for path in paths:
        Path(COMPILED + str(Path(path).with_suffix(f".{sys.implementation.cache_tag}.pyc"))).unlink(
            missing_ok=True
        )


def _shown(paths: Sequence[str]) -> str:
    first = os.path.relpath(paths[0])
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"


def _say(text: str) -> None:
    print(f"watch: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
