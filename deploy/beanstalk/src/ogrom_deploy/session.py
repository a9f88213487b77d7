"""What every command works with: the connection, whose it is, a console, and how failures are told."""

import getpass
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from . import config
from .deployment import Deployment
from .driver import Stop
from .events import Event
from .lock import Locked, LockLost
from .plan import Refused
from .ports import PlatformError


@dataclass
class Session:
    """What a command works with; owns the connection, which it makes when it is needed."""

    file: Path | None
    platform: str | None
    who: str

    @cached_property
    def connection(self) -> config.Connection:
        """The platform and its store."""
        return config.connect(config.read(self.file, self.platform))

    def deployment(self, tell: Callable[[Event], None] = lambda event: None) -> Deployment:
        """Somebody who changes the fleet."""
        made = self.connection
        return Deployment(made.platform, made.store, made.policy, self.who, tell)

    def close(self) -> None:
        """Let go of the platform, if it was reached."""
        if "connection" in self.__dict__:
            self.connection.close()


def output() -> Console:
    """Standard output; a file or a pipe gets 100 columns, as a log is read."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=100)


def whoami() -> str:
    """Who does it, where nobody says so: user@machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


@contextmanager
def failures() -> Iterator[None]:
    """Say what went wrong before anything was done, and end with its status."""
    try:
        yield
    except Locked as problem:
        _fail(3, problem)
    except Refused as problem:
        _fail(4, problem)
    except config.Misconfigured as problem:
        _fail(2, problem)
    except (Stop, PlatformError) as problem:
        _fail(1, problem)
    except LockLost as problem:
        _fail(5, problem)


def _fail(status: int, problem: Exception) -> NoReturn:
    click.echo(f"ogrom-deploy: {problem}", err=True)
    raise SystemExit(status)
