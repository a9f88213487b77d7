"""Serves any WSGI application in production: strict HTTP/1.1 on Waitress, lanes, processes, drain.

```
from ogrom.server import serve

serve(lambda worker: application, "127.0.0.1:8080")
```
"""

from .children import in_child
from .environ import ARRIVED, Withheld
from .greenlets import Refused
from .lanes import Lane, is_read, paths
from .limits import Limits
from .listening import bound
from .loop import LoopState
from .options import Options, Shutdown
from .proxies import Proxies, is_within
from .refusal import Refusal, plainly
from .response import Application, ClientLeft, Environ, Fields
from .scoreboard import State
from .serving import address_of, serve
from .signals import Signals
from .supervisor import WorkersFailed
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
    "Refused",
    "Shutdown",
    "Signals",
    "State",
    "Withheld",
    "Worker",
    "WorkersFailed",
    "address_of",
    "bound",
    "in_child",
    "is_read",
    "is_within",
    "paths",
    "plainly",
    "serve",
]
