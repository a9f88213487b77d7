"""Runs a server from the work tree, and starts it again when a file is saved.

`python -m ogrom_tools.watch FOLDER ... -- PROGRAM ARGUMENT ...`
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import watch

DRAIN_SECONDS = 0.2
"""What a running request has to end before it is cut: who saved a file waits for the new code."""

STOP_SECONDS = 5.0


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

    def stop(self) -> int:
        """Stop it, with little patience; the exit code. Its port is free then."""
        for patience in (DRAIN_SECONDS, STOP_SECONDS):
            with suppress(subprocess.TimeoutExpired):
                self.process.terminate()  # the second one cuts what still runs
                return self.process.wait(patience)
        self.process.kill()
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
    restarts = complaints = 0
    changes = watch(*folders, stop_event=stopped, debounce=500, rust_timeout=200, yield_on_timeout=True)
    for changed in changes:
        if changed:
            _say(f"{_shown(changed)} saved, starting again")
            server.stop()
            server.start()
            restarts += 1
        elif server.code is not None and not restarts:
            return server.code
        elif server.code is not None and complaints < restarts:
            _say("waiting for the next saved file; Ctrl-C stops")
            complaints = restarts
    return server.stop()


def main(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C or SIGTERM; the server's exit code."""
    mark = arguments.index("--")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return serve(Server(arguments[mark + 1 :]), [Path(each) for each in arguments[:mark]], stopped)


def _environment() -> dict[str, str]:
    """Ours, with modules kept compiled, beside no source: half the time of a start is compiling them."""
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(sys.prefix).with_name("pycache"))}
    return {**os.environ, **compiled}


def _shown(changed: set[tuple[object, str]]) -> str:
    names = sorted(os.path.relpath(path) for _, path in changed)
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _say(text: str) -> None:
    print(f"watch: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
