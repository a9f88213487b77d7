"""Children: processes forked from this one, before it has any thread or connection."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import NoReturn

from .signals import STOPPING, Signals, held, release


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


def in_child(signals: Signals, work: Callable[[], bytes]) -> bytes:
    """Have a child do something, and wait for it.

    A driver's threads and connections would not survive a fork, though their locks would.

    Args:
        signals: tells of the child's end, and of what stops it.
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
        release()
        os.write(writing, work())
        return 0

    process = fork(child)
    os.close(writing)
    code, is_stopped = _code(signals, process)
    with os.fdopen(reading, "rb") as pipe:
        found = pipe.read()
    if code:
        raise SystemExit(1)
    if is_stopped:
        raise KeyboardInterrupt
    return found


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


def _code(signals: Signals, process: int) -> tuple[int, bool]:
    """The exit code of a child, and whether it was told to stop."""
    is_stopped = False
    while True:
        for number in signals.wait(None):
            if number in STOPPING:
                is_stopped = True
                os.kill(process, signal.SIGINT)
        for child, code in ended():
            if child == process:
                return code, is_stopped


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
