"""Ctrl-C that is noted, and looked at where stopping leaves things whole."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def noted_interrupts() -> Iterator[Callable[[], None]]:
    """Note Ctrl-C while the block runs; it gets a function that raises KeyboardInterrupt if there was one.

    Python raises KeyboardInterrupt out of whatever line is running, which may be one of a finalizer or a callback,
    whose errors nobody sees: then it is lost. What was only noted cannot be; and it is raised at the end of the
    block at the latest. A second Ctrl-C does what it would have done without us, for whoever cannot wait.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        # Only the main thread hears signals; and a process may have been told to ignore this one.
        yield lambda: None
        return
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        noted = True
        signal.signal(signal.SIGINT, before)

    def look() -> None:
        if noted:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield look
    finally:
        signal.signal(signal.SIGINT, before)
    look()
