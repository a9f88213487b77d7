"""Instances: the service as a process of an installation, or as a container of an image."""

import http.client
import json
import os
import random
import resource
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

from .container import Container
from .haproxy import HOST

ASK_SECONDS = 1.0
"""How long an instance may take to say whether it is ready."""

_NICE = 10
# With the rights that it has in production, where the engine asks for its health; here, only the balancer does.
# It has a health check all the same: podman 5.4 updates none that was started without.
_RUN = (
    "--rm",
    "--network=host",
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--health-interval=1h",
    "--log-driver=none",
)
# Below the ports that the kernel gives to clients, so that none of them is taken between our look and the bind.
_PORTS = range(20000, 32000)

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
        if not self.favoured and may_raise_priority() and self.group:
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PGRP, self.group, 0)
            if self.container and _may_share():
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


class Starter(Protocol):
    """Starts instances of a version."""

    def __call__(self, id: str, version: Version, settings: Mapping[str, str]) -> Instance:
        """Start one and do not wait for it.

        Args:
            id: our name for it.
            version: what to start.
            settings: further variables of its environment.

        Raises:
            PlatformError: there is no such thing to start.
        """
        ...


@dataclass(frozen=True)
class Processes:
    """Starts processes of installations: a version's artefact is the folder of one.

    Attributes:
        logs: the folder for what they print, a file each.
        settings: variables of all of them.
        options: of `ogrom-api serve`.
    """

    logs: Path
    settings: Mapping[str, str]
    options: Sequence[str] = ()

    def __call__(self, id: str, version: Version, settings: Mapping[str, str]) -> Instance:
        program = Path(version.artefact) / "bin" / "ogrom-api"
        if not program.is_file():
            raise PlatformError(f"{version.label} is not installed: there is no {program}")
        port = _free_port()
        command = (*_lowered(), str(program), "serve", f"--host={HOST}", f"--port={port}", *self.options)
        environment = _plain() | {**self.settings, **settings, "OGROM_RELEASE": version.label}
        return Instance(id, version.label, port, _started(command, environment, self.logs / f"{id}.log"))


@dataclass(frozen=True)
class Containers:
    """Starts containers on this machine's own network: a version's artefact is the name of an image.

    Attributes:
        engine: its whole command, such as `podman --runtime runc`, or one with `env` before it.
        logs: the folder for what they print, a file each.
        settings: variables of all of them.
        options: of `ogrom-api serve`; `ogrom-api` is the image's entry point.
    """

    engine: Sequence[str]
    logs: Path
    settings: Mapping[str, str]
    options: Sequence[str] = ()

    def __call__(self, id: str, version: Version, settings: Mapping[str, str]) -> Instance:
        port = _free_port()
        name = f"ogrom-rehearsal-{os.getpid()}-{id}"
        variables = {**self.settings, **settings, "OGROM_RELEASE": version.label}
        given = [f"--env={key}={value}" for key, value in variables.items()]
        if folder := variables.get("PYTHONPATH"):
            given.append(f"--volume={folder}:{folder}:ro")
        serve = ("serve", f"--host={HOST}", f"--port={port}", *self.options)
        share = ("--cpu-shares=110",) if _may_share() else ()
        run = (*self.engine, "run", f"--name={name}", *_RUN, *share, *given)
        command = (*_lowered(), *run, version.artefact, *serve)
        process = _started(command, dict(os.environ), self.logs / f"{id}.log")
        return Instance(id, version.label, port, process, Container(self.engine, name))


def may_raise_priority() -> bool:
    """Whether a process may be favoured later, when it was not at first."""
    return os.geteuid() == 0 or resource.getrlimit(resource.RLIMIT_NICE)[0] >= 20


def _may_share() -> bool:
    """Whether an engine can surely say how containers share the processors."""
    return os.geteuid() == 0


def _lowered() -> Sequence[str]:
    """What makes room for those that serve: in the cloud a new instance has processors of its own."""
    return ("nice", "-n", str(_NICE)) if may_raise_priority() else ()


def _started(command: Sequence[str], environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as output:
        try:
            return subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            raise PlatformError(f"cannot start {command[0]}: {error}") from error


def _plain() -> dict[str, str]:
    """An environment without settings of ours and of Python's."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("OGROM_", "PYTHON"))}


def _free_port() -> int:
    for port in random.sample(_PORTS, 100):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((HOST, port))
            except OSError:
                continue
            return port
    raise PlatformError(f"no free port among {_PORTS.start} to {_PORTS.stop - 1}")
