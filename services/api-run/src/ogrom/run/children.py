"""Children: processes forked from this one, before it has any thread or connection."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import NoReturn

import click

from .news import News, held


def fork(work: Callable[[], int]) -> int:
    """Start a child.

    Args:
        work: what it does, with signals held back; it ends with the exit code that this gives.

    Returns:
        The child's process id.
    """
    _flush()
    with held():
        child = os.fork()
        if child == 0:
            _become(work)
    return child


def _become(work: Callable[[], int]) -> NoReturn:
    """Be the child to the end; what the parent had begun is the parent's to finish."""
    code = 1
    try:
        News.leave()
        code = work()
    except click.ClickException as failure:
        failure.show()
    except KeyboardInterrupt:
        click.echo("Aborted!", err=True)
    except BaseException:  # noqa: BLE001  # there is nobody above to see it
        traceback.print_exc()
    finally:
        _flush()
        os._exit(code)


def _flush() -> None:
    """What is still in a buffer at a fork would be printed twice."""
    sys.stdout.flush()
    sys.stderr.flush()


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


def said(code: int) -> str:
    """An exit code in words."""
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
