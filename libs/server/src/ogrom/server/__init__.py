"""Serves any WSGI application in production: strict HTTP/1.1 on Waitress, lanes, processes, drain.

```
from ogrom.server import serve

serve(lambda worker: application, "127.0.0.1:8080")
```
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .lanes import Lane, is_read, paths
from .limits import Limits
from .listening import bound
from .options import Options, Shutdown
from .proxies import Proxies, is_within
from .refusal import Refusal, RefusalType, plainly
from .scoreboard import State
from .serving import address_of, serve
from .signals import Signals
from .supervisor import WorkersFailed

if TYPE_CHECKING:
    from .environ import ARRIVED, Withheld
    from .greenlets import Refused
    from .loop import LoopState
    from .response import Application, ClientLeft, Environ, Fields
    from .worker import Hosted, MakeApp, Worker

__all__ = [
    "ARRIVED",
    "Application",
    "ClientLeft",
    "Environ",
    "Fields",
    "Hosted",
    "Lane",
    "Limits",
    "LoopState",
    "MakeApp",
    "Options",
    "Proxies",
    "Refusal",
    "RefusalType",
    "Refused",
    "Shutdown",
    "Signals",
    "State",
    "Withheld",
    "Worker",
    "WorkersFailed",
    "address_of",
    "bound",
    "is_read",
    "is_within",
    "paths",
    "plainly",
    "serve",
]

_OF_WORKERS = {
    "ARRIVED": "environ",
    "Application": "response",
    "ClientLeft": "response",
    "Environ": "response",
    "Fields": "response",
    "Hosted": "worker",
    "LoopState": "loop",
    "MakeApp": "worker",
    "Refused": "greenlets",
    "Withheld": "environ",
    "Worker": "worker",
}
"""Where what belongs to the workers is; their parent, which has no use for it, does not import it."""


def __getattr__(name: str) -> object:
    """Import what belongs to the workers when it is asked for (PEP 562)."""
    if name not in _OF_WORKERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_OF_WORKERS[name]}", __name__), name)
