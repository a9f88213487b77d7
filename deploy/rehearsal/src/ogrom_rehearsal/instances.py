"""Instances of the service, as processes or containers: how they start, report, end, and what they use."""

import http.client
import json
import os
import resource
import signal
import socket
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from ogrom.sources.testing import reservation
from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_tools.image.container import HARDENED

from . import usage

HOST = "127.0.0.1"


def can_raise_priority() -> bool:
    """Whether the priority of a process can be raised again after it was lowered."""
    return os.geteuid() == 0 or resource.getrlimit(resource.RLIMIT_NICE)[0] >= 20


def can_divide_processors() -> bool:
    """Whether the engine may divide the processors among containers."""
    return os.geteuid() == 0


def low_priority() -> Sequence[str]:
    """The prefix of a command line that leaves the processors to instances that already serve."""
    return ("nice", "-n", "10") if can_raise_priority() else ()


_SECONDS = 30.0


@dataclass(frozen=True)
class Container:
    """A container by its name, whether it exists yet or not.

    Attributes:
        engine: the command line of the container engine.
        name: of the container.
    """

    engine: Sequence[str]
    name: str

    def kill(self) -> bool:
        """Kill it, and tell whether it was running."""
        return run_engine(self.engine, "kill", self.name).returncode == 0

    def remove(self) -> None:
        """Remove it, running or not, if it exists."""
        run_engine(self.engine, "rm", "--force", self.name)

    def raise_priority(self) -> None:
        """Give it a full share of the processors: a process's priority only counts within its container.

        Raises:
            PlatformError: the engine cannot.
        """
        done = run_engine(self.engine, "update", "--cpu-shares=1024", self.name)
        if done.returncode:
            raise PlatformError(
                f"{self.name} gets no share of the processors: {done.stderr.decode(errors='replace').strip()}"
            )

    def pid(self) -> int:
        """The process id on this machine of its first process; 0 while it does not run."""
        told = run_engine(
            self.engine, "container", "inspect", "--format={{.State.Pid}}", self.name
        ).stdout.strip()
        return int(told) if told.isdigit() else 0


def run_engine(engine: Sequence[str], *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a command of the container engine, whether or not it succeeds.

    Raises:
        PlatformError: the engine cannot be started, or does not answer in 30 s.
    """
    command = (*engine, *arguments)
    try:
        return subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PlatformError(f"`{' '.join(command)}` does not work: {error}") from error


ASK_SECONDS = 1.0
"""How long an instance may take to answer /health/ready, in seconds."""

Readiness: TypeAlias = Literal["ready", "warming", "draining", "failing", "silent"]
"""The readiness that an instance reports; `silent` if it does not answer."""


@dataclass(frozen=True)
class SelfReport:
    """What an instance reports at /health/ready.

    Attributes:
        state: whether it is ready, or why not.
        release: the one that it runs; empty if it does not say.
    """

    state: Readiness
    release: str = ""


@dataclass
class Instance:
    """A running instance; it is its own process group, so that its workers end with it.

    Attributes:
        id: its name here.
        version: the label that it was started as.
        port: the one that it listens on.
        process: the instance itself, or the engine's client process.
        container: its container, which does not end with the engine's client.
    """

    id: str
    version: str
    port: int
    process: "subprocess.Popen[bytes]"
    container: Container | None = None
    has_priority: bool = field(default=False, init=False)
    _group: int = field(default=0, init=False)

    @property
    def exit_code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.process.poll()

    @property
    def group(self) -> int:
        """The process group of the service; 0 while its container does not run."""
        if not self._group:
            self._group = self.container.pid() if self.container else self.process.pid
        return self._group

    def stop(self) -> None:
        """Ask it to finish its requests and end."""
        if not self.group:
            # The engine's client would end without its container.
            self.kill()
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it."""
        ended = self.exit_code is not None or self.container is None or self.container.kill()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if not ended and self.container:
            self.container.remove()

    def raise_priority(self) -> None:
        """Give it the priority of instances that serve; it was started with a lower one."""
        if not self.has_priority and can_raise_priority() and self.group:
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PGRP, self.group, 0)
            if self.container and can_divide_processors():
                self.container.raise_priority()
        self.has_priority = True

    def report(self) -> SelfReport:
        """What it reports at /health/ready."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=ASK_SECONDS)
        try:
            connection.request("GET", "/health/ready")
            response = connection.getresponse()
            return self_report(response.status, response.read())
        except (OSError, http.client.HTTPException):
            return SelfReport("silent")
        finally:
            connection.close()


def self_report(status: int, content: bytes) -> SelfReport:
    """Read a response of /health/ready."""
    try:
        members = json.loads(content)
    except ValueError:
        members = {}
    if not isinstance(members, dict):
        members = {}
    state = members.get("state")
    release = str(members.get("release") or "")
    if status == 200:
        return SelfReport("ready", release)
    return SelfReport(state if state in {"warming", "draining"} else "failing", release)


def processor_seconds(instances: Iterable[Instance]) -> dict[str, float]:
    """The processor time of each instance with its workers, in seconds by the instance's id.

    An instance is a process group; a container's processes are this machine's, too.
    """
    groups = {group: each.id for each in instances if (group := each.group)}
    processes: dict[str, list[int]] = {id: [] for id in groups.values()}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError):
            if (group := os.getpgid(int(folder.name))) in groups:
                processes[groups[group]].append(int(folder.name))
    return {id: usage.processor_seconds(each) for id, each in processes.items()}


# Only the balancer checks its health here. It has the engine's health check all the same: podman 5.4 cannot update a
# container that was started without one.
_RUN = ("--rm", "--network=host", *HARDENED, "--health-interval=1h", "--log-driver=none")


Starter: TypeAlias = Callable[[str, Version, Mapping[str, str]], Instance]
"""Starts an instance by its name, its version and further environment variables, without waiting until it is ready.

