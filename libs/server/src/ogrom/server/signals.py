"""Signals and words of children as something to wait for, in a process without threads."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_HEARD = (*STOPPING, signal.SIGCHLD)


class Signals:
    """A pipe that Python tells of signals, and children of themselves; owns both ends and the handlers."""

    def __init__(self) -> None:
        """Hear signals from now on; none of them does anything by itself any more."""
        self._reading, self._writing = os.pipe()
        for end in (self._reading, self._writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in _HEARD:
            # A program that was told to ignore the end of its terminal goes on ignoring it.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _note)

    def wait(self, seconds: float | None) -> tuple[int, ...]:
        """Wait for some, or for some seconds; the numbers of the signals that came, 0 for a child's word."""
        select.select([self._reading], [], [], seconds)
        try:
            return tuple(os.read(self._reading, 4096))
        except BlockingIOError:
            return ()

    def tell(self) -> None:
        """Wake the parent, in a child; there may be no parent any more, or more words than it reads."""
        try:
            os.write(self._writing, b"\0")
        except OSError:
            return

    @staticmethod
    def leave() -> None:
        """Hear nothing any more, in a child: every signal does what it does by default."""
        signal.set_wakeup_fd(-1)
        for number in _HEARD:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def held() -> Iterator[None]:
    """Let signals wait while the block runs, so that none meets a process that is half made."""
    hold()
    try:
        yield
    finally:
        release()


def hold() -> None:
    """Let them wait."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)


def release() -> None:
    """Let them through."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)


def _note(*_: object) -> None:
    """The pipe has it."""
