"""A worker: one of the processes that serve, from its fork to its end."""

import ctypes
import faulthandler
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeAlias

from .greenlets import Greenlets
from .loop import LoopState, Server
from .options import Options
from .refusal import plainly
from .response import Application, Environ, TellRefusal
from .scoreboard import Scoreboard, ShutdownMode, State, WorkerSlot
from .signals import Signals, held, release

log = logging.getLogger("ogrom.server")

_SECONDS_BETWEEN_TRIES = 0.5

# So long the loop waits for the interpreter's lock where a thread computes, a tenth of Python's own: all others wait
# with it. Half of the reads by id in a mixed load took 63 ms, and take 29 (docs/decisions/one-loop.md).
_SWITCH_SECONDS = 0.0005

# Who signals all processes may come to a worker before its parent, which then tells what it means.
_SECONDS_TO_TELL = 0.2


@dataclass(frozen=True)
class Hosted:
    """An application, and what the server needs to know of it.

    Attributes:
        application: a WSGI application.
        refuse: tells of what the server refuses: fields and content, by the refusal and the request's environment,
            which has no more than REMOTE_ADDR where its header could not be read. It must be quick: the loop waits.
        content_limit: how many bytes of content a request may have, by its environment, asked before any is read, and
            quick. Where the header tells that there are more, or that there is any and it may have none, the
            application answers without it. None for `Limits.content_bytes`, beyond which the server refuses.
        warm_up: makes ready what the first requests would wait for, in a thread of its own; False asks for another try.
        lifespan: entered before the first request, and left after the last one.
    """

    application: Application
    refuse: TellRefusal = plainly
    content_limit: Callable[[Environ], int] | None = None
    warm_up: Callable[[], bool] | None = None
    lifespan: AbstractContextManager[object] = field(default_factory=nullcontext)


@dataclass
class Worker:
    """What an application is told of the process that serves it, and of the others.

    Attributes:
        number: of this one, from 0.
    """

    _slot: WorkerSlot
    _may_loop: bool = False
    _waiter: Greenlets = field(default_factory=Greenlets)
    _is_taken: bool = False
    _server: Server | None = None

    @classmethod
    def alone(cls) -> Self:
        """One that is ready and has no others: for an application that nothing of this library serves, as in tests."""
        slot = WorkerSlot(Scoreboard(1), 0)
        slot.enter(State.READY)
        return cls(slot)

    @property
    def number(self) -> int:
        """Which of all workers this is, from 0; who takes its place has the same."""
        return self._slot.number

    @property
    def state(self) -> State:
        """What this worker does; told to stop, it drains, whether it has noticed or not."""
        return self._slot.state

    def states(self) -> tuple[State, ...]:
        """What all workers do."""
        return self._slot.board.states()

    def queue(self) -> tuple[int, int]:
        """How many requests wait for a thread of the last lane, and how many of those threads are busy."""
        return (0, 0) if self._server is None else self._server.queue()

    def loop(self) -> LoopState:
        """What the loop does for the requests that begin on it."""
        return LoopState() if self._server is None else self._server.loop()

    def waiter(self) -> Greenlets:
        """What the application waits by. Who takes it runs on the loop: whatever blocks must go through it.

        Where `Options.loop` is off, threads answer all requests, and whoever waits by it blocks its own.
        """
        self._is_taken = True
        return self._waiter

    @property
    def greenlets(self) -> Greenlets | None:
        """What requests run in; None where threads answer all of them."""
        return self._waiter if self._is_taken and self._may_loop else None

    def served_by(self, server: Server) -> None:
        """Tell of this server from now on."""
        self._server = server


MakeApp: TypeAlias = Callable[[Worker], Application | Hosted]
"""Makes the application; called once in each worker."""


def work(
    make_app: MakeApp,
    listener: socket.socket,
    options: Options,
    slot: WorkerSlot,
    signals: Signals,
    lifeline: int,
    *,
    accepts: bool,
) -> int:
    """Serve until told to stop; called in a child, with signals held back.

    Args:
        make_app: makes the application.
        listener: the parent's, bound and listening.
        options: the parent's.
        slot: this worker's.
        signals: tells the parent of what is entered there.
        lifeline: the reading end of a pipe that ends with the parent.
        accepts: whether connections are accepted before the process is warm; else they are after `start_seconds`.

    Returns:
        The exit code: 1 where something was cut.
    """
    faulthandler.enable()  # SIGABRT then shows what a worker hangs in
    with suppress(OSError):  # where memory is short a worker goes, and not the parent
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    slot.beat()
    worker = Worker(slot, options.loop)
    made = make_app(worker)
    hosted = made if isinstance(made, Hosted) else Hosted(made)
    gc.freeze()  # the application stays, and the collector need not look through it again and again
    server = Server(
        hosted.application,
        listener,
        options.limits,
        options.lanes,
        refuse=hosted.refuse,
        content_limit=hosted.content_limit,
        proxies=options.proxies,
        greenlets=worker.greenlets,
        processes=options.processes,
        drain_seconds=options.shutdown.drain,
        lifeline=lifeline,
        accepts_after=0.0 if accepts else options.start_seconds,
        beat=slot.beat,
    )
    worker.served_by(server)
    if worker.greenlets is not None:
        sys.setswitchinterval(_SWITCH_SECONDS)
    # A terminal sends these to all of its processes. What they mean is the parent's to say.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _stop(server, slot, options.shutdown.delay))
    beginning = _Beginning(hosted.warm_up, server, slot, signals)
    release()
    with hosted.lifespan:
        with held():  # a thread inherits that, and signals are for the main thread
            threading.Thread(target=beginning.run, name="ogrom-server-warm-up", daemon=True).start()
        cut = server.run()
    return 1 if cut else 0


def _stop(server: Server, slot: WorkerSlot, delay: float) -> None:
    """Do what the parent wants; where it has said nothing, this worker alone is to stop, or the word is on its way."""
    mode = slot.board.mode
    slot.enter(State.DRAINING)
    if mode is ShutdownMode.CUT:
        server.cut()
        return
    if mode is ShutdownMode.FINISH:
        delay = 0.0
    elif mode is ShutdownMode.SERVE:
        delay = max(delay, _SECONDS_TO_TELL)
    server.stop(delay=delay, closes_port=lambda: slot.board.mode is not ShutdownMode.SERVE)


@dataclass(frozen=True)
class _Beginning:
    """What a worker does beside answering until it is ready."""

    warm_up: Callable[[], bool] | None
    server: Server
    slot: WorkerSlot
    signals: Signals

    def run(self) -> None:
        try:
            while self.warm_up is not None and not self.warm_up():
                # Nobody else could do better, so it need not keep out of the way.
                self._enter(State.FAILED)
                threading.Event().wait(_SECONDS_BETWEEN_TRIES)
        except Exception:
            log.exception("the warm-up failed; the first requests will be slower")
        _give_back()
        self._enter(State.READY)

    def _enter(self, state: State) -> None:
        if self.slot.state is not State.DRAINING:
            self.slot.enter(state)
        self.server.accept()
        self.signals.tell()


def _give_back() -> None:
    """Give the system back what the beginning has used and freed; malloc would keep it for later."""
    with suppress(AttributeError):  # glibc has it, others do not
        ctypes.CDLL(None).malloc_trim(0)
