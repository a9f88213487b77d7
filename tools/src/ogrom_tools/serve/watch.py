"""Runs a server from the work tree, and restarts it when a file is saved.

`python -m ogrom_tools.serve.watch FOLDER ... -- PROGRAM ARGUMENT ...`
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
"""Where the server's bytecode is kept, each module at the path of its source."""

CUT_SECONDS = 0.05
"""How long the old server may take to stop after a save: somebody is waiting for the new one."""

DRAIN_SECONDS = 10.0
"""How long it may take when we are stopped; it has a limit of its own."""


@dataclass
class Server:
    """A server that can be restarted; owns its process."""

    command: Sequence[str]
    process: "subprocess.Popen[bytes]" = field(init=False)

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C in a terminal reaches us only, and we stop it."""
        self.process = subprocess.Popen(self.command, env=_environment(), process_group=0)

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.process.poll()

    def stop(self, patience: float) -> int:
        """Stop it, kill it after some seconds, and return its exit code; its port is free then."""
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # with its workers, which may hold the port
            return self.process.wait()


def serve(server: Server, folders: Sequence[Path], stopped: threading.Event) -> int:
    """Run a server from the newest code until told to stop.

    If it does not start at all, this ends at once. If it fails after a restart, somebody is editing its code, so this
    waits for the next save.

    Args:
        server: to run.
        folders: the code that it depends on.
        stopped: set to stop.

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
            _say(f"{_shown(paths)} saved, restarting")
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
    """Serve until Ctrl-C or SIGTERM, stop at once at the second one, and return the server's exit code."""
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
    """Ours, with bytecode kept apart from the source: compiling is half the time of a start."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": COMPILED}


def _forget(paths: Sequence[str]) -> None:
    """Delete the bytecode of these files: Python cannot tell two saves of the same size within one second apart."""
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
