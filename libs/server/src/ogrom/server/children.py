"""Children: processes forked from this one, before it has any thread or connection."""

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from .signals import STOPPING, Signals, held, hold, release

_MOST = 4096  # bytes that a pipe takes at once (PIPE_BUF)


def fork(work: Callable[[], int]) -> int:
    """Start a child.

    Args:
        work: what it does, with signals held back; it ends with the exit code that this gives. Where it raises
            SystemExit with a text, that is printed, as Python itself does.

    Returns:
        The child's process id.
    """
    _flush()
    with held():
        child = os.fork()
        if child == 0:
            _become(work)
    return child


@contextmanager
def prepared(
    signals: Signals, prepare: Callable[[], bytes], work: Callable[[], int]
) -> Iterator[tuple[int, bytes]]:
    """Start a child that first prepares something; it goes on to its work when the block has come to its end.

    Args:
        signals: tells of the child's end, and of what stops it.
        prepare: gives what the parent is to know of it, a few hundred bytes at most, and some.
        work: as `fork` takes it.

    Yields:
        The child's process id, and what it has found. Where the block raises, the child is killed.

    Raises:
        SystemExit: it has failed and said why.
        KeyboardInterrupt: it was told to stop when it was prepared already.
    """
    found_reading, found_writing = os.pipe()
    goes_reading, goes_writing = os.pipe()

    def child() -> int:
        os.close(goes_writing)
        os.close(found_reading)
        group = os.getpgid(0)
        # A terminal's Ctrl-C is for the parent, which hands it on once.
        os.setpgid(0, 0)
        for number in STOPPING:
            signal.signal(number, signal.default_int_handler)
        release()
        os.write(found_writing, prepare())
        os.close(found_writing)
        hold()
        Signals.leave()
        os.setpgid(0, group)
        signals.tell()
        os.read(goes_reading, 1)
        os.close(goes_reading)
        return work()

    process = fork(child)
    os.close(found_writing)
    os.close(goes_reading)
    try:
        yield process, _found(signals, process, found_reading)
    except BaseException:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        raise
    finally:
        os.close(found_reading)
        os.close(goes_writing)


def ended() -> Iterator[tuple[int, int]]:
    """The process ids and exit codes of all children that have ended; a negative code is a signal's number.

    They may be nobody's: the first process of a container inherits what others have left.
    """
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        yield child, os.waitstatus_to_exitcode(status)


def describe_exit(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:  # a real-time signal; they have no names
        return f"signal {-code}"


def _found(signals: Signals, process: int, reading: int) -> bytes:
    """What a child writes.

    Raises:
        SystemExit: it has ended and written nothing.
        KeyboardInterrupt: it has written that, but was told to stop.
    """
    is_stopped = False
    while not select.select([reading], [], [], 0.0)[0]:
        for number in signals.wait(None):
            if number in STOPPING:
                is_stopped = True
                os.kill(process, signal.SIGINT)
    found = os.read(reading, _MOST)
    if not found:
        raise SystemExit(1)
    if is_stopped:
        raise KeyboardInterrupt
    return found


def _become(work: Callable[[], int]) -> NoReturn:
    """Be the child to the end; what the parent had begun is the parent's to finish."""
    code = 1
    try:
        Signals.leave()
        code = work()
    except SystemExit as end:
        code = _said(end)
    except KeyboardInterrupt:
        sys.stderr.write("Aborted!\n")
    except BaseException:  # noqa: BLE001  # there is nobody above to see it
        traceback.print_exc()
    finally:
        _flush()
        os._exit(code)


def _said(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    sys.stderr.write(f"{end.code}\n")
    return 1


def _flush() -> None:
    """What is still in a buffer at a fork would be printed twice."""
    sys.stdout.flush()
    sys.stderr.flush()
