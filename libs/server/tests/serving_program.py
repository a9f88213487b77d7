"""Serves requests that can be held up, are large, or end the process; it says what happens.

Its argument is JSON: an address, a folder, and how it is served. A file in the folder, while it is there, has this
effect:

* `cold`: no warm-up comes to its end.
* `fatal`: a worker ends before it serves.
* `broken`: a lifespan cannot begin.
* `held`: `/held` is not answered.
* `unprepared`: the first worker does not come to the end of what it prepares, if it does.
* `impossible`: it fails in that.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ogrom.server import Hosted, Lane, Limits, Options, Shutdown, Worker, serve

LARGE = 20_000_000
NO_DEADLINE = Limits(patience=3600.0)

said = json.loads(sys.argv[1])
folder = Path(said["folder"])


def say(what: str) -> None:
    """Write a line at once and in one piece, as other threads and processes may write, too."""
    os.write(1, f"{what}\n".encode())


def make_app(worker: Worker) -> Hosted:
    if (folder / "fatal").exists():
        os._exit(7)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        content = answer(environ["PATH_INFO"], worker)
        start_response("200 OK", [])
        return [content]

    return Hosted(application, warm_up=warm_up, lifespan=lifespan())


def answer(path: str, worker: Worker) -> bytes:
    match path:
        case "/slow":
            time.sleep(0.02)  # the slowness itself
        case "/held":
            hold(worker)
        case "/large":
            return b"x" * LARGE
        case "/orphan":  # whose parent, a shell, ends at once
            subprocess.run(["sh", "-c", "sleep 0 &"], check=True)
        case "/die":
            os._exit(7)
        case "/hang":
            ctypes.PyDLL(None).sleep(1000)  # with the GIL held
    return f"{os.getpid()} {worker.number} {' '.join(each.name for each in worker.states())}".encode()


def hold(worker: Worker) -> None:
    """Take as long as the file is there, and say what the worker does meanwhile."""
    last = None
    while (folder / "held").exists():
        state = worker.states()[worker.number]
        if state is not last:
            say(f"held, {state.name}")
        last = state
        time.sleep(0.01)  # between two looks


def warm_up() -> bool:
    say(f"process {os.getpid()} warms up")
    while (folder / "cold").exists():
        time.sleep(0.01)  # between two looks
    return True


def prepare() -> bytes:
    say("prepares")
    while (folder / "unprepared").exists():
        time.sleep(0.01)  # between two looks
    if (folder / "impossible").exists():
        raise SystemExit("it cannot be")
    return str(os.getpid()).encode()


@contextmanager
def lifespan() -> Iterator[None]:
    if (folder / "broken").exists():
        raise LookupError("no database")
    yield


def main() -> int:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup would have it ignored
    options = Options(
        lanes=(Lane("application", said["threads"], queue=64),),
        shutdown=Shutdown(**said["shutdown"]),
        limits=NO_DEADLINE,
        **said["options"],
    )
    return serve(
        make_app,
        said["listen"],
        options,
        prepare=prepare if said["prepares"] else None,
        prepared=lambda found: say(f"prepared by {found.decode()}"),
        announce=lambda address: say(f"at {address}"),
    )


if __name__ == "__main__":
    sys.exit(main())
