"""Work apart: done by a child, so that nothing of it stays in this process but what it found."""

import os
import signal
from collections.abc import Callable

from .children import ended, fork
from .news import STOPPING, News


def apart(news: News, work: Callable[[], bytes]) -> bytes:
    """Have a child do something, and wait for it.

    A driver's threads and connections would not survive a fork, though their locks would.

    Args:
        news: tells of the child's end, and of signals, which stop it.
        work: what it does; a few hundred bytes at most.

    Raises:
        SystemExit: it has failed and said why.
        KeyboardInterrupt: it was told to stop when it had done all already.
    """
    reading, writing = os.pipe()

    def child() -> int:
        # A terminal's Ctrl-C is for the parent, which hands it on once.
        os.setpgid(0, 0)
        for number in STOPPING:
            signal.signal(number, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOPPING, signal.SIGCHLD))
        os.write(writing, work())
        return 0

    process = fork(child)
    os.close(writing)
    code, stopped = _code(news, process)
    with os.fdopen(reading, "rb") as pipe:
        found = pipe.read()
    if code:
        raise SystemExit(1)
    if stopped:
        raise KeyboardInterrupt
    return found


def _code(news: News, process: int) -> tuple[int, bool]:
    """The exit code of a child, and whether it was told to stop."""
    stopped = False
    while True:
        for number in news.wait(None):
            if number in STOPPING:
                stopped = True
                os.kill(process, signal.SIGINT)
        for child, code in ended():
            if child == process:
                return code, stopped
