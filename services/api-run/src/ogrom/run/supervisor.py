"""The supervisor: the parent of the workers, which starts them, starts them again, and stops them."""

import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import ogrom.http.html  # noqa: F401  # otherwise every worker would import it for itself when it draws a page

from .children import ended, fork, said
from .failures import Failure
from .metrics_folder import forget_process
from .news import STOPPING, News
from .restarts import MOST_AT_START, Restarts
from .scoreboard import Order, Place, Scoreboard, State
from .settings import Settings
from .worker import work

log = logging.getLogger("ogrom.run")

# What a worker has to end beside what its own limits give it, in seconds.
_MARGIN = 2.0
_SERVING = (State.READY, State.FAILED, State.DRAINING)


@dataclass
class _Seat:
    """A place and who has it: a process, or nobody until a successor is due."""

    number: int
    process: int = 0
    began: float = 0.0
    due: float = 0.0
    restarts: Restarts = field(default_factory=Restarts)


class Supervisor:
    """Keeps as many workers as are wanted on one listening socket; owns the socket, the workers and their board.

    It has one thread and no connection, so that a fork is safe whenever a worker needs a successor.
    """

    def __init__(self, news: News, listener: socket.socket, settings: Settings) -> None:
        """Start nobody yet.

        Args:
            news: tells of signals, and of what workers find.
            listener: listens already.
            settings: say how many workers there are, and what each of them does.
        """
        self._news = news
        self._listener = listener
        self._settings = settings
        self._board = Scoreboard(settings.processes)
        self._seats = [_Seat(number) for number in range(settings.processes)]
        self._lifeline = os.pipe()
        self._code = 0
        self._failure = ""
        self._kill_at = float("inf")

    def run(self, announce: Callable[[], None]) -> int:
        """Serve until a signal says stop.

        Args:
            announce: is called once every worker answers.

        Returns:
            The exit code: 1 where a worker had to cut something, or did not end by itself.

        Raises:
            Failure: workers end again and again before they are ready.
        """
        gc.freeze()  # what is there now stays there: the collector need not touch, and so copy, the shared pages
        self._start_due(State.WARMING)
        is_announced = False
        while self._board.order is Order.SERVE or self._processes():
            for number in self._news.wait(self._seconds_to_wait()):
                if number in STOPPING:
                    self._stop_by(number)
            self._bury()
            if self._board.order is not Order.SERVE:
                self._kill_late()
                continue
            self._start_due(State.REPLACING)
            if not is_announced and set(self._board.states()) <= set(_SERVING):
                is_announced = True
                announce()
        if self._failure:
            raise Failure(self._failure)
        return self._code

    def _processes(self) -> list[int]:
        return [seat.process for seat in self._seats if seat.process]

    def _seconds_to_wait(self) -> float | None:
        ends = [self._kill_at]
        if self._board.order is Order.SERVE:
            ends += [seat.due for seat in self._seats if not seat.process]
        end = min(ends)
        return None if end == float("inf") else max(0.0, end - time.monotonic())

    def _start_due(self, state: State) -> None:
        now = time.monotonic()
        for seat in self._seats:
            if not seat.process and seat.due <= now:
                self._board.enter(seat.number, state)
                seat.began = now
                seat.process = fork(lambda seat=seat: self._work(seat.number, state))  # type: ignore[misc]

    def _work(self, number: int, state: State) -> int:
        """Be a worker, in the child."""
        reading, writing = self._lifeline
        os.close(writing)
        place = Place(self._board, number)
        accepts = state is State.WARMING
        return work(self._settings, self._listener, place, self._news, reading, accepts=accepts)

    def _bury(self) -> None:
        """Take note of the workers that have ended."""
        by_process = {seat.process: seat for seat in self._seats if seat.process}
        for process, code in ended():
            forget_process(process)
            seat = by_process.get(process)
            if seat is None:
                continue
            seat.process = 0
            state = self._board.state(seat.number)
            self._board.enter(seat.number, State.ABSENT)
            if self._board.order is Order.SERVE:
                self._replace(seat, process, said(code), was_ready=state in _SERVING)
            elif code:
                self._code = 1

    def _replace(self, seat: _Seat, process: int, end: str, *, was_ready: bool) -> None:
        now = time.monotonic()
        delay = seat.restarts.ended(lived=now - seat.began, was_ready=was_ready)
        if seat.restarts.is_hopeless and State.READY not in self._board.states():
            self._failure = (
                f"serve: {MOST_AT_START} processes in a row ended before they were ready, the last one by {end}; "
                "mend what they say above, and start again"
            )
            self._stop(Order.FINISH)
            return
        seat.due = now + delay
        log.warning(
            "worker %d (process %d) ended by %s; another one starts in %.1f s",
            seat.number,
            process,
            end,
            delay,
        )

    def _stop_by(self, number: int) -> None:
        """Stop in the way that a signal says, and at the second one at once."""
        if self._board.order is not Order.SERVE:
            self._stop(Order.CUT)
        else:
            self._stop(Order.DRAIN if number == signal.SIGTERM else Order.FINISH)

    def _stop(self, order: Order) -> None:
        self._board.tell(order)
        self._listener.close()
        for process in self._processes():
            os.kill(process, signal.SIGTERM)
        grace = self._settings.drain_grace if order is Order.DRAIN else 0.0
        drain = 0.0 if order is Order.CUT else self._settings.drain_timeout
        self._kill_at = time.monotonic() + grace + drain + _MARGIN

    def _kill_late(self) -> None:
        """End whoever does not end by itself."""
        if time.monotonic() < self._kill_at:
            return
        late = self._processes()
        log.warning("ended %d processes that did not stop", len(late))
        for process in late:
            os.kill(process, signal.SIGKILL)
        self._kill_at = float("inf")
