"""Serving: from an application and an address to processes that answer."""

import importlib
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .listening import BACKLOG, bound
from .options import Options
from .signals import Signals
from .supervisor import Supervisor

if TYPE_CHECKING:
    from .worker import MakeApp


def serve(
    make_app: "MakeApp",
    listen: str | socket.socket,
    options: Options | None = None,
    *,
    imports: Sequence[str] = (),
    prepare: Callable[[], bytes] | None = None,
    prepared: Callable[[bytes], object] = lambda _: None,
    announce: Callable[[str], object] = lambda _: None,
    buried: Callable[[int], object] = lambda _: None,
    signals: Signals | None = None,
) -> int:
    """Serve an application until a signal says stop: SIGTERM after the shutdown delay, SIGINT and SIGHUP soon.

    To be called in a process that has one thread. A second signal stops it at once, whatever is unfinished.

    Args:
        make_app: makes the application; called once in each worker.
        listen: `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/app.sock`, `fd:3`, or a bound socket.
        options: how it is run.
        imports: modules that are imported once, before there are workers, which share them.
        prepare: done once, by the first worker, before anybody listens: what it has imported for that, it has. It gives
            what `prepared` is told in this process: a few hundred bytes at most, and some.
        prepared: told that before the address is listened on.
        announce: told the address once every worker answers.
        buried: told the process id of each worker that has ended.
        signals: if the caller hears signals already.

    Returns:
        The exit code: 1 where requests were cut.

    Raises:
        SystemExit: what was to be prepared has failed, and said why.
        KeyboardInterrupt: a signal came meanwhile.
        OSError: the address is not to be had.
        ValueError: it is none.
        WorkersFailed: workers end again and again before they are ready.
    """
    listener = listen if isinstance(listen, socket.socket) else bound(listen)
    for each in imports:
        importlib.import_module(each)
    supervisor = Supervisor(make_app, listener, options or Options(), signals or Signals(), buried)
    if prepare is not None:
        supervisor.prepare(prepare, prepared)
    listener.listen(BACKLOG)
    return supervisor.run(lambda: announce(address_of(listener)))


def address_of(listener: socket.socket) -> str:
    """The address of a bound socket, as `serve` takes it."""
    name: Any = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
