"""A running instance of the service, and what it says of itself."""

import http.client
import json
import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .container import Container
from .loopback import HOST
from .priority import may_be_raised, may_be_shared

ASK_SECONDS = 1.0
"""How long an instance may take to say whether it is ready."""

Readiness: TypeAlias = Literal["ready", "warming", "draining", "failing", "silent"]
"""What an instance says of itself; silent where it does not answer."""


@dataclass(frozen=True)
class Said:
    """What an instance says of itself.

    Attributes:
        state: whether it is ready, and why not.
        release: that it runs; empty where it does not say.
    """

    state: Readiness
    release: str = ""


@dataclass
class Instance:
    """A running instance; it is its own process group, so that its workers end with it.

    Attributes:
        id: our name for it.
        version: the label that it was started as.
        port: it listens on.
        process: the instance itself, or the engine's program that stands for its container.
        container: that one, which killing the engine's program does not end.
    """

    id: str
    version: str
    port: int
    process: "subprocess.Popen[bytes]"
    container: Container | None = None
    favoured: bool = field(default=False, init=False)
    _group: int = field(default=0, init=False)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self.process.poll()

    @property
    def group(self) -> int:
        """The process group that does the work; 0 while a container does not run."""
        if not self._group:
            self._group = self.container.pid() if self.container else self.process.pid
        return self._group

    def stop(self) -> None:
        """Ask it to finish what it does and to end."""
        if not self.group:
            # The engine would end without its container.
            self.kill()
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        ended = self.exit_code is not None or self.container is None or self.container.kill()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if not ended and self.container:
            self.container.remove()

    def favour(self) -> None:
        """Give it the priority of those that serve; it was started with a lower one."""
        if not self.favoured and may_be_raised() and self.group:
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PGRP, self.group, 0)
            if self.container and may_be_shared():
                self.container.favour()
        self.favoured = True

    def ask(self) -> Said:
        """What it says of itself."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ASK_SECONDS)
        try:
            connection.request("GET", "/health/ready")
            response = connection.getresponse()
            return said(response.status, response.read())
        except (OSError, http.client.HTTPException):
            return Said("silent")
        finally:
            connection.close()


def said(status: int, content: bytes) -> Said:
    """Read an answer of /health/ready."""
    try:
        members = json.loads(content)
    except ValueError:
        members = {}
    if not isinstance(members, dict):
        members = {}
    state = members.get("state")
    release = str(members.get("release") or "")
    if status == 200:
        return Said("ready", release)
    return Said(state if state in {"warming", "draining"} else "failing", release)
