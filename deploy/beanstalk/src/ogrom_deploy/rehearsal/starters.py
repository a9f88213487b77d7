"""How instances are started: as processes of an installation, or as containers of an image."""

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError

from .container import Container
from .instances import Instance
from .loopback import HOST, reservation
from .priority import lowered, may_be_shared

HARDENED = ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges")
"""The rights that the image needs, as options of `run`; `ogrom_tools.image.container` tries it with the same."""

# Only the balancer asks for its health here. It has a health check of the engine's all the same: podman 5.4 updates
# none that was started without.
_RUN = ("--rm", "--network=host", *HARDENED, "--health-interval=1h", "--log-driver=none")


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
        environment = _plain() | {**self.settings, **settings, "OGROM_RELEASE": version.label}
        with reservation() as held:
            port = held.getsockname()[1]
            command = (*lowered(), str(program), "serve", f"--host={HOST}", f"--port={port}", *self.options)
            process = _started(command, environment, self.logs / f"{id}.log", held)
        return Instance(id, version.label, port, process)


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
        name = f"ogrom-rehearsal-{os.getpid()}-{id}"
        variables = {**self.settings, **settings, "OGROM_RELEASE": version.label}
        given = [f"--env={key}={value}" for key, value in variables.items()]
        if folder := variables.get("PYTHONPATH"):
            given.append(f"--volume={folder}:{folder}:ro")
        share = ("--cpu-shares=110",) if may_be_shared() else ()
        run = (*self.engine, "run", f"--name={name}", *_RUN, *share, *given)
        with reservation() as held:
            port = held.getsockname()[1]
            serve = ("serve", f"--host={HOST}", f"--port={port}", *self.options)
            command = (*lowered(), *run, version.artefact, *serve)
            process = _started(command, dict(os.environ), self.logs / f"{id}.log", held)
        return Instance(id, version.label, port, process, Container(self.engine, name))


def _started(
    command: Sequence[str], environment: Mapping[str, str], log: Path, held: socket.socket
) -> "subprocess.Popen[bytes]":
    """Start a program that inherits the reservation of its port, so that this lasts as long as the program."""
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


def _plain() -> dict[str, str]:
    """An environment without settings of ours and of Python's."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("OGROM_", "PYTHON"))}
