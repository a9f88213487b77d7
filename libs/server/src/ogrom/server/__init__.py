"""Serves any WSGI application in production: strict HTTP/1.1 on Waitress, lanes, processes, drain.

```
from ogrom.server import serve

serve(lambda worker: application, "127.0.0.1:8080")
```
"""

from .lanes import Lane, paths
from .limits import Limits
from .options import Options, Shutdown
from .refusal import Refusal, plainly
from .response import ClientLeft
from .scoreboard import State
from .serving import address_of, serve
from .supervisor import WorkersFailed
from .worker import Hosted, MakeApp, Worker

__all__ = [
    "ClientLeft",
    "Hosted",
    "Lane",
    "Limits",
    "MakeApp",
    "Options",
    "Refusal",
    "Shutdown",
    "State",
    "Worker",
    "WorkersFailed",
    "address_of",
    "paths",
    "plainly",
    "serve",
]