Raises PlatformError if it cannot be started.
"""


@dataclass(frozen=True)
class ProcessStarter:
    """Starts processes; a version's artefact is the folder of an installation.

    Attributes:
        logs: the folder for their output, a file each.
        settings: environment variables of all of them.
        options: of `ogrom-api serve`.
    """

    logs: Path
    settings: Mapping[str, str]
    options: Sequence[str] = ()

    def __call__(self, id: str, version: Version, settings: Mapping[str, str]) -> Instance:
        program = Path(version.artefact) / "bin" / "ogrom-api"
        if not program.is_file():
            raise PlatformError(f"{version.label} is not installed: there is no {program}")
        environment = _plain() | {**self.settings, **settings, "OGROM_RELEASE": version.label}
        with reservation() as held:
            port = held.getsockname()[1]
            command = (
                *low_priority(),
                str(program),
                "serve",
                f"--host={HOST}",
                f"--port={port}",
                *self.options,
            )
            process = _started(command, environment, self.logs / f"{id}.log", held)
        return Instance(id, version.label, port, process)


@dataclass(frozen=True)
class ContainerStarter:
    """Starts containers on the host network; a version's artefact is the name of an image.

    Attributes:
        engine: the command line of the engine, such as `podman --runtime runc`, or one with `env` before it.
        logs: the folder for their output, a file each.
        settings: environment variables of all of them.
        options: of `ogrom-api serve`; `ogrom-api` is the image's entry point.
    """

    engine: Sequence[str]
    logs: Path
    settings: Mapping[str, str]
    options: Sequence[str] = ()

    def __call__(self, id: str, version: Version, settings: Mapping[str, str]) -> Instance:
        name = f"ogrom-rehearsal-{os.getpid()}-{id}"
        variables = {**self.settings, **settings, "OGROM_RELEASE": version.label}
        share = ("--cpu-shares=110",) if can_divide_processors() else ()
        run = (*self.engine, "run", f"--name={name}", *_RUN, *share, *environment(variables))
        with reservation() as held:
            port = held.getsockname()[1]
            serve = ("serve", f"--host={HOST}", f"--port={port}", *self.options)
            command = (*low_priority(), *run, version.artefact, *serve)
            process = _started(command, dict(os.environ), self.logs / f"{id}.log", held)
        return Instance(id, version.label, port, process, Container(self.engine, name))


def _started(
    command: Sequence[str], environment: Mapping[str, str], log: Path, held: socket.socket
) -> "subprocess.Popen[bytes]":
    """Start a program that inherits the reservation of its port and so keeps it until it ends."""
    with log.open("ab") as output:
        try:
            return subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=(held.fileno(),),
            )
        except OSError as error:
            raise PlatformError(f"cannot start {command[0]}: {error}") from error


def environment(variables: Mapping[str, str]) -> tuple[str, ...]:
    """The options of a container engine for environment variables, and for the folder that PYTHONPATH names."""
    given = tuple(f"--env={key}={value}" for key, value in variables.items())
    folder = variables.get("PYTHONPATH")
    return (*given, f"--volume={folder}:{folder}:ro") if folder else given


def _plain() -> dict[str, str]:
    """The environment without Ogrom's and Python's variables."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("OGROM_", "PYTHON"))}
