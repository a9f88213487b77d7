"""The supervisor: the parent of the workers, which starts them, starts them again, and stops them."""

import gc
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .children import describe_exit, ended, fork, prepared
from .options import Options
from .restarts import MOST_AT_START, Restarts
from .scoreboard import SERVING, Scoreboard, ShutdownMode, State, WorkerSlot
from .signals import STOPPING, Signals

# What serves is a matter of the workers: in this process, which only waits, it would take memory for nothing.
if TYPE_CHECKING:
    from .worker import MakeApp

log = logging.getLogger("ogrom.server")

_TICK = 1.0
_SECONDS_TO_TELL = 2.0


class WorkersFailed(Exception):
    """Workers end again and again before they are ready."""


@dataclass
class _Seat:
    """A slot and who has it: a process, or nobody until a successor is due."""

    number: int
    process: int = 0
    began: float = 0.0
    due: float = 0.0
    aborted: float = 0.0
    restarts: Restarts = field(default_factory=Restarts)


class Supervisor:
    """Keeps as many workers as are wanted on one listening socket; owns the socket, the workers and their board.

    It has one thread and no connection, so that a fork is safe whenever a worker needs a successor.
    """

    def __init__(
        self,
        make_app: "MakeApp",
        listener: socket.socket,
        options: Options,
        signals: Signals,
        buried: Callable[[int], object],
    ) -> None:
        """Start nobody yet.

        Args:
            make_app: makes the application in each worker.
            listener: listens already.
            options: how many workers there are, and what each of them does.
            signals: tells of signals, and of what workers enter on the board.
            buried: told of each process that has ended.
        """
        self._make_app = make_app
        self._listener = listener
        self._options = options
        self._signals = signals
        self._buried = buried
        self._board = Scoreboard(options.processes)
        self._seats = [_Seat(number) for number in range(options.processes)]
        self._lifeline = os.pipe()
        self._code = 0
        self._failure = ""
        self._kill_at = float("inf")
        self._looked = time.monotonic()
        self._aborted = float("-inf")
        self._excused = 0.0

    def prepare(self, prepare: Callable[[], bytes], is_prepared: Callable[[bytes], object]) -> None:
        """Have the first worker prepare something, before it serves and before there are others.

        Args:
            prepare: what it does; it gives what the parent is to know, a few hundred bytes at most, and some.
            is_prepared: told that, before the worker goes on.

        Raises:
            SystemExit: it has failed and said why.
            KeyboardInterrupt: it was told to stop when it was prepared already.
        """
        gc.freeze()  # as in `run`
        seat, state = self._seats[0], State.WARMING
        with prepared(self._signals, prepare, lambda: self._work(seat.number, state)) as (process, found):
            is_prepared(found)
            seat.process, seat.began = process, time.monotonic()
            self._board.enter(seat.number, state)
            self._board.beat(seat.number)

    def run(self, announce: Callable[[], object]) -> int:
        """Serve until a signal says stop.

        Args:
            announce: is called once every worker answers.

        Returns:
            The exit code: 1 where a worker had to cut something, or did not end by itself.

        Raises:
            WorkersFailed: workers end again and again before they are ready.
        """
        gc.freeze()  # what is there now stays there: the collector need not touch, and so copy, the shared pages
        self._start_due(State.WARMING)
        is_announced = False
        while self._board.mode is ShutdownMode.SERVE or self._processes():
            for number in self._signals.wait(self._seconds_to_wait()):
                if number in STOPPING:
                    self._stop_by(number)
            self._bury()
            if self._board.mode is not ShutdownMode.SERVE:
                self._kill_late()
                continue
            self._end_hung()
            self._start_due(State.REPLACING)
            if not is_announced and set(self._board.states()) <= set(SERVING):
                is_announced = True
                announce()
        if self._failure:
            raise WorkersFailed(self._failure)
        return self._code

    def _processes(self) -> list[int]:
        return [seat.process for seat in self._seats if seat.process]

    def _seconds_to_wait(self) -> float:
        ends = [self._kill_at, time.monotonic() + _TICK]
        if self._board.mode is ShutdownMode.SERVE:
            ends += [seat.due for seat in self._seats if not seat.process]
        return max(0.0, min(ends) - time.monotonic())

    def _start_due(self, state: State) -> None:
        now = time.monotonic()
        for seat in self._seats:
            if not seat.process and seat.due <= now:
                self._board.enter(seat.number, state)
                self._board.beat(seat.number)
                seat.began, seat.aborted = now, 0.0
                seat.process = fork(lambda seat=seat: self._work(seat.number, state))  # type: ignore[misc]

    def _work(self, number: int, state: State) -> int:
        """Be a worker, in the child."""
        from .worker import work

        reading, writing = self._lifeline
        os.close(writing)
        slot = WorkerSlot(self._board, number)
        accepts = state is State.WARMING
        return work(
            self._make_app, self._listener, self._options, slot, self._signals, reading, accepts=accepts
        )

    def _bury(self) -> None:
        """Take note of the workers that have ended."""
        by_process = {seat.process: seat for seat in self._seats if seat.process}
        for process, code in ended():
            self._buried(process)
            seat = by_process.get(process)
            if seat is None:
                continue
            seat.process = 0
            state = self._board.state(seat.number)
            self._board.enter(seat.number, State.ABSENT)
            if self._board.mode is ShutdownMode.SERVE:
                self._replace(seat, process, describe_exit(code), was_ready=state in SERVING)
            elif code:
                self._code = 1

    def _replace(self, seat: _Seat, process: int, end: str, *, was_ready: bool) -> None:
        now = time.monotonic()
        delay = seat.restarts.ended(lived=now - seat.began, was_ready=was_ready)
        if seat.restarts.is_hopeless and State.READY not in self._board.states():
            self._failure = (
                f"{MOST_AT_START} workers in a row ended before they were ready, the last one with {end}; "
                "fix the errors above and start again"
            )
            self._stop(ShutdownMode.FINISH)
            return
        seat.due = now + delay
        log.warning(
            "worker %d (process %d) ended with %s; another one starts in %.1f s",
            seat.number,
            process,
            end,
            delay,
        )

    def _end_hung(self) -> None:
        """End a worker that has not given a sign of life for too long; one at a time, as the cause may be common."""
        now = time.monotonic()
        if now - self._looked > 2 * _TICK:
            self._excused = now  # it is we who did not run, and so perhaps nobody did
        self._looked = now
        for seat in self._seats:
            if seat.aborted and seat.process:
                if now > seat.aborted + _SECONDS_TO_TELL:
                    os.kill(seat.process, signal.SIGKILL)
                return
        if now < self._aborted + self._options.hang_seconds:
            return
        for seat in self._seats:
            silent = now - max(self._board.last_beat(seat.number), self._excused)
            is_serving = self._board.state(seat.number) in SERVING
            limit = self._options.hang_seconds if is_serving else self._options.start_seconds
            if seat.process and silent > limit:
                os.kill(seat.process, signal.SIGABRT)
                seat.aborted = self._aborted = now
                log.error(
                    "worker %d (process %d) has been hanging for %.0f s and is replaced; if it can, it prints "
                    "on stderr where it hangs",
                    seat.number,
                    seat.process,
                    silent,
                )
                return

    def _stop_by(self, number: int) -> None:
        """Stop in the way that a signal says, and at the second one at once."""
        if self._board.mode is not ShutdownMode.SERVE:
            self._stop(ShutdownMode.CUT)
        else:
            self._stop(ShutdownMode.DRAIN if number == signal.SIGTERM else ShutdownMode.FINISH)

    def _stop(self, mode: ShutdownMode) -> None:
        self._board.tell(mode)
        self._listener.close()
        for process in self._processes():
            os.kill(process, signal.SIGTERM)
        shutdown = self._options.shutdown
        delay = shutdown.delay if mode is ShutdownMode.DRAIN else 0.0
        drain = 0.0 if mode is ShutdownMode.CUT else shutdown.drain
        self._kill_at = time.monotonic() + delay + drain + shutdown.margin

    def _kill_late(self) -> None:
        """End whoever does not end by itself."""
        if time.monotonic() < self._kill_at:
            return
        late = self._processes()
        for process in late:
            os.kill(process, signal.SIGKILL)
        self._kill_at = float("inf")
        log.warning("killed %d processes that did not stop in time", len(late))
